"""What all forms that edit an entity share: they say what was changed, and find lost updates."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict

from catalog import etags
from catalog.models import Entity
from catalog.models.entity import Document
from catalog.models.lineage import milliseconds
from catalog.web import fields


class EntityForm(forms.Form):
    """An edit of an entity; `changes()` is the edit in document names, for the write path.

    The hidden `etag` says which state of the entity the reader has seen. A form that has rows (a
    formset) keeps it as `rows`, and its documents are the value named `rows_name`.
    """

    use_required_attribute = False  # the server says what is missing, beside the field
    document_names: ClassVar[dict[str, str]] = {}
    rows: forms.BaseFormSet | None = None
    rows_name = ""
    rows_label = ""

    etag = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: Document, **options: Any) -> None:
        super().__init__(data, initial=initial, **options)
        for name, field in self.fields.items():
            if hasattr(field, "known"):
                field.known = self.get_initial_for_field(field, name)

    @classmethod
    def values_of(cls, document: Document) -> Document:
        """Return the initial values of the fields for an entity's document."""
        raise NotImplementedError

    def changes(self) -> Document:
        """Return the fields that were changed, by document name; None takes one away."""
        return {
            self.document_names[name]: self.cleaned_data[name] or None
            for name in self.changed_data
            if name in self.document_names
        }

    @property
    def is_edited(self) -> bool:
        return bool(set(self.changed_data) - {"etag"}) or self.rows_changed

    @property
    def rows_changed(self) -> bool:
        return self.rows is not None and self.rows_value() != self.initial.get(self.rows_name, [])

    def rows_value(self) -> list[Document]:
        """Return the documents of the rows that were not ticked for removal."""
        return [] if self.rows is None else self.rows.documents()

    def values(self) -> Document:
        """Return everything the form holds now: after a valid post, what the reader wants."""
        own = {name: value for name, value in self.cleaned_data.items() if name != "etag"}
        return own | ({self.rows_name: self.rows_value()} if self.rows is not None else {})

    def labels(self) -> dict[str, str]:
        """Return how pages call each value."""
        own = {name: self[name].label for name in self.fields if name != "etag"}
        return own | ({self.rows_name: self.rows_label} if self.rows is not None else {})

    def same(self, name: str, one: Any, other: Any) -> bool:
        """Return True if two values of a field say the same; rows are compared as they are."""
        if name == self.rows_name:
            return (one or []) == (other or [])
        return fields.told(one).strip() == fields.told(other).strip()

    def told(self, name: str, value: Any) -> str:
        """Return a value as text, for the two sides of a conflict."""
        if name == self.rows_name:
            return "; ".join(map(self.row_told, value or ()))
        return fields.told(value)

    def row_told(self, document: Document) -> str:
        return document["name"]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return valid if self.rows is None else self.rows.is_valid() and valid

    def show_unjudged(self) -> None:
        """Show what was typed without complaints: the reader has not asked to save yet."""
        self._errors = ErrorDict()
        if self.rows is not None:
            self.rows._errors, self.rows._non_form_errors = [], self.rows.error_class()
            for row in self.rows.forms:
                row._errors = ErrorDict()

    def focus_first_error(self) -> None:
        """Let the cursor stand where the reader has something to mend."""
        for form in (self, *(self.rows.forms if self.rows is not None else ())):
            for name in form.fields:
                if name in form.errors:
                    focus(form, name)
                    return


def focus(form: forms.Form, name: str) -> None:
    form.fields[name].widget.attrs["autofocus"] = True


class RowForm(forms.Form):
    """One row of a form: a source, a hyperparameter. A row left empty is no row."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if hasattr(field, "known"):
                field.known = self.get_initial_for_field(field, name)

    def document(self) -> Document:
        raise NotImplementedError


class Rows(forms.BaseFormSet):
    """Rows that can be added and taken away by plain submit buttons."""

    def total_form_count(self) -> int:
        """Never make more rows than were sent, and the one that was just asked for."""
        total = super().total_form_count()
        return min(total, rows_posted(self.data, self.prefix) + 1) if self.is_bound else total

    @classmethod
    def of(cls, form: type[RowForm]) -> type[Rows]:
        return forms.formset_factory(
            form, formset=cls, extra=0, can_delete=True, max_num=10_000, absolute_max=10_000
        )

    def documents(self) -> list[Document]:
        return [row.document() for row in self.kept()]

    def kept(self) -> list[Any]:
        """Return the rows that are neither empty nor ticked for removal."""
        return [
            row for row in self.forms if not is_gone(row) and (row.initial or row.has_changed())
        ]


def is_gone(row: forms.Form) -> bool:
    return bool(getattr(row, "cleaned_data", {}).get(DELETION_FIELD_NAME))


def one_more_row(data: Any, prefix: str) -> Any:
    """Return posted data as if the page had had one more row."""
    data = data.copy()
    data[f"{prefix}-TOTAL_FORMS"] = str(rows_posted(data, prefix) + 1)
    return data


def rows_posted(data: Any, prefix: str) -> int:
    """Return how many rows were really sent, whatever the form says of itself."""
    numbers = (re.match(rf"{prefix}-([0-9]+)-", name) for name in data)
    return len({number[1] for number in numbers if number})


def etag_of(entity: Entity) -> str:
    return etags.strong(entity.version, milliseconds(entity.updated_at))


def two_sides(
    form: EntityForm, theirs: Document, base: Document | None
) -> tuple[list[Document], Document]:
    """Compare a form's values with what somebody else stored meanwhile.

    `base` are the values both started from, where they are known. Return the rows for
    `parts/conflict.html`, and the reader's values with theirs where only they changed something.
    """
    mine, labels = form.values(), form.labels()
    shown, merged = [], {}
    for name, value in mine.items():
        merged[name], other = value, theirs.get(name)
        yours = form.told(name, value)
        # What is gone altogether (a removed feature) has nothing to compare with or take over.
        if name in theirs:
            if form.same(name, value, other) or (base and form.same(name, other, base.get(name))):
                continue
            if base is not None and form.same(name, value, base.get(name)):
                merged[name], yours = other, "You did not change this; theirs is in the form."
        theirs_told = form.told(name, other)
        shown.append({"label": labels[name], "theirs": theirs_told, "yours": yours})
    return shown, merged

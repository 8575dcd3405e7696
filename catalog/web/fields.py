"""Form fields for what documents hold: words, addresses, and references that one picks or types.

Their initial and their cleaned values are those of a document, so a form can tell what was
changed. `known` is the value that is stored: what somebody did not touch is never refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from pydantic_core import Url

from catalog import names
from catalog.models import Entity, Tag
from catalog.models.entity import Document, reference


class Words(forms.CharField):
    """Text; what only differs in how browsers send line ends and margins is no change."""

    known: str | None = None

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self._plain(initial) != self._plain(data)

    def _plain(self, text: Any) -> str:
        if isinstance(self.widget, forms.Textarea):
            return (text or "").replace("\r\n", "\n").strip()
        return re.sub(r"[\r\n]", "", text or "").strip()  # what a one-line input drops


class Markdown(Words):
    """A description, written in Markdown."""

    def __init__(self, *, rows: int = 6, **options: Any) -> None:
        options = {"required": False, "help_text": "Markdown.", "label": "Description"} | options
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)


class Address(Words):
    """A URL of any scheme, as the API takes them."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "url", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value or value == self.known:
            return
        try:
            Url(value)
        except ValueError:
            raise ValidationError("This is not a URL. Write it like https://host/path.") from None


class Chosen(forms.Field):
    """What one-entity and many-entity pickers share: they suggest and accept these kinds."""

    part = ""
    types: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()

    def __init__(self, *types: str, placeholder: str = "", **options: Any) -> None:
        super().__init__(required=options.pop("required", False), **options)
        self.types = types or self.types
        self.placeholder = placeholder
        self.known: Any = None

    @property
    def url(self) -> str:
        return f"/suggest?kinds={','.join(self.suggested or self.types)}"


class One(Chosen):
    """One entity; posts its full name, cleans to its reference or None."""

    part = "parts/field_picker.html"
    widget = forms.TextInput

    def prepare_value(self, value: Any) -> str:
        return value.get("fullyQualifiedName", "") if isinstance(value, Mapping) else value or ""

    def clean(self, value: Any) -> Document | None:
        name = (value or "").strip()
        if self.required and not name:
            raise ValidationError(self.error_messages["required"], code="required")
        if not name:
            return None
        if self.known and self.known["fullyQualifiedName"] == name:
            return self.known
        return self.find(name)

    def find(self, name: str) -> Document:
        found = present(name, self.types)
        if found is None:
            raise ValidationError(unknown(" or ".join(map(_word, self.types)), name))
        return reference(found)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "").strip()


class ManyInput(forms.Widget):
    """Read what `parts/picker_many.html` posts: ticked names, and one more that was typed."""

    def value_from_datadict(self, data: QueryDict, files: Any, name: str) -> Document:
        return {"ticked": data.getlist(name), "typed": data.get(f"{name}_more", "").strip()}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class Many(Chosen):
    """Several entities; posts their full names, cleans to a list of references."""

    part = "parts/field_picker_many.html"
    widget = ManyInput
    key = "fullyQualifiedName"
    what = "entity"

    def prepare_value(self, value: Any) -> Document:
        if isinstance(value, Mapping):
            known = {item[self.key]: item for item in self.known or ()}
            picked = [known.get(name) or {self.key: name} for name in value["ticked"]]
            return {"picked": [self.chip(item) for item in picked], "typed": value["typed"]}
        return {"picked": [self.chip(item) for item in value or ()], "typed": ""}

    def chip(self, item: Mapping[str, Any]) -> Document:
        """Return what `parts/picker_many.html` shows of one chosen thing."""
        name = item[self.key]
        shown = item.get("displayName") or item.get("name") or names.split(name)[-1]
        return {"kind": item.get("type") or self.types[0], "fqn": name, "name": shown}

    def clean(self, value: Document) -> list[Document]:
        known = {item[self.key]: item for item in self.known or ()}
        typed = value["typed"]
        asked = [*value["ticked"], *([typed] if typed else ())]
        # A comma may be part of a name, so it separates only what is no name as a whole.
        pieces = [piece.strip() for piece in typed.split(",") if piece.strip()]
        new = {name for name in (*asked, *pieces) if name not in known}
        found = known | (self.find(new) if new else {})
        if len(pieces) > 1 and typed not in found:
            asked[-1:] = pieces
        missing = [name for name in asked if name not in found]
        if missing:
            raise ValidationError([unknown(self.what, name) for name in missing])
        chosen = [found[name] for name in dict.fromkeys(asked)]
        if chosen != list(self.known or ()):
            self.check(chosen)
        return chosen

    def find(self, wanted: Iterable[str]) -> dict[str, Document]:
        rows = Entity.objects.present().of_type(*self.types).named(*wanted)
        rank = {name: number for number, name in enumerate(self.types)}
        ordered = sorted(rows, key=lambda row: -rank[row.entity_type])
        return {row.fully_qualified_name: reference(row) for row in ordered}

    def check(self, chosen: list[Document]) -> None:
        """Raise ValidationError if these cannot stand together."""

    def has_changed(self, initial: Any, data: Document) -> bool:
        return bool(data["typed"]) or {item[self.key] for item in initial or ()} != {
            *data["ticked"]
        }


class Owners(Many):
    """People, or one team."""

    types = ("user", "team")
    what = "user or team"

    def check(self, chosen: list[Document]) -> None:
        teams = [item["fullyQualifiedName"] for item in chosen if item["type"] == "team"]
        if teams and len(chosen) > 1:
            raise ValidationError(
                f"An owner is either one team or any number of people; {teams[0]} is a team."
            )


class Tags(Many):
    """Tags; a label that is there already stays as it is, with who or what put it there."""

    types = ("tag",)
    key = "tagFQN"
    what = "tag"

    def find(self, wanted: Iterable[str]) -> dict[str, Document]:
        rows = Tag.objects.present().named(*wanted)
        return {row.fully_qualified_name: row.as_label("Manual", "Confirmed") for row in rows}

    def chip(self, item: Mapping[str, Any]) -> Document:
        return {"kind": "tag", "fqn": item["tagFQN"], "name": item["tagFQN"]}


def present(name: str, types: tuple[str, ...]) -> Entity | None:
    """Return the entity of one of these kinds with this full name, unless it is deleted."""
    rows = {row.entity_type: row for row in Entity.objects.present().of_type(*types).named(name)}
    return next((rows[type_name] for type_name in types if type_name in rows), None)


def unknown(what: str, name: str) -> str:
    return f"There is no {what} called {name}. Choose one from the list, or paste its full name."


def told(value: Any) -> str:
    """Return a field's value as text, for the two sides of a conflict."""
    if isinstance(value, Mapping):
        return value.get("tagFQN") or value.get("fullyQualifiedName") or value.get("name", "")
    if isinstance(value, list):
        return ", ".join(map(told, value))
    return "" if value is None else str(value)


def _word(type_name: str) -> str:
    return Entity.kinds()[type_name].label.lower()

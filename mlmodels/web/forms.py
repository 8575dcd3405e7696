"""The forms for a model itself: its words, its properties, its hyperparameters, a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.models.entity import Document
from catalog.names import MAX_NAME
from catalog.web.fields import Address, Markdown, One, Owners, Tags, Words
from catalog.web.forms import EntityForm, RowForm, Rows

ALGORITHM = "Which method the model is made with. Changing it is a major version."


class WordsForm(EntityForm):
    """What anybody may say of a model that nobody owns."""

    document_names = {
        "display_name": "displayName",
        "description": "description",
        "owners": "owners",
        "tags": "tags",
    }

    display_name = Words(
        label="Display name",
        max_length=256,
        required=False,
        help_text="What people read; the name itself stays.",
    )
    description = Markdown()
    owners = Owners(placeholder="Add a user or a team", help_text="People, or one team.")
    tags = Tags(placeholder="Add a tag")

    @classmethod
    def values_of(cls, document: Document) -> Document:
        lists = ("owners", "tags")
        return {
            name: document.get(wire, [] if name in lists else "")
            for name, wire in cls.document_names.items()
        }


class PropertiesForm(WordsForm):
    """Everything of a model but its features and hyperparameters."""

    document_names = {
        **WordsForm.document_names,
        "algorithm": "algorithm",
        "target": "target",
        "server": "server",
        "dashboard": "dashboard",
        "source_url": "sourceUrl",
    }
    store_names = {"storage": "storage", "image_repository": "imageRepository"}

    algorithm = Words(
        max_length=MAX_NAME,
        help_text=ALGORITHM,
        error_messages={"required": "A model has an algorithm. Name it, even if only roughly."},
    )
    target = Words(
        max_length=MAX_NAME,
        required=False,
        help_text="The column or value it predicts. Changing it is a major version.",
    )
    server = Address(
        required=False,
        help_text="Where it answers: a URL. Changing it is a major version.",
    )
    storage = Words(label="Stored object", required=False, help_text="Such as s3://models/churn/7.")
    image_repository = Words(
        label="Container image", required=False, help_text="Such as registry.example.com/churn:7."
    )
    dashboard = One(
        "dashboard",
        placeholder="Search dashboards",
        help_text="Where its performance can be seen.",
    )
    source_url = Address(
        label="Source URL", required=False, help_text="Its page in the tool that made it."
    )

    @classmethod
    def values_of(cls, document: Document) -> Document:
        store = document.get("mlStore") or {}
        stored = {name: store.get(wire, "") for name, wire in cls.store_names.items()}
        values = super().values_of(document)
        return values | stored | {"dashboard": document.get("dashboard")}

    def changes(self) -> Document:
        changes = super().changes()
        if not {"storage", "image_repository"}.isdisjoint(self.changed_data):
            store = {wire: self.cleaned_data[name] for name, wire in self.store_names.items()}
            changes["mlStore"] = {wire: text for wire, text in store.items() if text} or None
        return changes


class HyperParameterForm(RowForm):
    name = Words(max_length=MAX_NAME)
    value = Words(required=False)
    description = Words(required=False)

    def document(self) -> Document:
        return stored(self, {"name": "name", "value": "value", "description": "description"})


class HyperParameterRows(Rows):
    def clean(self) -> None:
        refuse_twins(self, "hyperparameter")


class HyperParametersForm(EntityForm):
    """All hyperparameters of a model, as rows."""

    rows_name = "mlHyperParameters"
    rows_label = "Hyperparameters"

    def __init__(self, data: Any = None, *, initial: Document, **options: Any) -> None:
        super().__init__(data, initial=initial, **options)
        rows = HyperParameterRows.of(HyperParameterForm)
        self.rows = rows(data, initial=initial[self.rows_name], prefix="parameters")

    @classmethod
    def values_of(cls, document: Document) -> Document:
        return {cls.rows_name: document.get(cls.rows_name, [])}

    def changes(self) -> Document:
        return {self.rows_name: self.rows_value()} if self.rows_changed else {}

    def row_told(self, document: Document) -> str:
        words = document.get("description")
        told = f"{document['name']} = {document.get('value', '')}"
        return f"{told} ({words})" if words else told


class NewModelForm(forms.Form):
    """The top shell of a model: the rest comes by and by."""

    use_required_attribute = False

    name = Words(max_length=MAX_NAME, help_text="It stays; what people read can be changed later.")
    service = One(
        "mlmodelService",
        label="Service",
        required=True,
        placeholder="Search ML model services",
        help_text="The tool that keeps the model, such as an MLflow server.",
    )
    algorithm = Words(max_length=MAX_NAME, help_text="Which method it is made with.")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if "::" in name:
            raise ValidationError("A name cannot have two colons in a row (::).")
        return name

    def document(self) -> Document:
        given = self.cleaned_data
        return {
            "name": given["name"],
            "service": given["service"]["fullyQualifiedName"],
            "algorithm": given["algorithm"],
        }


def stored(form: forms.Form, document_names: dict[str, str]) -> Document:
    """Return the form's values by document name, without empty ones.

    What was not changed is taken from the initial values, so that nothing is trimmed in passing.
    """
    changed = set(form.changed_data)
    values = {
        wire: form.cleaned_data.get(name) if name in changed else form.initial.get(name)
        for name, wire in document_names.items()
    }
    return {wire: value for wire, value in values.items() if value not in (None, "", [])}


def refuse_twins(rows: Rows, what: str) -> None:
    """Complain beside the second of two rows with one name: nobody could tell which is meant."""
    seen: set[str] = set()
    for row in rows.kept():
        name = row.cleaned_data.get("name")
        if name in seen:
            row.add_error("name", f"There is another {what} called {name}.")
        seen.add(name)

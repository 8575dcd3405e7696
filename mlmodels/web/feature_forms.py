"""The form for one feature of a model, with the sources it is made from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.models.entity import Document
from catalog.names import MAX_NAME
from catalog.web.fields import Chosen, Markdown, Tags, Words
from catalog.web.forms import EntityForm, RowForm, Rows
from mlmodels.models.features import FeatureSource, MlFeature
from mlmodels.web import places
from mlmodels.web.forms import stored

SOURCE_NAMES = {
    "name": "name",
    "data_type": "dataType",
    "description": "description",
    "tags": "tags",
}
FEATURE_NAMES = {
    "name": "name",
    "data_type": "dataType",
    "feature_algorithm": "featureAlgorithm",
    "description": "description",
    "tags": "tags",
}


class Where(Chosen):
    """The table or column a source comes from; cleans to a Place, or None."""

    part = "parts/field_picker.html"
    widget = forms.TextInput
    types = ("table",)

    def clean(self, value: Any) -> places.Place | None:
        name = (value or "").strip()
        if not name or name == self.known:
            return None
        try:
            return places.find(name)
        except places.NoSuchPlace as missing:
            raise ValidationError(str(missing)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "") != (data or "").strip()


class SourceForm(RowForm):
    """One source: a column of a table, a table as a whole, or only a name."""

    where = Where(
        label="Table or column",
        placeholder="Search tables and columns",
        help_text="Choosing a column sets name and type.",
    )
    name = Words(max_length=MAX_NAME, required=False)
    data_type = forms.ChoiceField(
        label="Type", required=False, choices=[("", "—"), *FeatureSource.DataType.choices]
    )
    description = Markdown(rows=2, help_text="")
    tags = Tags(placeholder="Add a tag")

    @staticmethod
    def values_of(source: Document, where: str) -> Document:
        values = {name: source[wire] for name, wire in SOURCE_NAMES.items() if wire in source}
        return values | {"where": where, "dataSource": source.get("dataSource")}

    @property
    def lost_its_column(self) -> bool:
        """Return True if the stored source names a table that has no such column."""
        above = self.initial.get("dataSource")
        return bool(above) and above["type"] == "table" and self.initial["where"] == named(above)

    def clean(self) -> None:
        name, place = self.cleaned_data.get("name"), self.cleaned_data.get("where")
        if place is not None and place.column:
            self._take_over(place)
        elif not name and ("name" in self.changed_data or not self.initial.get("name")):
            if "where" not in self.errors:
                self.add_error("name", "Name the source, or choose the column it comes from.")

    def _take_over(self, place: places.Place) -> None:
        """Let the column say what the source is called and, if nobody did, of which type it is."""
        cleaned, initial = self.cleaned_data, self.initial
        if cleaned.get("name", "").lower() not in {
            "",
            initial.get("name", "").lower(),
            place.column.lower(),
        }:
            self.add_error(
                "name", f"A source from the column {place.column} has its name; leave this empty."
            )
        cleaned["name"] = place.column
        if cleaned.get("data_type") in ("", initial.get("data_type")):
            cleaned["data_type"] = place.data_type or ""

    def document(self) -> Document:
        document, place = stored(self, SOURCE_NAMES), self.cleaned_data["where"]
        above = self.initial.get("dataSource")
        if "where" in self.changed_data:
            above = place.source if place else None
        if place is not None and place.column:
            document["name"] = self.cleaned_data["name"]
            document["dataType"] = self.cleaned_data["data_type"]
        return {k: v for k, v in document.items() if v} | ({"dataSource": above} if above else {})


class SourceRows(Rows):
    """The sources of a feature; several may have one name, from different tables."""


class FeatureForm(EntityForm):
    """One feature; `changes()` is the whole list of features with this one in its place."""

    rows_name = "featureSources"
    rows_label = "Sources"

    name = Words(max_length=MAX_NAME)
    data_type = forms.ChoiceField(
        label="Type", required=False, choices=[("", "—"), *MlFeature.DataType.choices]
    )
    feature_algorithm = Words(
        label="Algorithm",
        max_length=MAX_NAME,
        required=False,
        help_text="How it is computed from its sources, such as PCA.",
    )
    description = Markdown(rows=3)
    tags = Tags(placeholder="Add a tag")

    def __init__(
        self,
        data: Any = None,
        *,
        initial: Document,
        features: list[Document],
        stored_name: str | None,
        **options: Any,
    ) -> None:
        super().__init__(data, initial=initial, **options)
        self.features, self.stored_name = features, stored_name
        rows = SourceRows.of(SourceForm)
        sources = initial.get(self.rows_name, [])
        sources = [
            SourceForm.values_of(source, where)
            for source, where in zip(sources, places.names_of(sources), strict=True)
        ]
        self.rows = rows(data, initial=sources, prefix="sources")

    @classmethod
    def values_of(cls, feature: Document) -> Document:
        """Return the initial values for a feature's document; none for one that is not there."""
        if not feature:
            return {}
        values = {name: feature.get(wire, "") for name, wire in FEATURE_NAMES.items()}
        return values | {"tags": feature.get("tags", []), cls.rows_name: sources_of(feature)}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name != self.stored_name and any(name == other["name"] for other in self.features):
            raise ValidationError(f"There is another feature called {name}.")
        return name

    def changes(self) -> Document:
        if not self.is_edited:
            return {}
        mine = self.document()
        known = [feature["name"] for feature in self.features]
        if self.stored_name not in known:
            return {"mlFeatures": [*self.features, mine]}
        return {
            "mlFeatures": [
                mine if feature["name"] == self.stored_name else feature
                for feature in self.features
            ]
        }

    def document(self) -> Document:
        sources = self.rows_value()
        return stored(self, FEATURE_NAMES) | ({self.rows_name: sources} if sources else {})

    def row_told(self, document: Document) -> str:
        above = document.get("dataSource")
        data_type = document.get("dataType")
        told = document["name"] + (f" ({data_type})" if data_type else "")
        return f"{told} from {above['fullyQualifiedName']}" if above else told


class FeatureWordsForm(FeatureForm):
    """What anybody may say of a feature of a model that nobody owns."""

    name = data_type = feature_algorithm = None

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.rows = None

    def document(self) -> Document:
        feature = next(it for it in self.features if it["name"] == self.stored_name)
        mine = stored(self, {"description": "description", "tags": "tags"})
        return {k: v for k, v in feature.items() if k not in ("description", "tags")} | mine


def sources_of(feature: Document) -> list[Document]:
    """Return the sources without what the server computes."""
    return [
        {k: v for k, v in source.items() if k != "fullyQualifiedName"}
        for source in feature.get("featureSources") or []
    ]


def named(reference: Document) -> str:
    return reference["fullyQualifiedName"]


def without(features: list[Document], name: str) -> Document:
    """Return the edit that takes one feature away."""
    return {"mlFeatures": [feature for feature in features if feature["name"] != name] or None}


def fill_in(data: Any, number: int) -> Any:
    """Return posted data with name and type of one source taken from the column it names."""
    data = data.copy()
    prefix = f"sources-{number}"
    try:
        place = places.find(data.get(f"{prefix}-where", "").strip())
    except places.NoSuchPlace:
        return data
    if place.column:
        data[f"{prefix}-name"] = place.column
        data[f"{prefix}-data_type"] = place.data_type or ""
    return data

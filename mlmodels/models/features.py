"""Features of ML models, and the sources each is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.functions import Lower

from catalog import changes, names
from catalog.models import Column, Entity
from catalog.models.entity import Document, lasting_reference
from catalog.models.parts import Part, drop_empty, replace_parts, store


def _identity(feature: Document) -> Any:
    """Everything but the words and tags people add: a feature that differs here is another one."""
    kept = {k: v for k, v in feature.items() if k not in ("description", "tags")}
    return changes.whole(kept)


# Playing with features is not major: it must not raise alarms.
RULE = changes.Parts(
    "mlFeatures",
    key=_identity,
    inner=(changes.Value("description"), changes.Items("tags", key=changes.label_key)),
)


class MlFeature(Part):
    """One predictor of a model."""

    class DataType(models.TextChoices):
        NUMERICAL = "numerical"
        CATEGORICAL = "categorical"

    plain = ("dataType", "description", "featureAlgorithm")

    ml_model = models.ForeignKey("MlModel", models.CASCADE, related_name="features")
    data_type = models.CharField(max_length=16, choices=DataType, null=True)
    description = models.TextField(null=True)
    feature_algorithm = models.CharField(max_length=256, null=True)
    # Derived: whoever asks for features without sources need not look at all that have some.
    is_sourced = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["ml_model", "name"], name="feature_names_are_unique")
        ]
        indexes = [
            models.Index(
                fields=["ml_model"],
                condition=models.Q(is_sourced=False),
                name="features_without_sources",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def assign(self, document: Document) -> None:
        super().assign(document)
        self.is_sourced = bool(document.get("featureSources"))


class FeatureSource(Part):
    """What a feature is made from: usually a column of a table, sometimes only a name."""

    class DataType(models.TextChoices):
        INTEGER = "integer"
        NUMBER = "number"
        STRING = "string"
        ARRAY = "array"
        DATE = "date"
        TIMESTAMP = "timestamp"
        OBJECT = "object"
        BOOLEAN = "boolean"

    plain = ("dataType", "description")

    feature = models.ForeignKey(MlFeature, models.CASCADE, related_name="sources")
    data_type = models.CharField(max_length=16, choices=DataType, null=True)
    description = models.TextField(null=True)
    data_source = models.ForeignKey(Entity, models.SET_NULL, null=True, related_name="feeds")
    # The column of the data source that has this source's name, while there is one.
    column = models.ForeignKey(Column, models.SET_NULL, null=True, related_name="feeds")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "position"], name="sources_are_in_order")
        ]

    def __str__(self) -> str:
        return self.name

    def document(self) -> Document:
        if self.data_source is None:
            return super().document() | {"fullyQualifiedName": names.quote(self.name)}
        above = lasting_reference(self.data_source)
        return super().document() | {
            "fullyQualifiedName": names.join(above["fullyQualifiedName"], self.name),
            "dataSource": above,
        }

    def assign(self, document: Document) -> None:
        super().assign(document)
        source = document.get("dataSource")
        self.data_source_id = UUID(source["id"]) if source else None

    def is_like(self, document: Document) -> bool:
        source = document.get("dataSource")
        return (
            self.name == document["name"]
            and self.data_type == document.get("dataType")
            and self.description == document.get("description")
            and self.data_source_id == (UUID(source["id"]) if source else None)
        )


def parts(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield (path, part) for features and their sources; sources may share names, so they count."""
    for feature in document.get("mlFeatures") or []:
        path = f"mlFeatures.{names.quote(feature['name'])}"
        yield path, feature
        for number, source in enumerate(feature.get("featureSources") or []):
            yield f"{path}.{number}", source


def documents(ml_model: Entity) -> list[Document]:
    """Return the features of a model as its document shows them."""
    rows = ml_model.features.order_by("position").prefetch_related("sources__data_source")
    return [
        row.document()
        | {"fullyQualifiedName": names.join(ml_model.fully_qualified_name, row.name)}
        | ({"featureSources": sources} if (sources := _sources(row)) else {})
        for row in rows
    ]


def _sources(feature: MlFeature) -> list[Document]:
    return [source.document() for source in feature.sources.all()]


def save(ml_model: Entity, before: Sequence[Document], after: Sequence[Document]) -> None:
    """Bring the rows from one list of features to another; a feature that stays keeps its row."""
    _hold_tables(after)
    rows = replace_parts(MlFeature, {"ml_model": ml_model}, before, after)
    there = FeatureSource.objects.filter(feature__in=[row.pk for row in rows.values()])
    present = {(source.feature_id, source.position): source for source in there}
    written = []
    for feature in (feature for feature in after if feature["name"] in rows):
        for position, document in enumerate(feature.get("featureSources") or []):
            source = present.pop((rows[feature["name"]].pk, position), None)
            if source is not None and source.is_like(document):
                continue
            written.append(source := source or FeatureSource())
            source.feature, source.position = rows[feature["name"]], position
            source.assign(document)
    if present:
        FeatureSource.objects.filter(pk__in=[row.pk for row in present.values()]).delete()
    store(FeatureSource, match_columns_of(written))


def _hold_tables(features: Sequence[Document]) -> None:
    """Let no table of the sources change its columns until this transaction ends.

    Asked for before any source is written, and always in one order, so that nobody waits in a ring.
    """
    ids = {
        source["dataSource"]["id"]
        for feature in features
        for source in feature.get("featureSources") or []
        if source.get("dataSource", {}).get("type") == "table"
    }
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM catalog_entity WHERE id = ANY(%s::uuid[]) ORDER BY id FOR SHARE",
                [sorted(ids)],
            )


def match_columns_of(sources: Sequence[FeatureSource]) -> Sequence[FeatureSource]:
    """Point each source to the column of its data source that has its name, or to none.

    Names are compared as databases do, without case; a nested column is named with its path.
    """
    wanted = {path for row in sources if row.data_source_id for path in _column_paths(row)}
    columns = Column.objects.annotate(lower_path=Lower("path")).filter(
        entity__in={row.data_source_id for row in sources if row.data_source_id},
        lower_path__in=wanted,
    )
    found = {(column.entity_id, column.lower_path): column for column in columns} if wanted else {}
    for row in sources:
        paths = ((row.data_source_id, path) for path in _column_paths(row))
        row.column = next((found[path] for path in paths if path in found), None)
    return sources


def match_columns(sources: models.QuerySet[FeatureSource]) -> None:
    """Look again for the columns of sources that are stored, after their tables changed."""
    rows = list(sources)
    FeatureSource.objects.bulk_update(match_columns_of(rows), ["column"])


def complete(document: Document) -> None:
    """Fill in what the server knows about features and sources, and drop what is empty."""
    for feature in document.get("mlFeatures") or []:
        feature["fullyQualifiedName"] = names.join(document["fullyQualifiedName"], feature["name"])
        for source in feature.get("featureSources") or []:
            above = source.get("dataSource")
            source["fullyQualifiedName"] = (
                names.join(above["fullyQualifiedName"], source["name"])
                if above
                else names.quote(source["name"])
            )
            drop_empty(source)
        drop_empty(feature)


def _column_paths(source: FeatureSource) -> tuple[str, str]:
    """Return where the column may be: under a name that has dots itself, or inside another."""
    name = source.name.lower()
    return f"columns.{names.quote(name)}", f"columns.{name}"

"""Databases, schemas, tables and their columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower

from catalog import changes, merging, names
from catalog.models import assets
from catalog.models.entity import Document, Entity
from catalog.models.parts import Part, drop_empty, replace_parts
from catalog.models.relations import Computed

PLACE_FIELDS = (*assets.EXTRA_FIELDS, "location")


def children_of(type_name: str) -> Any:
    """Return the loader of what is directly inside, for `Computed`."""

    def rows(ids: list[Any]) -> Any:
        inside = Entity.objects.present().of_type(type_name).filter(parent__in=ids)
        return inside.order_by("name", "pk").values_list("parent", "pk")

    return rows


class Database(Entity):
    type_name = "database"
    collection = "databases"
    label, label_plural = "Database", "Databases"
    parent_field = "service"
    parent_types = ("databaseService",)
    plain = (*assets.PLAIN, "default", "retentionPeriod", "sourceUrl")
    plain_on_request = assets.ON_REQUEST
    relations = (
        *assets.RELATIONS,
        Computed("databaseSchemas", children_of("databaseSchema")),
    )
    extra_fields = (*PLACE_FIELDS, "databaseProfilerConfig")
    inherited = ("domains",)
    rules = (*assets.RULES, changes.Value("retentionPeriod"), changes.Value("sourceUrl"))
    merges = assets.MERGES

    default = models.BooleanField(default=False)
    retention_period = models.CharField(max_length=64, null=True)
    source_url = models.TextField(null=True)


class DatabaseSchema(Entity):
    type_name = "databaseSchema"
    collection = "databaseSchemas"
    label, label_plural = "Database schema", "Database schemas"
    parent_field = "database"
    parent_types = ("database",)
    plain = (*assets.PLAIN, "retentionPeriod", "sourceUrl")
    plain_on_request = assets.ON_REQUEST
    relations = (*assets.RELATIONS, Computed("tables", children_of("table")))
    extra_fields = (*PLACE_FIELDS, "databaseSchemaProfilerConfig")
    inherited = ("owners", "domains")
    rules = (*assets.RULES, changes.Value("retentionPeriod"), changes.Value("sourceUrl"))
    merges = assets.MERGES

    retention_period = models.CharField(max_length=64, null=True)
    source_url = models.TextField(null=True)


def column_key(column: Document) -> Any:
    """A column of another type is another column, as consumers see it."""
    return column["name"].lower(), column["dataType"], column.get("arrayDataType")


COLUMN_RULES = (
    changes.Value("description"),
    changes.Value("displayName"),
    changes.Items("tags", key=changes.label_key),
    changes.Value("constraint"),
    changes.Grade("dataLength", adding_is_major=True),
    changes.Grade("precision"),
    changes.Grade("scale"),
)


class Table(Entity):
    type_name = "table"
    collection = "tables"
    label, label_plural = "Table", "Tables"
    parent_field = "databaseSchema"
    parent_types = ("databaseSchema",)
    plain = (
        *assets.PLAIN,
        "tableType",
        "retentionPeriod",
        "sourceUrl",
        "locationPath",
        "fileFormat",
        "processedLineage",
    )
    plain_on_request = (
        *assets.ON_REQUEST,
        "tableConstraints",
        "tablePartition",
        "schemaDefinition",
        "dataModel",
        "tableProfilerConfig",
        "aliases",
    )
    part_lists = ("columns",)
    relations = assets.RELATIONS
    extra_fields = (
        *PLACE_FIELDS,
        "columns",
        "joins",
        "sampleData",
        "profile",
        "testSuite",
        "customMetrics",
        "queries",
        "pipelineObservability",
    )
    inherited = ("owners", "domains")
    rules = (
        *assets.RULES,
        changes.Parts(
            "columns",
            key=column_key,
            inner=COLUMN_RULES,
            major=frozenset({changes.How.DELETED}),
            children="children",
        ),
        changes.Items("tableConstraints"),
        changes.Value("tablePartition"),
        changes.Value("tableType"),
        changes.Value("schemaDefinition"),
        changes.Value("sourceUrl"),
        changes.Value("locationPath"),
        changes.Value("retentionPeriod"),
    )
    merges = {
        **assets.MERGES,
        "columns": merging.carry_over("description", "displayName", children="children"),
        "dataModel": merging.keep_if_absent,
        "tableProfilerConfig": merging.keep_if_absent,
        "processedLineage": merging.keep_stored,
    }
    tags_are_listed = True  # the SDK adds to a column's list of tags in place
    newer = frozenset({"aliases"})

    table_type = models.CharField(max_length=32, default="Regular")
    retention_period = models.CharField(max_length=64, null=True)
    source_url = models.TextField(null=True)
    location_path = models.TextField(null=True)
    file_format = models.CharField(max_length=16, null=True)
    processed_lineage = models.BooleanField(default=False)
    table_constraints = models.JSONField(null=True)
    table_partition = models.JSONField(null=True)
    schema_definition = models.TextField(null=True)
    data_model = models.JSONField(null=True)
    table_profiler_config = models.JSONField(null=True)
    aliases = models.JSONField(null=True)

    @classmethod
    def parts(cls, document: Document) -> Iterator[tuple[str, Document]]:
        return nested("columns", document.get("columns") or [])

    @classmethod
    def complete(cls, document: Document) -> None:
        document.setdefault("columns", [])
        for path, column in nested("columns", document["columns"]):
            inside = path.removeprefix("columns")
            column["fullyQualifiedName"] = document["fullyQualifiedName"] + inside
            display = column.get("dataTypeDisplay") or column["dataType"]
            column["dataTypeDisplay"] = display.lower()
            if column["dataType"] != "ARRAY":
                column.pop("arrayDataType", None)
            drop_empty(column)

    @classmethod
    def column_names(cls, entity: Entity) -> set[str]:
        return {
            entity.fully_qualified_name + path.removeprefix("columns")
            for path in Column.objects.filter(entity=entity.pk).values_list("path", flat=True)
        }

    def document(self) -> Document:
        return super().document() | {"columns": column_documents(self)}

    def save_parts(self, before: Document, after: Document) -> None:
        super().save_parts(before, after)
        if before.get("columns") != after.get("columns"):
            save_columns(self, before.get("columns") or [], after["columns"])
            for kind in self.kinds().values():
                kind.columns_changed(self)


def nested(path: str, columns: list[Document]) -> Iterator[tuple[str, Document]]:
    """Yield (path, column) for all columns, outer before inner."""
    for column in columns:
        inner = f"{path}.{names.quote(column['name'])}"
        yield inner, column
        yield from nested(inner, column.get("children") or [])


class Column(Part):
    """A column of a table (later: of a container or topic), or a field inside another column."""

    plain = (
        "displayName",
        "dataType",
        "arrayDataType",
        "dataLength",
        "precision",
        "scale",
        "dataTypeDisplay",
        "description",
        "constraint",
        "ordinalPosition",
        "jsonSchema",
    )

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="columns")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    path = models.TextField()  # "columns.address.city": where labels for it are found
    display_name = models.CharField(max_length=256, null=True)
    data_type = models.CharField(max_length=32)
    array_data_type = models.CharField(max_length=32, null=True)
    data_length = models.BigIntegerField(null=True)
    precision = models.IntegerField(null=True)
    scale = models.IntegerField(null=True)
    data_type_display = models.TextField(null=True)
    description = models.TextField(null=True)
    constraint = models.CharField(max_length=16, null=True)
    ordinal_position = models.IntegerField(null=True)
    json_schema = models.TextField(null=True)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["entity", "position"], name="columns_in_order"),
            models.Index(
                OpClass(Lower("name"), name="text_pattern_ops"), name="columns_by_name_prefix"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.path}"


def column_documents(entity: Entity) -> list[Document]:
    """Return the columns of an entity as its document shows them, nested, in one query."""
    inside: dict[Any, list[Column]] = {}
    for row in entity.columns.order_by("position"):
        inside.setdefault(row.parent_id, []).append(row)

    def documents(parent: int | None) -> list[Document]:
        return [
            row.document()
            | {"fullyQualifiedName": entity.fully_qualified_name + row.path.removeprefix("columns")}
            | ({"children": found} if (found := documents(row.pk)) else {})
            for row in inside.get(parent, [])
        ]

    return documents(None)


def save_columns(entity: Entity, before: list[Document], after: list[Document]) -> None:
    """Bring the rows from one list of columns to another; rows that stay keep their key."""
    flat = [
        [column | {"path": path} for path, column in nested("columns", columns)]
        for columns in (before, after)
    ]
    written = replace_parts(Column, {"entity": entity}, *flat, key="path")
    above = {
        inner: path
        for path, column in nested("columns", after)
        for inner in (f"{path}.{names.quote(c['name'])}" for c in column.get("children") or [])
    }
    inside = [row for path, row in written.items() if path in above]
    if inside:
        parents = dict(
            Column.objects.filter(entity=entity, path__in=set(above.values())).values_list(
                "path", "pk"
            )
        )
        for row in inside:
            row.parent_id = parents[above[row.path]]
        Column.objects.bulk_update(inside, ["parent"], batch_size=500)

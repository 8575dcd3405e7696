"""Where a feature source comes from: find the table, or the column of one, that somebody named."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Lower

from catalog import names
from catalog.models import Column, Entity
from catalog.models.entity import Document, lasting_reference
from mlmodels.models.features import FeatureSource, match_columns_of
from mlmodels.source_types import source_type

# What a source can be made from; people, tags and services are no data.
KINDS = ("table", "dashboard", "chart", "pipeline", "mlmodel", "databaseSchema", "database")


class NoSuchPlace(LookupError):
    """Nothing has this name; the message says how far the name could be followed."""


@dataclass(frozen=True)
class Place:
    """A data source, and the column in it if the name went that far."""

    source: Document
    column: str = ""  # "city", or "address.city" inside another column
    data_type: str | None = None


def find(name: str) -> Place:
    """Return the place with this full name, that of a table or of a column. Raise NoSuchPlace."""
    parts = names.split(name)
    above = [_joined(parts[:end]) for end in range(1, len(parts))]
    rows = Entity.objects.present().of_type(*KINDS).named(name, *above)
    found = {(row.fully_qualified_name, row.entity_type): row for row in rows}
    for kind in KINDS:
        if (name, kind) in found:
            return Place(lasting_reference(found[name, kind]))
    table = next(
        (found[text, "table"] for text in reversed(above) if (text, "table") in found), None
    )
    if table is None:
        raise NoSuchPlace(
            f"There is no table or column called {name}."
            " Choose one from the list, or paste its full name."
        )
    inside = parts[len(names.split(table.fully_qualified_name)) :]
    paths = {names.join("columns", *inside), f"columns.{'.'.join(inside)}"}
    columns = Column.objects.annotate(lower_path=Lower("path")).filter(entity=table.pk)
    column = columns.filter(lower_path__in=[path.lower() for path in paths]).first()
    if column is None:
        raise NoSuchPlace(
            f"The table {table.fully_qualified_name} has no column {'.'.join(inside)}."
        )
    own = ".".join(names.split(column.path.removeprefix("columns.")))
    return Place(lasting_reference(table), own, source_type(column.data_type))


def names_of(sources: list[Document]) -> list[str]:
    """Return the full name of the place of each source: its column's, else its data source's."""
    rows = [FeatureSource(name=source["name"], data_source_id=_id(source)) for source in sources]
    match_columns_of(rows)
    return [
        source["dataSource"]["fullyQualifiedName"]
        + (row.column.path.removeprefix("columns") if row.column else "")
        if row.data_source_id
        else ""
        for row, source in zip(rows, sources, strict=True)
    ]


def _id(source: Document) -> UUID | None:
    above = source.get("dataSource")
    return UUID(above["id"]) if above else None


def _joined(parts: list[str]) -> str:
    return ".".join(map(names.quote, parts))

"""Parts: rows that belong to one entity and come and go with its document (columns, features)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models

from catalog import changes, names
from catalog.models.entity import Document, column_name


class Part(models.Model):
    """A named, ordered part of an entity; `plain` are its columns by document name."""

    plain: ClassVar[tuple[str, ...]] = ()

    position = models.PositiveIntegerField()
    name = models.CharField(max_length=names.MAX_NAME)

    class Meta:
        abstract = True
        ordering = ["position"]

    def document(self) -> Document:
        values = {name: getattr(self, column_name(name)) for name in self.plain}
        return {"name": self.name} | {k: v for k, v in values.items() if not changes.is_empty(v)}

    def assign(self, document: Document) -> None:
        """Copy the document's values onto this row, without saving."""
        self.name = document["name"]
        for name in self.plain:
            setattr(self, column_name(name), document.get(name))


def drop_empty(part: Document) -> None:
    """Take out what the wire treats as absent, so that equal parts are equal documents."""
    for name in [name for name, value in part.items() if changes.is_empty(value)]:
        del part[name]


def replace_parts(
    model: type[Part],
    owner: Mapping[str, Any],
    wanted: Sequence[Document],
    *,
    key: str = "name",
) -> list[Any]:
    """Make the rows of `owner` match `wanted`, paired by `key`; return them in order.

    Rows that stay keep their primary key, so links to them survive an edit. Three queries at
    most beside the reading: one for what is gone, one for what is new, one for what differs.
    """
    existing = {getattr(row, key): row for row in model._default_manager.filter(**owner)}
    rows, new, changed = [], [], []
    for position, document in enumerate(wanted):
        row = existing.pop(document[key], None)
        was = None if row is None else {**vars(row), "_state": None}
        row = row or model(**owner)
        row.position = position
        if key != "name":
            setattr(row, key, document[key])
        row.assign(document)
        rows.append(row)
        if was is None:
            new.append(row)
        elif was != {**vars(row), "_state": None}:
            changed.append(row)
    if existing:
        model._default_manager.filter(pk__in=[row.pk for row in existing.values()]).delete()
    model._default_manager.bulk_create(new)
    if changed:
        columns = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        model._default_manager.bulk_update(changed, columns, batch_size=500)
    return rows

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
    before: Sequence[Document],
    wanted: Sequence[Document],
    *,
    key: str = "name",
) -> dict[str, Any]:
    """Bring the rows of `owner` from the list `before` to the list `wanted`, paired by `key`.

    Rows that stay keep their primary key, so links to them survive an edit; rows whose document
    and place are the same are not even read. Return the rows that were written, by key.
    """
    was = {document[key]: (place, document) for place, document in enumerate(before)}
    now = {document[key]: (place, document) for place, document in enumerate(wanted)}
    touched = {name: at for name, at in now.items() if was.get(name) != at}
    rows = model._default_manager.filter(**owner)
    if gone := was.keys() - now.keys():
        rows.filter(**{f"{key}__in": gone}).delete()
    there = touched.keys() & was.keys()
    changed = {getattr(row, key): row for row in rows.filter(**{f"{key}__in": there})}
    new = {name: model(**owner) for name in touched.keys() - changed.keys()}
    written = changed | new
    for name, (place, document) in touched.items():
        row = written[name]
        row.position = place
        setattr(row, key, name)
        row.assign(document)
    store(model, [written[name] for name in touched])
    return written


def store(model: type[Part], rows: Sequence[Any]) -> None:
    """Insert the rows that are new and update the others, whole, in one statement each.

    An upsert by key: `bulk_update` compiles a CASE for each column of each row, which takes longer
    than all the rest of a write.
    """
    columns = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=columns
    )

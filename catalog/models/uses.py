"""What uses an entity, as the kinds that use it tell: a model's features use a table's columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models.entity import Document, Entity


@dataclass(frozen=True)
class Use:
    """One place where something uses an entity; `part` and `source` are empty for all of it."""

    user: Document  # the reference to what uses it
    role: str  # "feature", "dashboard": what it is used as
    part: str = ""  # the feature
    source: str = ""  # what the feature calls the column
    column: str = ""  # the path of the column: "columns.address.city"; empty if there is none


def uses_of(entity: Entity) -> list[Use]:
    """Return all uses of an entity by what is not deleted, ordered by who uses it."""
    found = [use for kind in Entity.kinds().values() for use in kind.uses_of(entity)]
    return sorted(found, key=lambda use: use.user["fullyQualifiedName"])


def users_by_column(uses: Iterable[Use]) -> Counter[str]:
    """Count for each column's path how many entities use it."""
    pairs = {(use.column, use.user["id"]) for use in uses if use.column}
    return Counter(column for column, _ in pairs)

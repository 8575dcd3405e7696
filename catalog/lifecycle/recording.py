"""How a change is written down: the entity's rows, its version and its event, together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from catalog import access, documents
from catalog.changes import ChangeDescription
from catalog.lifecycle.errors import Taken
from catalog.models import ChangeEvent, Entity, EntityVersion
from catalog.models.entity import Document
from catalog.models.lineage import milliseconds


@dataclass(frozen=True)
class Stamp:
    """Which version a document is, and how it came to be."""

    version: Decimal
    at: datetime
    by: str
    is_major: bool = False
    change: Document | None = None  # since the version before; None for the first
    increment: Document | None = None  # by the last request alone, where that is not the same

    def as_json(self) -> Document:
        optional = {
            "changeDescription": self.change,
            "incrementalChangeDescription": self.increment,
        }
        return {
            "version": float(self.version),
            "updatedAt": milliseconds(self.at),
            "updatedBy": self.by,
            **{k: v for k, v in optional.items() if v is not None},
        }


def now() -> datetime:
    """Return the present in whole milliseconds, all that the wire can tell."""
    moment = timezone.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def lock(name: str) -> None:
    """Make writers of one name take turns until they commit, even before it has a row to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def described(
    change: ChangeDescription, previous: Decimal, summary: Document | None = None
) -> Document:
    """Return the wire's ChangeDescription."""
    described = change.as_json() | {"previousVersion": float(previous)}
    return described | ({"changeSummary": summary} if summary else {})


def summary_of(
    change: ChangeDescription, actor: access.Actor, at: datetime, source: str, before: Document
) -> Document:
    """Return who last wrote each description: the summary so far, and what this change adds."""
    known = (before.get("changeDescription") or {}).get("changeSummary") or {}
    entry = {
        "changeSource": source,
        "changedBy": actor.username,
        "changedAt": milliseconds(at),
    }
    named = [name for name in change.names() if name.rpartition(".")[2] == "description"]
    return known | dict.fromkeys(named, entry)


def store(entity: Entity, before: Document, content: Document, stamp: Stamp) -> None:
    """Write the rows of `content`, and the core that reads are served from."""
    entity.version, entity.updated_at, entity.updated_by = stamp.version, stamp.at, stamp.by
    entity.core = documents.core_of(type(entity), content) | stamp.as_json()
    entity.assign(content)
    _refuse_taken(entity)
    if entity._state.adding:
        entity.save(force_insert=True)
    else:
        entity.save(force_update=True)
    entity.save_parts(before, content)


def _refuse_taken(entity: Entity) -> None:
    """Raise for a value that only one may have and another has: an email address."""
    kind = type(entity)
    for column in kind._meta.local_concrete_fields:
        if column.unique and not column.primary_key:
            value = getattr(entity, column.attname)
            others = kind.objects.exclude(pk=entity.pk)
            if others.filter(**{column.attname: value}).exists():
                raise Taken(f"Another {kind.label.lower()} has the {column.verbose_name} {value}")


def keep_version(entity: Entity, content: Document, stamp: Stamp) -> None:
    """Write the version that `stamp` names, or overwrite it when an edit continues a session."""
    columns = _version_columns(entity, content, stamp)
    EntityVersion.objects.update_or_create(
        entity_id=entity.pk, version=stamp.version, defaults=columns
    )


def add_version(entity: Entity, content: Document, stamp: Stamp) -> None:
    """Write a version whose number is new; one query."""
    columns = _version_columns(entity, content, stamp)
    EntityVersion.objects.create(entity_id=entity.pk, version=stamp.version, **columns)


def _version_columns(entity: Entity, content: Document, stamp: Stamp) -> dict[str, Any]:
    kind = type(entity)
    document = {k: v for k, v in kind.shown(content).items() if k not in kind.not_on_wire}
    return {
        "is_major": stamp.is_major,
        "document": document | stamp.as_json(),
        "change_description": stamp.change or {},
        "updated_at": stamp.at,
        "updated_by": stamp.by,
    }


def tell(
    event_type: str,
    entity: Entity,
    actor: access.Actor,
    *,
    previous: Decimal | None = None,
    change: Document | None = None,
    is_major: bool = False,
    at: datetime | None = None,
) -> ChangeEvent:
    """Write the change event: a fact for whoever listens, delivered later and never from here."""
    return ChangeEvent.objects.create(
        event_type=event_type,
        entity_type=entity.entity_type,
        entity_id=entity.pk,
        entity_fully_qualified_name=entity.fully_qualified_name,
        previous_version=previous,
        current_version=entity.version,
        is_major=is_major,
        change_description=change or {},
        user_name=actor.username,
        timestamp=at or now(),
    )


def no_change() -> dict[str, Any]:
    return {"fieldsAdded": [], "fieldsUpdated": [], "fieldsDeleted": []}

"""What tests ask again and again: an entity as it is stored now, its versions, its events."""

from typing import Any

from catalog.models import ChangeEvent, Entity, EntityVersion
from catalog.models.entity import Document

SIGNS = {"fieldsAdded": "+", "fieldsUpdated": "~", "fieldsDeleted": "-"}


def fresh(entity: Entity) -> Any:
    """Return the entity as it is in the database."""
    return entity.kind.objects.get(pk=entity.pk)


def versions_of(entity: Entity) -> list[str]:
    """Return the version numbers in history, oldest first."""
    rows = EntityVersion.objects.filter(entity=entity.pk).order_by("version")
    return [str(version) for version in rows.values_list("version", flat=True)]


def version_of(entity: Entity, number: str) -> EntityVersion:
    return EntityVersion.objects.get(entity=entity.pk, version=number)


def events_of(entity: Entity) -> list[tuple[str, str, str]]:
    """Return (type, previous version, version) of each event, oldest first."""
    rows = ChangeEvent.objects.filter(entity_id=entity.pk).order_by("id")
    return [(e.event_type, str(e.previous_version), str(e.current_version)) for e in rows]


def last_event(entity: Entity) -> ChangeEvent:
    return ChangeEvent.objects.filter(entity_id=entity.pk).order_by("id").last()


def recorded(description: Document | None) -> list[str]:
    """Return the names in a change description with a sign each: "+tags", "~server", "-columns"."""
    return sorted(
        SIGNS[where] + change["name"]
        for where in SIGNS
        for change in (description or {}).get(where, [])
    )


def recorded_of(entity: Entity) -> list[str]:
    return recorded(fresh(entity).core.get("changeDescription"))

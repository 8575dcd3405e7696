"""What happened lately, as sentences; what one account did to many in a row is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from catalog import names
from catalog.kinds import kind_of
from catalog.models import ChangeEvent, Entity, User
from catalog.models.entity import reference
from catalog.web.sentences import field_words

LOOKED_AT = 300
SHOWN = 12

Type = ChangeEvent.Type
VERBS = {
    Type.CREATED: "added",
    Type.UPDATED: "changed",
    Type.FIELDS_CHANGED: "changed",
    Type.SOFT_DELETED: "deleted",
    Type.DELETED: "removed for good",
    Type.RESTORED: "restored",
    Type.LINEAGE_ADDED: "added lineage to",
    Type.LINEAGE_UPDATED: "changed lineage of",
    Type.LINEAGE_DELETED: "removed lineage of",
}


def changes() -> list[dict[str, Any]]:
    """Return the latest changes, newest first: who did what to which entity, and when."""
    rows = ChangeEvent.objects.defer("change_description").order_by("-timestamp", "-pk")
    # Following and voting are ties of a person, not changes of the entity.
    told = rows.exclude(event_type=Type.FIELDS_CHANGED)[:LOOKED_AT]
    runs = [list(run) for _, run in groupby(told, key=_same)][:SHOWN]
    single = [run[0] for run in runs if len({event.entity_id for event in run}) == 1]
    fields = dict(
        ChangeEvent.objects.filter(pk__in=[it.pk for it in single], event_type=Type.UPDATED)
        .order_by()
        .values_list("pk", "change_description")
    )
    ids = {event.entity_id for event in single}
    entities = Entity.objects.filter(pk__in=ids).only(
        "entity_type", "name", "display_name", "fully_qualified_name", "deleted"
    )
    there = {entity.pk: reference(entity) for entity in entities}
    actors = {run[0].user_name for run in runs}
    known = set(User.objects.filter(username__in=actors).values_list("username", flat=True))
    return [
        _sentence(run, there, fields) | {"actor_is_known": run[0].user_name in known}
        for run in runs
    ]


def _same(event: ChangeEvent) -> tuple[str, str, str, bool]:
    return (event.user_name, VERBS[event.event_type], event.entity_type, event.is_major)


def _sentence(
    run: list[ChangeEvent], there: dict[Any, Any], fields: dict[Any, Any]
) -> dict[str, Any]:
    event = run[0]
    number = len({it.entity_id for it in run})
    kind = kind_of(event.entity_type)
    name = names.split(event.entity_fully_qualified_name)[-1]
    return {
        "actor": event.user_name,
        "verb": VERBS[event.event_type],
        "kind": event.entity_type,
        "entity": there.get(event.entity_id) if number == 1 else None,
        "words": name if number == 1 else kind.counted(number),
        "fields": list(_fields(fields.get(event.pk) or {})) if number == 1 else [],
        "is_major": event.is_major,
        "version": event.current_version if number == 1 else None,
        "at": event.timestamp,
    }


def _fields(description: dict[str, Any]) -> Iterator[str]:
    """Name what changed, each thing once: "mlFeatures.age.description" is about the features."""
    listed = ("fieldsAdded", "fieldsUpdated", "fieldsDeleted")
    changed = [change["name"] for key in listed for change in description.get(key) or []]
    for name in dict.fromkeys(names.split(name)[0] for name in changed):
        yield field_words(name)

"""Soft delete, restore, and delete for good."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import ProtectedError

from catalog import access, documents
from catalog.changes import is_empty
from catalog.lifecycle.errors import Invalid
from catalog.lifecycle.recording import tell
from catalog.lifecycle.writing import Written, locked, write
from catalog.models import ChangeEvent, Entity
from catalog.models.classification import labels_by_path, put_labels
from catalog.models.entity import Document

Event = ChangeEvent.Type


@transaction.atomic
def delete(entity: Entity, *, actor: access.Actor, recursive: bool = False) -> Written:
    """Hide the entity, and with `recursive` all inside it; `restore` brings it back.

    Raise Invalid if something is inside and `recursive` is not asked for, access.Forbidden.
    """
    entity = locked(entity)
    access.check_delete(actor, entity)
    inside = _inside(entity)
    if not recursive and any(not child.deleted for child in inside):
        raise Invalid(f"{entity.entity_type} is not empty")
    for child in reversed(inside):
        _set_deleted(locked(child), True, actor)
    return _set_deleted(entity, True, actor)


@transaction.atomic
def restore(entity: Entity, *, actor: access.Actor) -> Written:
    """Bring a soft-deleted entity back, and all inside it."""
    entity = locked(entity)
    access.check_delete(actor, entity)
    if entity.parent and entity.parent.deleted:
        raise Invalid(f"{entity.parent} is deleted too: restore that first")
    written = _set_deleted(entity, False, actor)
    for child in _inside(entity):
        _set_deleted(locked(child), False, actor)
    return written


@transaction.atomic
def hard_delete(entity: Entity, *, actor: access.Actor, recursive: bool = False) -> Document:
    """Remove the entity with history, labels and lineage; return its last document.

    What referred to it gets a new version that says so. Raise like `delete`.
    """
    entity = entity.kind.objects.select_for_update().get(pk=entity.pk)
    access.check_delete(actor, entity)
    levels = [[entity], *_levels_below(entity)]
    gone = [one for level in levels for one in level]
    if not recursive and len(gone) > 1:
        raise Invalid(f"{entity.entity_type} is not empty")
    ids = [one.pk for one in gone]
    left = [
        (one, documents.content_of(one))
        for kind in Entity.kinds().values()
        for one in kind.forget(ids)
        if one.pk not in ids
    ]
    last = entity.core
    for level in reversed(levels):
        for one in level:
            tell(Event.DELETED, one, actor, previous=one.version)
        _remove(level)
    for one, before in left:
        _record_loss(one, before, actor)
    return last


def _set_deleted(entity: Entity, deleted: bool, actor: access.Actor) -> Written:
    before = documents.content_of(entity)
    return write(entity, before, before | {"deleted": deleted}, actor, checked=True)


def _levels_below(entity: Entity) -> Iterator[list[Entity]]:
    """Yield what is inside the entity, then what is inside that, and so on."""
    level = [entity]
    while level := list(Entity.objects.filter(parent__in=level).order_by("pk")):
        yield level


def _inside(entity: Entity) -> list[Entity]:
    """Return everything below the entity, containers before their contents."""
    return [one for level in _levels_below(entity) for one in level]


def _remove(level: list[Entity]) -> None:
    try:
        Entity.objects.filter(pk__in=[one.pk for one in level]).delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(one) for one in error.protected_objects})[:5])
        raise Invalid(f"{level[0].entity_type} is still used by {users}") from error


def _record_loss(entity: Entity, before: Document, actor: access.Actor) -> None:
    """Give an entity that lost a reference the version that says so."""
    kind = type(entity)
    entity = locked(entity)
    rows = kind.objects.get(pk=entity.pk).document()
    after = documents.content_of(entity)
    labels = labels_by_path(kind, after)
    after |= {name: rows.get(name) for name in kind.part_lists}
    put_labels(kind, after, labels)
    write(entity, before, {k: v for k, v in after.items() if not is_empty(v)}, actor, checked=True)

"""Create, put, update and patch: from a document to rows, a version and an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from catalog import (
    access,
    changes,
    documents,
    etags,
    merging,
    names,
    references,
)
from catalog import (
    patch as json_patch,
)
from catalog.changes import describe_change, is_empty
from catalog.lifecycle import edges
from catalog.lifecycle.errors import AlreadyExists, Invalid, VersionConflict
from catalog.lifecycle.recording import (
    Stamp,
    add_version,
    described,
    keep_version,
    lock,
    now,
    store,
    summary_of,
    tell,
)
from catalog.models import ChangeEvent, Entity, EntityVersion
from catalog.models.entity import Document, column_name
from catalog.models.lineage import milliseconds
from catalog.versioning import FIRST_VERSION, LastChange, continues_session, next_version

Event = ChangeEvent.Type

# What a request says when the entity is created: its name, its place and its type.
SAID_ONCE = (
    *("name", "serviceType", "service", "database", "databaseSchema"),
    *("classification", "parent"),
)


@dataclass(frozen=True)
class Written:
    """What a write did; `how` is the wire's word for it, `content` what is there now."""

    entity: Entity
    how: str
    content: Document

    CREATED = Event.CREATED.value
    NO_CHANGE = "entityNoChange"

    @property
    def document(self) -> Document:
        """The whole document as it was written."""
        stamp = {k: v for k, v in self.entity.core.items() if k in documents.STAMP}
        return self.content | stamp

    @property
    def is_new(self) -> bool:
        return self.how == self.CREATED


@transaction.atomic
def create(kind: type[Entity], request: Document, *, actor: access.Actor) -> Written:
    """Create the entity that `request` describes.

    Raise AlreadyExists, references.NotFound, references.WrongReference, Invalid, access.Forbidden.
    """
    document = _resolved(kind, request)
    lock(f"{kind.type_name} {document['fullyQualifiedName']}")
    if kind.objects.named(document["fullyQualifiedName"]).exists():
        raise AlreadyExists
    return _create(kind, document, actor)


@transaction.atomic
def put(
    kind: type[Entity], request: Document, *, actor: access.Actor, override: bool = False
) -> Written:
    """Create the entity that `request` names, or update it; a soft-deleted one comes back.

    `override` lets a robot replace what people wrote. Errors are those of `create`.
    """
    document = _resolved(kind, request)
    lock(f"{kind.type_name} {document['fullyQualifiedName']}")
    entity = (
        kind.objects.select_for_update(no_key=True).named(document["fullyQualifiedName"]).first()
    )
    if entity is None:
        return _create(kind, document, actor)
    before = documents.content_of(entity)
    by_robot = actor.is_bot and not override
    after = merging.put_over(
        before, document, kind.contents(), kind.merges_all(), by_robot=by_robot
    )
    references.refuse_united_exclusives(kind, document, before, after)
    return write(entity, before, after | {"deleted": False}, actor)


@transaction.atomic
def update(
    entity: Entity,
    edits: Document,
    *,
    actor: access.Actor,
    if_match: str | None = None,
) -> Written:
    """Replace the fields in `edits`; None takes one away. This is what forms call.

    Edits of one person within ten minutes are one version. Raise VersionConflict if `if_match`
    is given and names another state than the present one.
    """
    entity = locked(entity)
    _refuse_stale(entity, if_match)
    before = documents.content_of(entity)
    after = _edited(entity, before, before | edits)
    return write(entity, before, after, actor, in_session=True)


@transaction.atomic
def patch(
    entity: Entity,
    operations: Any,
    *,
    actor: access.Actor,
    if_match: str | None = None,
    check: Any = None,
    source: str | None = None,
) -> Written:
    """Apply a JSON Patch to the entity's document.

    `check` is called with the patched document and raises if its shape is wrong. What only the
    server may say (id, name, place, version) is put back. Raise patch.PatchError.
    """
    entity = locked(entity)
    _refuse_stale(entity, if_match)
    kind = type(entity)
    before = documents.content_of(entity)
    whole = _shown_to_clients(entity, before)
    after = json_patch.apply(whole, operations, lists=kind.lists())
    _refuse_unknown(kind, whole, after)
    if after.get("deleted", before["deleted"]) != before["deleted"]:
        raise Invalid(f"{kind.type_name} attribute deleted can't be modified")
    if check is not None:
        check({k: v for k, v in after.items() if k in kind.contents() and not is_empty(v)})
    after = _edited(entity, before, after)
    return write(entity, before, after, actor, in_session=if_match is None, source=source)


def _shown_to_clients(entity: Entity, content: Document) -> Document:
    """Return the document that patches are made for: with all members, and lists to add tags to."""
    whole = documents.copied(entity.core | content | {"href": ""})
    for _, part in type(entity).parts(whole):
        part.setdefault("tags", [])
    return whole


def _refuse_unknown(kind: type[Entity], whole: Document, after: Document) -> None:
    known = {*whole, *kind.contents(), *documents.fields_of(kind)}
    for name, value in after.items():
        if name not in known and not is_empty(value):
            raise Invalid(f'[Unrecognized field "{name}"]')


def write(
    entity: Entity,
    before: Document,
    after: Document,
    actor: access.Actor,
    *,
    in_session: bool = False,
    source: str | None = None,
    checked: bool = False,
) -> Written:
    """Bring a locked entity from one content document to another.

    No effective change writes nothing. A change no rule records is stored without a version.
    """
    kind = type(entity)
    complete(kind, after)
    kind.keep_hidden(before, after)
    change = describe_change(kind.rules, before, after)
    if not change and before == after:
        return Written(entity, Written.NO_CHANGE, before)
    if not checked:
        access.check_change(actor, entity, change)
    if not change:
        _store_silently(entity, before, after)
        return Written(entity, Written.NO_CHANGE, after)
    previous, at = entity.version, now()
    stamp = _stamp(entity, after, change, actor, at, in_session=in_session, source=source)
    store(entity, before, after, stamp)
    if stamp.version > previous:
        add_version(entity, after, stamp)
    else:
        keep_version(entity, after, stamp)
    edges.imply(entity, before, after, actor, at)
    event = _event(before, after)
    tell(
        event,
        entity,
        actor,
        previous=previous,
        change=described(change, previous),
        is_major=change.is_major,
        at=at,
    )
    return Written(entity, event.value, after)


def _event(before: Document, after: Document) -> Event:
    """Say what kind of change it is."""
    if before["deleted"] == after["deleted"]:
        return Event.UPDATED
    return Event.SOFT_DELETED if after["deleted"] else Event.RESTORED


def complete(kind: type[Entity], document: Document) -> None:
    """Fill in defaults and what the server knows better than the request."""
    for name in kind.plain:
        column = kind._meta.get_field(column_name(name))
        if column.has_default() and name not in document:
            document[name] = column.get_default()
    kind.complete(document)
    for _, part in kind.parts(document):
        _refuse_long_name(part)


def _refuse_long_name(document: Document) -> None:
    if len(document["fullyQualifiedName"]) > names.MAX_QUALIFIED_NAME:
        raise Invalid(f"[fullyQualifiedName size must be between 1 and {names.MAX_QUALIFIED_NAME}]")


def _resolved(kind: type[Entity], request: Document) -> Document:
    document = documents.copied(request)
    references.resolve(kind, document)
    # A request may hold what is no part of the document: a password must never be stored in one.
    kept = {*SAID_ONCE, *kind.contents()}
    document = {k: v for k, v in document.items() if k in kept and not is_empty(v)}
    _refuse_twins(kind, document)
    document["fullyQualifiedName"] = kind.qualify(document)
    _refuse_long_name(document)
    complete(kind, document)
    return document


def _edited(entity: Entity, before: Document, wanted: Document) -> Document:
    """Return `before` with those fields of `wanted` that a request may set, resolved."""
    kind = type(entity)
    contents = kind.contents()
    edited = {k: documents.copied(wanted[k]) for k in contents if not is_empty(wanted.get(k))}
    references.resolve(kind, edited)
    _refuse_twins(kind, edited)
    kept = {k: v for k, v in before.items() if k not in contents}
    return kept | {k: v for k, v in edited.items() if not is_empty(v)}


def _refuse_twins(kind: type[Entity], document: Document) -> None:
    """Parts are told apart by name, so a name stands once in its list."""
    lists = [[part["name"] for part in document.get(name) or []] for name in kind.part_lists]
    for found in (*lists, [path for path, _ in kind.parts(document)]):
        if len(set(found)) < len(found):
            twin = next(name for name in found if found.count(name) > 1)
            raise Invalid(f"{twin} is there twice")


def _create(kind: type[Entity], document: Document, actor: access.Actor) -> Written:
    container = kind.container(document)
    parent = Entity.objects.get(pk=container["id"]) if container else None
    access.check_create(actor, kind, document["fullyQualifiedName"], parent)
    entity = kind(
        entity_type=kind.type_name,
        name=document["name"],
        fully_qualified_name=document["fullyQualifiedName"],
        parent=parent,
    )
    content = {"id": str(entity.id)} | document | {"deleted": False}
    stamp = Stamp(FIRST_VERSION, now(), actor.username)
    store(entity, {}, content, stamp)
    add_version(entity, content, stamp)
    edges.imply(entity, {}, content, actor, stamp.at)
    tell(Event.CREATED, entity, actor, at=stamp.at)
    return Written(entity, Written.CREATED, content)


def _stamp(
    entity: Entity,
    after: Document,
    change: changes.ChangeDescription,
    actor: access.Actor,
    at: Any,
    *,
    in_session: bool,
    source: str | None,
) -> Stamp:
    """Decide which version the change makes: a new one, or the newest one written again."""
    source = source or ("Ingested" if actor.is_bot else "Manual")
    summary = summary_of(change, actor, at, source, entity.core)
    base = _session_base(entity, actor, at) if in_session else None
    if base is None:
        version = next_version(entity.version, major=change.is_major)
        whole = described(change, entity.version, summary)
        return Stamp(version, at, actor.username, change.is_major, whole)
    newest = EntityVersion.objects.get(entity=entity.pk, version=entity.version)
    kind = type(entity)
    combined = describe_change(kind.rules, base.document, kind.shown(after))
    if not combined:
        # Everything done in the session was undone again: the version before it is back.
        newest.delete()
        return Stamp(
            base.version,
            base.updated_at,
            base.updated_by,
            base.is_major,
            base.change_description or None,
            base.document.get("incrementalChangeDescription"),
        )
    is_major = combined.is_major or newest.is_major
    version = next_version(base.version, major=is_major)
    if version != newest.version:
        newest.delete()
    whole = described(combined, base.version, summary)
    increment = described(change, entity.version)
    return Stamp(version, at, actor.username, is_major, whole, increment)


def _session_base(entity: Entity, actor: access.Actor, at: Any) -> EntityVersion | None:
    """Return the version before the running session, if this edit belongs to one."""
    before = (entity.core.get("changeDescription") or {}).get("previousVersion")
    last = LastChange(
        version=entity.version,
        author=entity.updated_by,
        at=entity.updated_at,
        has_previous=before is not None,
        deleted=entity.deleted,
    )
    if not continues_session(last, author=actor.username, now=at):
        return None
    return EntityVersion.objects.filter(entity=entity.pk, version=str(before)).first()


def _store_silently(entity: Entity, before: Document, after: Document) -> None:
    """Store what is not versioned (a hash, an order) in the newest version, as if always so."""
    newest = EntityVersion.objects.get(entity=entity.pk, version=entity.version)
    stamp = Stamp(
        entity.version,
        entity.updated_at,
        entity.updated_by,
        newest.is_major,
        entity.core.get("changeDescription"),
        entity.core.get("incrementalChangeDescription"),
    )
    store(entity, before, after, stamp)
    keep_version(entity, after, stamp)


def locked(entity: Entity) -> Entity:
    return entity.kind.objects.locked(pk=entity.pk)


def _refuse_stale(entity: Entity, if_match: str | None) -> None:
    if if_match is not None and not etags.matches(
        if_match, entity.version, milliseconds(entity.updated_at)
    ):
        raise VersionConflict(entity)

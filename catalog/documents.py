"""Documents as they are read: an entity's stored core, and the relations that were asked for.

One code path serves a page of entities and a single one, in a number of queries that never grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from catalog.changes import is_empty
from catalog.models.classification import EVERYWHERE, Labels, put_labels
from catalog.models.entity import Document, Entity, column_name
from catalog.models.relations import Relation

STAMP = ("version", "updatedAt", "updatedBy", "changeDescription", "incrementalChangeDescription")
"""What says when and by whom a document was written; everything else is content."""


class UnknownField(ValueError):
    """`fields` names something this kind of entity does not have."""


def fields_of(kind: type[Entity]) -> dict[str, Relation | None]:
    """Return everything that `fields` may name; None where it is no relation."""
    known: dict[str, Relation | None] = dict.fromkeys((*kind.extra_fields, *kind.plain_on_request))
    return known | {relation.name: relation for relation in kind.relations}


def parse_fields(kind: type[Entity], text: str | None) -> list[str]:
    """Return the names in a `fields` parameter; `*` stands for all. Raise UnknownField."""
    known = fields_of(kind)
    wanted = [name.strip() for name in (text or "").split(",") if name.strip()]
    if "*" in wanted:
        return list(known)
    always_there = {"columns", "tasks", "mlFeatures", "mlHyperParameters", *kind.plain}
    for name in wanted:
        if name not in known and name not in always_there:
            raise UnknownField(f"Invalid field name {name}")
    return list(dict.fromkeys(wanted))


def related(kind: type[Entity], ids: Sequence[UUID], fields: Iterable[str]) -> dict[UUID, Document]:
    """Return {id: {field: value}} for the fields that are not in the stored core.

    Labels come as `Labels` loads them, by path. Fields that are empty are there, and empty.
    """
    ids = list(ids)
    found: dict[UUID, Document] = {pk: {} for pk in ids}
    known = fields_of(kind)
    wanted = [name for name in fields if name in known]
    on_row = [name for name in wanted if name in kind.plain_on_request]
    if on_row and ids:
        columns = [column_name(name) for name in on_row]
        for pk, *values in kind.objects.filter(pk__in=ids).values_list("pk", *columns):
            found[pk].update({k: v for k, v in zip(on_row, values, strict=True) if v is not None})
    for name in wanted:
        relation = known[name]
        if relation is None:
            if name == "dataProducts":  # the only one that every client's model has as a list
                for document in found.values():
                    document[name] = []
            continue
        loaded = relation.load(kind, ids) if ids else {}
        if name == Labels.name and kind.tags_are_listed:
            loaded = {pk: _of_columns(loaded.get(pk, {}), "columns" in wanted) for pk in ids}
        for pk, document in found.items():
            value = loaded.get(pk, relation.empty)
            if value is not None:
                document[name] = value
        if name in kind.inherited:
            _inherit(kind, found, name)
    return found


def content_of(entity: Entity) -> Document:
    """Return everything that is versioned of an entity: what PATCH edits and history stores."""
    kind = type(entity)
    document = {k: v for k, v in entity.core.items() if k not in STAMP}
    document["deleted"] = entity.deleted  # not on the wire of every kind; the row always knows
    loaded = {name: entity.value_of(name) for name in kind.plain_on_request}
    loaded |= {r.name: r.of(entity) for r in kind.relations if r.is_versioned}
    labels = loaded.pop(Labels.name, {})
    document |= {k: v for k, v in loaded.items() if not is_empty(v)}
    _label(kind, document, labels)
    if not document["tags"]:
        del document["tags"]
    return document


def core_of(kind: type[Entity], content: Document) -> Document:
    """Return the part of a content document that is stored on the row: no relations, no tags."""
    left_out = {*kind.plain_on_request, *(relation.name for relation in kind.relations)}
    core = {k: v for k, v in content.items() if k not in left_out}
    if any("tags" in part for _, part in kind.parts(core)):
        core = _without_part_tags(kind, core)
    return {k: v for k, v in core.items() if k not in kind.not_on_wire}


def read(
    kind: type[Entity], entities: Sequence[Entity], fields: Sequence[str] = ()
) -> list[Document]:
    """Return the documents of entities of one kind, with `fields`."""
    extras = related(kind, [entity.pk for entity in entities], fields)
    return [with_related(kind, entity.core, extras[entity.pk]) for entity in entities]


def with_related(kind: type[Entity], core: Document, extra: Document) -> Document:
    """Return the document made of a core and what `related` found for it."""
    labels = extra.pop(Labels.name, None)
    document = core | extra
    if labels is not None:
        _label(kind, document, labels)
    return document


def has_labelled_parts(kind: type[Entity], extra: Document) -> bool:
    """Return True if labels go into the core's parts, so that it cannot be sent as it is."""
    labels = extra.get(Labels.name)
    return labels is not None and bool(labels.keys() - {""})


def _of_columns(labels: dict[str, list[Document]], asked: bool) -> dict[str, list[Document]]:
    """Return a table's labels; those of its columns, even none, only where columns are asked."""
    return {EVERYWHERE: [], **labels} if asked else {"": labels.get("", [])}


def _label(kind: type[Entity], document: Document, labels: dict[str, list[Document]]) -> None:
    """Write the labels into the document; its parts are copied, for the stored core shares them."""
    if labels.keys() - {""}:
        document |= {name: copied(document[name]) for name in kind.part_lists if name in document}
    put_labels(kind, document, labels)


def _without_part_tags(kind: type[Entity], core: Document) -> Document:
    bare: Document = copied(core)
    for _, part in kind.parts(bare):
        part.pop("tags", None)
    return bare


def copied(value: Any) -> Any:
    """Return a copy of a document that shares nothing with it; quicker than copy.deepcopy."""
    if isinstance(value, dict):
        return {k: copied(v) for k, v in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def _inherit(kind: type[Entity], found: dict[UUID, Document], name: str) -> None:
    """Give what has no value of its own that of the nearest holder above it, marked as inherited.

    The way up goes on while what stands there would itself inherit.
    """
    below = {pk: pk for pk, document in found.items() if not document[name]}
    kinds = dict.fromkeys(below, kind)
    while below := {pk: at for pk, at in below.items() if name in kinds[pk].inherited}:
        rows = Entity.objects.filter(pk__in=set(below.values()), parent__isnull=False)
        parents = {
            pk: (parent, Entity.kinds()[type_name])
            for pk, parent, type_name in rows.values_list("pk", "parent", "parent__entity_type")
        }
        above = {pk: parents[at] for pk, at in below.items() if at in parents}
        for holder in {holder for _, holder in above.values()}:
            relation = fields_of(holder).get(name)
            at_level = [parent for parent, its_kind in above.values() if its_kind is holder]
            values = relation.load(holder, at_level) if relation else {}
            for pk, (parent, its_kind) in list(above.items()):
                if its_kind is holder and parent in values:
                    found[pk][name] = [item | {"inherited": True} for item in values[parent]]
                    del above[pk]
        below = {pk: parent for pk, (parent, _) in above.items()}
        kinds = {pk: its_kind for pk, (_, its_kind) in above.items()}

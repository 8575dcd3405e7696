"""References from one entity to another: find what a request names, or say it does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.models.classification import Tag, labels_by_path
from catalog.models.entity import Document, Entity, lasting_reference, reference
from catalog.models.people import Team
from catalog.models.relations import References, by_name


class NotFound(LookupError):
    """Something that a request names is not in the catalogue."""

    def __init__(self, type_name: str, name: Any) -> None:
        super().__init__(f"{type_name} instance for {name} not found")


class WrongReference(ValueError):
    """A reference has no form we know, or points to a kind that cannot stand there."""


@dataclass
class Slot:
    """A place in a document where a reference stands: `holder[key]`."""

    holder: Any
    key: Any
    types: tuple[str, ...]
    field: str
    by_id: bool = False
    lasting: bool = False
    must_be_present: bool = False

    @property
    def wanted(self) -> tuple[str | None, UUID | None, str | None]:
        """Return (type, id, name) of what is asked for. Raise WrongReference."""
        value = self.holder[self.key]
        if isinstance(value, str):
            if self.by_id:
                return None, self._uuid(value), None
            return None, None, value
        if not isinstance(value, dict):
            raise WrongReference(f"{self.field}: a reference is an object with id and type.")
        type_name = value.get("type")
        if self.types and type_name is not None and type_name not in self.types:
            allowed = " or ".join(self.types)
            raise WrongReference(f"{self.field}: expected a {allowed}, not a {type_name}.")
        if value.get("id"):
            return type_name, self._uuid(value["id"]), None
        name = value.get("fullyQualifiedName") or value.get("name")
        if not isinstance(name, str):
            raise WrongReference(f"{self.field}: a reference needs an id or a fullyQualifiedName.")
        return type_name, None, name

    def _uuid(self, value: Any) -> UUID:
        try:
            return UUID(str(value))
        except ValueError:
            raise WrongReference(f"{self.field}: {value} is not an id.") from None

    def fits(self, entity: Entity, type_name: str | None) -> bool:
        if type_name is not None and entity.entity_type != type_name:
            return False
        if self.must_be_present and entity.deleted:
            return False
        return not self.types or entity.entity_type in self.types


def one(value: Any, types: tuple[str, ...], field: str) -> Document:
    """Return the full form of a single reference. Raise NotFound or WrongReference."""
    holder = {field: value}
    _fill([Slot(holder, field, types, field)])
    return holder[field]


def find(kind: type[Entity], name: str, *, include: str = "non-deleted") -> Entity:
    """Return the entity of this kind with this name. Raise NotFound."""
    for entity in included(kind.objects.named(name).filter(entity_type=kind.type_name), include):
        return entity
    raise NotFound(kind.type_name, name)


def included(entities: Any, include: str) -> Any:
    """Filter by the wire's `include`: non-deleted, deleted or all."""
    return entities if include == "all" else entities.filter(deleted=include == "deleted")


def resolve(kind: type[Entity], document: Document) -> None:
    """Replace every reference and label in `document` by its full form, in three queries at most.

    Raise NotFound for what does not exist, WrongReference for what cannot stand there.
    """
    for entity in _fill([*_slots(kind, document)]):
        _place(kind, document, entity)
    for relation in kind.relations:
        if isinstance(relation, References) and document.get(relation.name):
            unique = {item["id"]: item for item in document[relation.name]}
            document[relation.name] = sorted(unique.values(), key=by_name)
    _refuse_mixed_owners(document.get("owners") or [])
    _resolve_labels(kind, document)


def _refuse_mixed_owners(owners: list[Document]) -> None:
    """Several users may own something, or exactly one team, and that a group of people."""
    teams = [owner for owner in owners if owner["type"] == "team"]
    if not teams:
        return
    if len(owners) > 1:
        raise WrongReference("owners: either users or exactly one team can own an entity.")
    if not Team.objects.filter(pk=teams[0]["id"], team_type=Team.Type.GROUP).exists():
        raise WrongReference(f"owners: {teams[0]['name']} is not a Group; only those can own.")


def _fill(slots: list[Slot]) -> list[Entity]:
    """Write the full references into their slots; return the containers among them."""
    asked = [slot.wanted for slot in slots]
    ids = {pk for _, pk, _ in asked if pk}
    names = {name for _, _, name in asked if name}
    found: dict[Any, list[Entity]] = {}
    containers: list[Entity] = []
    rows = Entity.objects.only(
        "entity_type", "name", "fully_qualified_name", "display_name", "deleted"
    )
    for entity in [
        *(rows.filter(pk__in=ids) if ids else ()),
        *(rows.named(*names) if names else ()),
    ]:
        found.setdefault(entity.pk, []).append(entity)
        found.setdefault(entity.fully_qualified_name, []).append(entity)
    for slot, (type_name, pk, name) in zip(slots, asked, strict=True):
        entity = next((e for e in found.get(pk or name, ()) if slot.fits(e, type_name)), None)
        if entity is None:
            raise NotFound(type_name or (slot.types or ("entity",))[0], pk or name)
        slot.holder[slot.key] = (lasting_reference if slot.lasting else reference)(entity)
        if slot.must_be_present:
            containers.append(entity)
    return containers


def _slots(kind: type[Entity], document: Document) -> Iterator[Slot]:
    if kind.parent_field and document.get(kind.parent_field) is not None:
        yield Slot(
            document,
            kind.parent_field,
            kind.parent_types,
            kind.parent_field,
            lasting=True,
            must_be_present=True,
        )
    for relation in kind.relations:
        value = document.get(relation.name)
        if not relation.types or value is None:
            continue
        if not isinstance(relation.empty, list):
            yield Slot(document, relation.name, relation.types, relation.name)
            continue
        if not isinstance(value, list):
            raise WrongReference(f"{relation.name}: expected a list of references.")
        value[:] = [item for item in value if not _is_inherited(item)]
        for number in range(len(value)):
            yield Slot(value, number, relation.types, relation.name, by_id=relation.by_id)
    for holder, key, types in kind.part_references(document):
        yield Slot(holder, key, types, key, lasting=True)


def _is_inherited(item: Any) -> bool:
    return isinstance(item, dict) and bool(item.get("inherited"))


def _place(kind: type[Entity], document: Document, parent: Entity) -> None:
    """Write what is above the parent into the document too (a table's database and service)."""
    for name in ("service", "database", "serviceType", "classification"):
        if name != kind.parent_field and name in parent.core and name not in document:
            document[name] = parent.core[name]


def _resolve_labels(kind: type[Entity], document: Document) -> None:
    places = labels_by_path(kind, document)
    names = {label["tagFQN"] for labels in places.values() for label in labels}
    tags = (
        {
            tag.fully_qualified_name: tag
            for tag in Tag.objects.named(*names).select_related("parent", "classification")
        }
        if names
        else {}
    )
    for labels in places.values():
        for label in labels:
            if label["tagFQN"] not in tags:
                raise NotFound("tag", label["tagFQN"])
        chosen = {label["tagFQN"]: label for label in labels}
        labels[:] = [_label(tags[name], chosen[name]) for name in sorted(chosen)]
        _refuse_exclusive([tags[name] for name in sorted(chosen)])


def refuse_united_exclusives(
    kind: type[Entity], request: Document, before: Document, after: Document
) -> None:
    """Refuse labels that exclude each other and came together only when a PUT united them."""
    united = labels_by_path(kind, after)
    if united not in (labels_by_path(kind, before), labels_by_path(kind, request)):
        _resolve_labels(kind, after)


def _label(tag: Tag, asked: Document) -> Document:
    return tag.as_label(
        asked.get("labelType") or "Manual",
        asked.get("state") or "Confirmed",
        asked.get("reason") or "",
    )


def _refuse_exclusive(tags: list[Tag]) -> None:
    chosen: dict[UUID, Tag] = {}
    for tag in tags:
        above = tag.classification if tag.parent_id == tag.classification_id else None
        exclusive = (
            above.mutually_exclusive
            if above
            else Tag.objects.filter(pk=tag.parent_id, mutually_exclusive=True).exists()
        )
        if exclusive and tag.parent_id in chosen:
            first, second = chosen[tag.parent_id], tag
            raise WrongReference(
                f"Tag labels {first} and {second} are mutually exclusive and can't be assigned "
                "together"
            )
        if exclusive:
            chosen[tag.parent_id] = tag

"""Relations: what a document says of an entity's ties to others, and how those are kept as rows.

A kind lists its relations; each knows how to load itself for many entities at once, how to save
the difference of two documents, how a change of it is recorded and what a PUT does to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ManyToManyRel, Model, Q, QuerySet

from catalog import changes, merging
from catalog.models.entity import Document, Entity, column_name, reference

Loaded = dict[UUID, Any]


class Relation:
    """A field of the document that is shown only when `fields` names it."""

    name: str
    types: tuple[str, ...] = ()  # what its references may point to; empty for other values
    is_written = True
    is_versioned = True
    by_id = False  # a bare string in a request is an id, not a name

    @property
    def rule(self) -> changes.Rule | None:
        return None

    @property
    def merge(self) -> merging.Merge:
        return merging.keep_if_absent

    empty: Any = []

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        """Return the values of those entities that have one, in one or two queries."""
        raise NotImplementedError

    def referrers(self, kind: type[Entity], ids: list[UUID]) -> Iterable[UUID]:
        """Return the entities of this kind whose relation names one of `ids`."""
        return ()

    def of(self, entity: Entity) -> Any:
        """Return the value of one entity whose row is at hand."""
        return self.load(type(entity), [entity.pk]).get(entity.pk, self.empty)

    def save(self, entity: Entity, before: Document, after: Document) -> None:
        raise NotImplementedError

    def ids(self, document: Document) -> list[UUID]:
        """Return the ids that the document's references name, in order, each once."""
        value = document.get(self.name) or []
        found = value if isinstance(value, list) else [value]
        return list(dict.fromkeys(UUID(item["id"]) for item in found))


def by_name(item: Document) -> str:
    return item["fullyQualifiedName"]


class References(Relation):
    """References kept in a many-to-many relation of the kind; they are a set, shown by name."""

    def __init__(
        self,
        name: str,
        *types: str,
        column: str = "",
        merge: merging.Merge = merging.replace,
        by_id: bool = False,
    ) -> None:
        self.name, self.types, self._merge, self.by_id = name, types, merge, by_id
        self.column = column or column_name(name)

    @property
    def rule(self) -> changes.Rule:
        return changes.Items(self.name, key=changes.reference_key)

    @property
    def merge(self) -> merging.Merge:
        return self._merge

    def _links(self, kind: type[Entity]) -> tuple[QuerySet, str, str]:
        """Return the rows of the relation, and what they call this kind and the other end."""
        column = kind._meta.get_field(self.column)
        is_reverse = isinstance(column, ManyToManyRel)
        relation = column.field if is_reverse else column
        ends = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        own, theirs = reversed(ends) if is_reverse else ends
        return relation.remote_field.through.objects.all(), own, theirs

    def referrers(self, kind: type[Entity], ids: list[UUID]) -> Iterable[UUID]:
        rows, own, theirs = self._links(kind)
        return rows.filter(**{f"{theirs}__in": ids}).values_list(f"{own}_id", flat=True)

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        links, own, theirs = self._links(kind)
        rows = links.filter(**{f"{own}__in": ids}).values_list(f"{own}_id", f"{theirs}_id")
        return {pk: sorted(found, key=by_name) for pk, found in _gathered(rows).items()}

    def save(self, entity: Entity, before: Document, after: Document) -> None:
        wanted = self.ids(after)
        if wanted != self.ids(before):
            getattr(entity, self.column).set(wanted)


class Reference(Relation):
    """One reference kept as a foreign key of the kind."""

    empty = None

    def __init__(self, name: str, *types: str, merge: merging.Merge = merging.replace) -> None:
        self.name, self.types, self._merge = name, types, merge

    @property
    def rule(self) -> changes.Rule:
        return changes.Value(self.name, key=changes.reference_key)

    @property
    def merge(self) -> merging.Merge:
        return self._merge

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        column = column_name(self.name)
        rows = kind.objects.filter(pk__in=ids).exclude(**{column: None}).values_list("pk", column)
        return {pk: found[0] for pk, found in _gathered(rows).items()}

    def referrers(self, kind: type[Entity], ids: list[UUID]) -> Iterable[UUID]:
        return kind.objects.filter(**{f"{column_name(self.name)}__in": ids}).values_list(
            "pk", flat=True
        )

    def of(self, entity: Entity) -> Any:
        there = getattr(entity, f"{column_name(self.name)}_id")
        return super().of(entity) if there else None

    def save(self, entity: Entity, before: Document, after: Document) -> None:
        wanted = self.ids(after)
        if wanted != self.ids(before):
            column = f"{column_name(self.name)}_id"
            setattr(entity, column, wanted[0] if wanted else None)
            type(entity).objects.filter(pk=entity.pk).update(**{column: getattr(entity, column)})


class People(Relation):
    """The users and teams that stand in one role to the entity: owners, experts, reviewers."""

    types = ("user", "team")

    def __init__(self, name: str, role: str) -> None:
        self.name, self.role = name, role

    @property
    def rule(self) -> changes.Rule:
        return changes.Items(self.name, key=changes.reference_key)

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        rows = _model("Responsibility").objects.filter(entity__in=ids, role=self.role)
        return _gathered(
            (entity, user or team)
            for entity, user, team in rows.order_by("pk").values_list("entity", "user", "team")
        )

    def referrers(self, kind: type[Entity], ids: list[UUID]) -> Iterable[UUID]:
        named = Q(user__in=ids) | Q(team__in=ids)
        rows = _model("Responsibility").objects.filter(named, role=self.role)
        return rows.values_list("entity", flat=True)

    def save(self, entity: Entity, before: Document, after: Document) -> None:
        wanted, known = self.ids(after), self.ids(before)
        if wanted == known:
            return
        rows = _model("Responsibility").objects.filter(entity=entity, role=self.role)
        rows.delete()
        types = {UUID(item["id"]): item["type"] for item in after.get(self.name) or []}
        rows.bulk_create(
            rows.model(entity_id=entity.pk, role=self.role, **{f"{types[pk]}_id": pk})
            for pk in wanted
        )


class Domains(Relation):
    name = "domains"
    types = ("domain",)

    @property
    def rule(self) -> changes.Rule:
        return changes.Items(self.name, key=changes.reference_key)

    @property
    def merge(self) -> merging.Merge:
        return merging.choices_of_people

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        rows = _model("DomainMembership").objects.filter(entity__in=ids)
        return _gathered(rows.order_by("pk").values_list("entity", "domain"))

    def referrers(self, kind: type[Entity], ids: list[UUID]) -> Iterable[UUID]:
        rows = _model("DomainMembership").objects.filter(domain__in=ids)
        return rows.values_list("entity", flat=True)

    def save(self, entity: Entity, before: Document, after: Document) -> None:
        wanted = self.ids(after)
        if wanted == self.ids(before):
            return
        rows = _model("DomainMembership").objects.filter(entity=entity)
        rows.delete()
        rows.bulk_create(rows.model(entity_id=entity.pk, domain_id=pk) for pk in wanted)


class Computed(Relation):
    """A field that is derived from other rows, and never written by a request.

    `rows` takes the ids and returns pairs (id of the entity, id of what it refers to).
    """

    is_written = is_versioned = False

    def __init__(self, name: str, rows: Any) -> None:
        self.name, self.rows = name, rows

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        return _gathered(self.rows(ids))


class Counted(Relation):
    """A number derived from other rows; `rows` takes the ids and returns pairs (id, number)."""

    is_written = is_versioned = False
    empty = 0

    def __init__(self, name: str, rows: Any) -> None:
        self.name, self.rows = name, rows

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        return dict(self.rows(ids))


def _model(name: str) -> type[Model]:
    return apps.get_model("catalog", name)


def _gathered(pairs: Iterable[tuple[UUID, UUID]] | QuerySet) -> Loaded:
    """Return {entity: [references]} for (entity, referred entity) pairs, deleted ones included."""
    pairs = list(pairs)
    rows = Entity.objects.filter(pk__in={target for _, target in pairs}).only(
        "entity_type", "name", "fully_qualified_name", "display_name", "deleted"
    )
    found = {row.pk: reference(row) for row in rows} if pairs else {}
    gathered: Loaded = defaultdict(list)
    for pk, target in pairs:
        if target in found:
            gathered[pk].append(found[target])
    return dict(gathered)

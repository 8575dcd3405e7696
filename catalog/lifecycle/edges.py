"""Lineage: put, patch and end edges; and the edges that follow from an entity's own document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from catalog import access, references
from catalog import patch as json_patch
from catalog.lifecycle.errors import Invalid
from catalog.lifecycle.recording import no_change, now, tell
from catalog.models import ChangeEvent, ColumnMapping, Entity, LineageEdge
from catalog.models.entity import Document

Event = ChangeEvent.Type
PIPELINES = ("pipeline", "storedProcedure")


@transaction.atomic
def put_edge(
    source: Entity,
    target: Entity,
    *,
    actor: access.Actor,
    description: str | None = None,
    details: Document | None = None,
) -> LineageEdge:
    """Say that `target` is made from `source`; details of an edge that is there are replaced.

    Raise Invalid for an edge to itself or unknown columns, references.NotFound, access.Forbidden.
    """
    access.check_lineage(actor, source, target)
    if source.pk == target.pk:
        raise Invalid(f"edge: {source} cannot be made from itself.")
    # Edges into an entity come only from who holds it: from here, and from its own document.
    Entity.objects.locked(pk=target.pk)
    edge = _current(source, target).first()
    is_new = edge is None
    at = now()
    edge = edge or LineageEdge(
        from_entity=source, to_entity=target, valid_from=at, created_by=actor.username
    )
    edge.is_implied = False
    edge.description = description
    _write_details(edge, source, target, details, actor)
    event = Event.LINEAGE_ADDED if is_new else Event.LINEAGE_UPDATED
    _tell(event, source, target, actor)
    return edge


@transaction.atomic
def patch_edge(
    source: Entity, target: Entity, operations: Any, *, actor: access.Actor, check: Any
) -> LineageEdge:
    """Apply a JSON Patch to the details of a current edge. Raise NotFound if there is none.

    `check` returns the patched details if their shape is right, and raises if not.
    """
    access.check_lineage(actor, source, target)
    edge = edge_between(source, target)
    details = json_patch.apply(edge.details(), operations, lists=("columnsLineage",))
    edge.is_implied = False
    _write_details(edge, source, target, check(details), actor)
    _tell(Event.LINEAGE_UPDATED, source, target, actor)
    return edge


@transaction.atomic
def end_edge(source: Entity, target: Entity, *, actor: access.Actor) -> None:
    """End a current edge; it stays in history. Raise NotFound if there is none."""
    access.check_lineage(actor, source, target)
    _end([edge_between(source, target)], actor, now())


@transaction.atomic
def end_edges_by_source(target: Entity, lineage_source: str, *, actor: access.Actor) -> int:
    """End all current edges into `target` that came from one source; return how many."""
    access.check_lineage(actor, target)
    edges = list(
        LineageEdge.objects.current()
        .filter(to_entity=target.pk, source=lineage_source)
        .select_for_update(of=("self",))
        .select_related("from_entity", "to_entity")
    )
    _end(edges, actor, now())
    return len(edges)


def edge_between(source: Entity, target: Entity) -> LineageEdge:
    """Return the current edge, locked. Raise NotFound."""
    edge = _current(source, target).first()
    if edge is None:
        raise references.NotFound("lineage edge", f"{source} -> {target}")
    return edge


def imply(
    entity: Entity, before: Document, after: Document, actor: access.Actor, at: datetime
) -> None:
    """Begin and end the edges that follow from what a document says it is made from.

    Only edges that nobody touched end with the last source that names them.
    """
    kind = type(entity)
    old, new = kind.sources(before), kind.sources(after)
    if begin := new - old - {str(entity.pk)}:
        _begin_implied(entity, begin, actor, at)
    if gone := old - new:
        edges = LineageEdge.objects.current().filter(
            to_entity=entity.pk, from_entity__in=gone, is_implied=True
        )
        _end(list(edges.select_related("from_entity", "to_entity")), actor, at)


def _begin_implied(entity: Entity, ids: Iterable[str], actor: access.Actor, at: datetime) -> None:
    wanted = {UUID(pk) for pk in ids}
    there = LineageEdge.objects.current().filter(to_entity=entity.pk, from_entity__in=wanted)
    missing = wanted - set(there.values_list("from_entity", flat=True))
    edges = [
        LineageEdge(
            from_entity_id=pk,
            to_entity_id=entity.pk,
            is_implied=True,
            valid_from=at,
            created_by=actor.username,
            updated_at=at,
            updated_by=actor.username,
        )
        for pk in sorted(missing)
    ]
    # Another writer may add the same edge by hand at this moment; theirs is as good.
    LineageEdge.objects.bulk_create(edges, ignore_conflicts=True)


def _current(source: Entity, target: Entity) -> Any:
    return (
        LineageEdge.objects.current()
        .filter(from_entity=source.pk, to_entity=target.pk)
        .select_for_update(of=("self",))
        .select_related("from_entity", "to_entity", "pipeline")
    )


def _end(edges: list[LineageEdge], actor: access.Actor, at: datetime) -> None:
    for edge in edges:
        edge.valid_to = max(at, edge.valid_from)
        edge.updated_at, edge.updated_by = at, actor.username
        edge.save(update_fields=["valid_to", "updated_at", "updated_by"])
        _tell(Event.LINEAGE_DELETED, edge.from_entity, edge.to_entity, actor)


def _write_details(
    edge: LineageEdge,
    source: Entity,
    target: Entity,
    details: Document | None,
    actor: access.Actor,
) -> None:
    details = details or {}
    mappings = details.get("columnsLineage") or []
    _check_columns(source, target, mappings)
    edge.sql_query = details.get("sqlQuery")
    edge.details_description = details.get("description")
    edge.source = details.get("source") or LineageEdge.Source.MANUAL
    edge.pipeline_id = _pipeline(details)
    edge.updated_at, edge.updated_by = now(), actor.username
    edge.save()
    edge.column_mappings.all().delete()
    ColumnMapping.objects.bulk_create(
        ColumnMapping(
            edge=edge,
            from_columns=mapping.get("fromColumns") or [],
            to_column=mapping.get("toColumn"),
            function=mapping.get("function"),
        )
        for mapping in mappings
    )


def _pipeline(details: Document) -> UUID | None:
    if not details.get("pipeline"):
        return None
    return UUID(references.one(details["pipeline"], PIPELINES, "pipeline")["id"])


def _check_columns(source: Entity, target: Entity, mappings: list[Document]) -> None:
    """Raise Invalid for a mapping from or to a column that the two ends do not have."""
    if not mappings:
        return
    sides = (
        (source, [name for mapping in mappings for name in mapping.get("fromColumns") or []]),
        (target, [mapping["toColumn"] for mapping in mappings if mapping.get("toColumn")]),
    )
    for entity, used in sides:
        known = entity.kind.column_names(entity)
        for name in used:
            if name not in known:
                raise Invalid(
                    f"columnsLineage: {name} is not a column of the {entity.entity_type} {entity}."
                )


TOLD_AS = {
    Event.LINEAGE_ADDED: ("fieldsAdded", "newValue"),
    Event.LINEAGE_UPDATED: ("fieldsUpdated", "newValue"),
    Event.LINEAGE_DELETED: ("fieldsDeleted", "oldValue"),
}


def _tell(event: ChangeEvent.Type, source: Entity, target: Entity, actor: access.Actor) -> None:
    """Tell the target's listeners: it is what changes when its sources do."""
    where, value = TOLD_AS[event]
    target.refresh_from_db(fields=["version"])  # the caller's may be an old one
    edge = {"name": "lineage", value: f"{source} -> {target}"}
    tell(event, target, actor, previous=target.version, change=no_change() | {where: [edge]})

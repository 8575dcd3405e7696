"""Lineage over HTTP: edges by id and by name, and the neighbourhood of an entity."""

from __future__ import annotations

import re
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import lifecycle, references
from catalog.api.errors import BadRequest
from catalog.api.parsing import number, shaped
from catalog.api.shapes.lineage import AddLineage, LineageDetails
from catalog.lineage.graph import CAP, neighbourhood
from catalog.models import Entity, LineageEdge
from catalog.models.entity import Document, reference

CUT_HEADER = "X-Almanac-Lineage-Cut"
"""Set when the cap cut the answer: how many nodes each side may have."""


@api_view(["PUT"])
def put(request: Request) -> Response:
    edge = shaped(AddLineage, request.data)["edge"]
    source, target = (_of_reference(edge[end], end) for end in ("fromEntity", "toEntity"))
    lifecycle.put_edge(
        source,
        target,
        actor=request.user,
        description=edge.get("description"),
        details=edge.get("lineageDetails"),
    )
    return Response(None)


@api_view(["GET"])
def of_entity(request: Request, kind: str, pk: UUID) -> Response:
    return _lineage(request, _by_id(kind, pk))


@api_view(["GET", "PUT", "PATCH", "DELETE"])
def by_name(request: Request, kind: str, name: str) -> Response:
    """Read what is around one entity, or write the edge between two: `a/table/name/b`."""
    if request.method == "GET":
        return _lineage(request, _by_name(kind, name))
    return _edit(request, *_pair(kind, name))


@api_view(["PATCH", "DELETE"])
def by_ids(request: Request, kind: str, pk: UUID, to_kind: str, to_pk: UUID) -> Response:
    return _edit(request, _by_id(kind, pk), _by_id(to_kind, to_pk))


@api_view(["GET"])
def details(request: Request, source: UUID, target: UUID) -> Response:
    return _details(_any(source), _any(target))


@api_view(["GET"])
def details_by_name(request: Request, kind: str, name: str) -> Response:
    return _details(*_pair(kind, name))


@api_view(["DELETE"])
def by_source(request: Request, kind: str, pk: UUID, source: str) -> Response:
    return _end_all(request, _by_id(kind, pk), source)


@api_view(["DELETE"])
def by_source_and_name(request: Request, kind: str, name: str, source: str) -> Response:
    return _end_all(request, _by_name(kind, name), source)


def _lineage(request: Request, entity: Entity) -> Response:
    found = neighbourhood(
        entity,
        upstream=number(request, "upstreamDepth", 1),
        downstream=number(request, "downstreamDepth", 1),
    )
    nodes = Entity.objects.filter(pk__in=found.nodes - {entity.pk}).only(
        "entity_type", "name", "fully_qualified_name", "display_name", "deleted"
    )
    answer = {
        "entity": reference(entity),
        "nodes": [reference(node) for node in nodes.order_by("name", "pk")],
        "upstreamEdges": [edge.as_json() for edge in found.upstream],
        "downstreamEdges": [edge.as_json() for edge in found.downstream],
    }
    return Response(answer, headers={CUT_HEADER: str(CAP)} if found.is_cut else None)


def _details(source: Entity, target: Entity) -> Response:
    for edge in LineageEdge.objects.current().filter(from_entity=source, to_entity=target):
        return Response({"edge": edge.details()})
    raise references.NotFound("lineage edge", f"{source} -> {target}")


def _edit(request: Request, source: Entity, target: Entity) -> Response:
    if request.method == "DELETE":
        lifecycle.end_edge(source, target, actor=request.user)
        return Response(None)
    if request.method == "PUT":
        details = shaped(LineageDetails, request.data or {})
        written = lifecycle.put_edge(source, target, actor=request.user, details=details)
    else:
        written = lifecycle.patch_edge(
            source,
            target,
            request.data,
            actor=request.user,
            check=lambda document: shaped(LineageDetails, document),
        )
    return Response(written.as_json())


def _end_all(request: Request, entity: Entity, source: str) -> Response:
    if source not in LineageEdge.Source.values:
        raise BadRequest(f"[type must be one of {', '.join(LineageEdge.Source.values)}]")
    lifecycle.end_edges_by_source(entity, source, actor=request.user)
    return Response(None)


def _of_reference(value: Document, end: str) -> Entity:
    if not value.get("type"):
        raise BadRequest(f"[edge.{end}.type must not be null]")
    found = references.one(value, (value["type"],), f"edge.{end}")
    return _by_id(found["type"], UUID(found["id"]))


def _pair(kind: str, names: str) -> tuple[Entity, Entity]:
    """Return the entities that "a/table/name/b" names.

    A name may hold the same words, so the first place to part them where both are found counts.
    """
    missing = references.NotFound(kind, names)
    for between in re.finditer(r"(?=/([A-Za-z]+)/name/)", names):
        to_name = names[between.end(1) + len("/name/") :]
        try:
            return _by_name(kind, names[: between.start()]), _by_name(between[1], to_name)
        except references.NotFound as error:
            missing = error
    raise missing


def _by_id(kind: str, pk: UUID) -> Entity:
    for entity in _of_kind(kind).filter(pk=pk):
        return entity
    raise references.NotFound(kind, pk)


def _by_name(kind: str, name: str) -> Entity:
    for entity in _of_kind(kind).named(name):
        return entity
    raise references.NotFound(kind, name)


def _of_kind(kind: str) -> QuerySet:
    entities = Entity.objects.select_related("parent")
    return entities.of_type(kind) if kind in Entity.kinds() else entities.none()


def _any(pk: UUID) -> Entity:
    for entity in Entity.objects.filter(pk=pk):
        return entity
    raise references.NotFound("entity", pk)

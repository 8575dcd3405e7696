"""Find what an entity is made from and what is made from it, in a handful of queries.

Nodes are collected by a recursive query that meets each node once, so cycles end and a hub with
half a million neighbours stops at the cap. Depths beyond `NEAR` mean "everything up to the cap".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Count

from catalog.lineage.shapes import Edge, LineageGraph, Node
from catalog.models import Entity, LineageEdge

NEAR = 5
CAP = 1000
DRAWN = 200
"""How many nodes one drawing holds at the most; the rest is counted."""

# Counting depths keeps a node once for each depth it is met at: exact, and cheap when near.
NEAR_NODES = """
WITH RECURSIVE reached (id, depth) AS (
    SELECT %(root)s::uuid, 0
    UNION
    SELECT edge.{there}_entity_id, reached.depth + 1
    FROM catalog_lineageedge edge JOIN reached ON edge.{here}_entity_id = reached.id
    WHERE edge.valid_to IS NULL AND reached.depth < %(depth)s
)
SELECT id FROM (SELECT id, depth FROM reached LIMIT %(scan)s) found
GROUP BY id ORDER BY min(depth), id LIMIT %(limit)s
"""
# Without depths each node is met once, and the outer limit stops the walk early.
ALL_NODES = """
WITH RECURSIVE reached (id) AS (
    SELECT %(root)s::uuid
    UNION
    SELECT edge.{there}_entity_id
    FROM catalog_lineageedge edge JOIN reached ON edge.{here}_entity_id = reached.id
    WHERE edge.valid_to IS NULL
)
SELECT id FROM reached LIMIT %(limit)s
"""
SIDES = {"upstream": ("to", "from"), "downstream": ("from", "to")}


@dataclass(frozen=True)
class Neighbourhood:
    """The edges on each side of an entity, and whether the cap cut something off."""

    root: UUID
    upstream: list[LineageEdge]
    downstream: list[LineageEdge]
    nodes: set[UUID] = field(default_factory=set)
    is_cut: bool = False


def neighbourhood(root: Entity, *, upstream: int, downstream: int, cap: int = CAP) -> Neighbourhood:
    """Return the edges around `root`, so many steps deep, `cap` nodes a side."""
    above = _reached(root.pk, "upstream", upstream, cap + 1)
    below = _reached(root.pk, "downstream", downstream, cap + 1)
    is_cut = len(above) > cap or len(below) > cap
    above, below = above[:cap], below[:cap]
    edges_above, edges_below = _edges_within(above), _edges_within(below)
    if root.entity_type == "pipeline":
        known = {edge.pk for edge in (*edges_above, *edges_below)}
        runs = _with_details(LineageEdge.objects.current().filter(pipeline=root.pk))
        edges_below += [edge for edge in runs[:cap] if edge.pk not in known]
    nodes = {root.pk, *above, *below}
    for edge in edges_below:
        nodes |= {edge.from_entity_id, edge.to_entity_id}
    return Neighbourhood(root.pk, edges_above, edges_below, nodes, is_cut)


def lineage_of(
    root: Entity, *, upstream: int = 3, downstream: int = 3, cap: int = DRAWN
) -> LineageGraph:
    """Return the neighbourhood of `root` as it is drawn and tabled."""
    found = neighbourhood(root, upstream=upstream, downstream=downstream, cap=cap // 2)
    above = {root.pk} | {e.from_entity_id for e in found.upstream}
    below = {root.pk} | {e.to_entity_id for e in found.downstream}
    entities = Entity.objects.filter(pk__in=found.nodes).only(
        "entity_type", "name", "display_name", "fully_qualified_name", "deleted"
    )
    hidden_above = _beyond("upstream", above, found.nodes)
    hidden_below = _beyond("downstream", below, found.nodes)
    nodes = {
        entity.pk: Node(
            id=entity.pk,
            kind=entity.entity_type,
            name=entity.name,
            display_name=entity.title,
            fully_qualified_name=entity.fully_qualified_name,
            deleted=entity.deleted,
            hidden_upstream=hidden_above.get(entity.pk, 0),
            hidden_downstream=hidden_below.get(entity.pk, 0),
        )
        for entity in entities
    }
    edges = {edge.pk: edge for edge in (*found.upstream, *found.downstream)}
    left_out = sum(hidden_above.values()) + sum(hidden_below.values())
    return LineageGraph(
        root.pk, nodes, tuple(_drawn(edge) for edge in edges.values()), left_out=left_out
    )


def _reached(root: UUID, side: str, depth: int, limit: int) -> list[UUID]:
    if depth <= 0:
        return [root]
    here, there = SIDES[side]
    query = (NEAR_NODES if depth <= NEAR else ALL_NODES).format(here=here, there=there)
    with connection.cursor() as cursor:
        values = {"root": root, "depth": depth, "limit": limit, "scan": limit * NEAR}
        cursor.execute(query, values)
        return [pk for (pk,) in cursor.fetchall()]


def _edges_within(nodes: Collection[UUID]) -> list[LineageEdge]:
    if len(nodes) < 2:
        return []
    edges = LineageEdge.objects.current().filter(from_entity__in=nodes, to_entity__in=nodes)
    return list(_with_details(edges))


def _with_details(edges):
    return edges.select_related("pipeline").prefetch_related("column_mappings").order_by("pk")


def _beyond(side: str, nodes: Collection[UUID], shown: Collection[UUID]) -> dict[UUID, int]:
    """Count the neighbours of each node that are not shown."""
    here, there = SIDES[side]
    rows = (
        LineageEdge.objects.current()
        .filter(**{f"{here}_entity__in": nodes})
        .exclude(**{f"{there}_entity__in": shown})
        .order_by()
        .values_list(f"{here}_entity")
        .annotate(Count("pk"))
    )
    return dict(rows)


def _drawn(edge: LineageEdge) -> Edge:
    return Edge(
        from_id=edge.from_entity_id,
        to_id=edge.to_entity_id,
        description=edge.description or edge.details_description or "",
        source=edge.source,
        pipeline=edge.pipeline.title if edge.pipeline else None,
        columns=len(edge.column_mappings.all()),
    )

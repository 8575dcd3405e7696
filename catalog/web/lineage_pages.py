"""The Lineage tab of every entity: a drawing, the same as a table, and both as files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from catalog.lineage.drawing import MEDIA_TYPES, picture, svg_of
from catalog.lineage.graph import DRAWN, NEAR, lineage_of
from catalog.lineage.layout import LayoutFailed
from catalog.lineage.shapes import LineageGraph, rows
from catalog.links import page_url, verb_url
from catalog.models import Entity, LineageEdge
from catalog.web.finding import entity_or_404

Context = dict[str, Any]

USUAL_DEPTH = "3"
DEPTHS = (*map(str, range(NEAR + 1)), "all")
ALL = NEAR + 1  # how lineage_of understands "everything up to the cap"
HEADINGS = ("From kind", "From", "To kind", "To", "Pipeline", "Columns", "Description")
FORMATS = {"svg": "SVG", "png": "PNG", "pdf": "PDF", "dot": "DOT", "csv": "CSV"}
WHY_NOT_DRAWN = {
    "timeout": "Drawing this graph took too long. Fewer steps each way may help.",
    "crashed": "The drawing program gave up on this graph. Fewer steps each way may help.",
    "not available": "No drawing program is installed on this server.",
}


@dataclass(frozen=True)
class Depths:
    """How many steps are followed each way, as the address says it: "0" to "5", or "all"."""

    up: str
    down: str

    @classmethod
    def of(cls, request: HttpRequest) -> Depths:
        """Read `up` and `down`. Raise BadRequest."""
        asked = [request.GET.get(side) or USUAL_DEPTH for side in ("up", "down")]
        if not set(asked) <= set(DEPTHS):
            raise BadRequest("up and down are numbers from 0 to 5, or all.")
        return cls(*asked)

    def graph(self, entity: Entity) -> LineageGraph:
        up, down = (ALL if depth == "all" else int(depth) for depth in (self.up, self.down))
        return lineage_of(entity, upstream=up, downstream=down)


def context(request: HttpRequest, entity: Entity) -> Context:
    """Return what the tab shows, in a number of queries that does not grow with the graph."""
    depths = Depths.of(request)
    graph = depths.graph(entity)
    drawing, failure = "", ""
    try:
        drawing = mark_safe(svg_of(graph))  # noqa: S308 - every label in it is escaped
    except LayoutFailed as failed:
        failure = WHY_NOT_DRAWN[failed.reason]
    kind, fqn = entity.entity_type, entity.fully_qualified_name
    return {
        "drawing": drawing,
        "failure": failure,
        "is_alone": not graph.edges and not graph.left_out,
        "rows": rows(graph),
        "stubs": list(graph.stubs()),
        "entities": len(graph.nodes),
        "left_out": graph.left_out,
        "is_full": len(graph.nodes) >= DRAWN // 2,
        "most": DRAWN // 2,
        "legend": sorted({node.kind for node in graph.nodes.values()}),
        "depths": [
            {"name": name, "label": label, "options": _options(chosen)}
            for name, label, chosen in (
                ("up", "Upstream", depths.up),
                ("down", "Downstream", depths.down),
            )
        ],
        "files": [
            {
                "label": label,
                "url": verb_url("lineage", kind, fqn, format=key, up=depths.up, down=depths.down),
            }
            for key, label in FORMATS.items()
            if drawing or key in ("dot", "csv")
        ],
    }


def count(entity: Entity) -> int:
    """Count the edges that begin or end at the entity, or that it runs."""
    ends = Q(from_entity=entity.pk) | Q(to_entity=entity.pk) | Q(pipeline=entity.pk)
    return LineageEdge.objects.current().filter(ends).count()


@require_GET
def download(request: HttpRequest, kind: str, fqn: str) -> HttpResponse:
    """Answer the lineage as a file in one of FORMATS; without a format go to the tab."""
    entity = entity_or_404(kind, fqn)
    depths = Depths.of(request)
    page = f"{page_url(kind, entity.fully_qualified_name)}?tab=lineage"
    page += f"&up={depths.up}&down={depths.down}"
    wanted = request.GET.get("format")
    if not wanted:
        return redirect(page)
    if wanted not in FORMATS:
        raise BadRequest(f"Lineage can be had as {', '.join(FORMATS)}.")
    graph = depths.graph(entity)
    if wanted == "csv":
        content, media_type = _csv(graph), "text/csv; charset=utf-8"
    else:
        try:
            content = picture(graph, wanted, request.build_absolute_uri("/").rstrip("/"))
        except LayoutFailed as failed:
            messages.error(request, WHY_NOT_DRAWN[failed.reason])
            return redirect(page)
        media_type = MEDIA_TYPES[wanted]
    response = HttpResponse(content, content_type=media_type)
    name = content_disposition_header(True, f"lineage-{_file_name(entity)}.{wanted}")
    response.headers["Content-Disposition"] = name
    return response


def _options(chosen: str) -> list[Context]:
    names = {"0": "none", "1": "1 step", "all": "all"}
    return [
        {"value": depth, "label": names.get(depth, f"{depth} steps"), "chosen": depth == chosen}
        for depth in DEPTHS
    ]


def _csv(graph: LineageGraph) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(graph))
    return file.getvalue().encode()


def _cells(graph: LineageGraph) -> Iterator[list[Any]]:
    for row in rows(graph):
        ends = (row.from_node, row.to_node)
        names = [text for end in ends for text in (end.kind, end.fully_qualified_name)]
        yield [*map(_harmless, [*names, row.pipeline]), row.columns, _harmless(row.description)]


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _file_name(entity: Entity) -> str:
    words = re.sub(r"[^\w.-]+", "_", entity.fully_qualified_name).strip("._")
    return words[:80] or entity.entity_type

"""Draw a lineage graph: shapes and print colours here, screen colours in static/css/lineage.css.

All text goes through `_clean`, then `_text` or `_tooltip`: no name can become DOT or markup.
"""

import hashlib
import re
import unicodedata
import zlib
from functools import lru_cache
from html import escape

import graphviz
from django.conf import settings
from django.core.cache import cache

from catalog.kinds import kind_of
from catalog.lineage import svg
from catalog.lineage.layout import LayoutFailed, engine_version, lay_out
from catalog.lineage.shapes import Edge, LineageGraph, Node, Stub
from catalog.links import page_url

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "dot": "text/vnd.graphviz",
}
KEPT_SECONDS = 24 * 3600
FAILURE_KEPT_SECONDS = 60

# Beyond this many edges curves that avoid each box take seconds, and cannot be followed anyway.
CROWDED = 250
IN_HASTE = {"splines": "line", "mclimit": "0.1", "nslimit": "1", "nslimit1": "1"}

FONT = "Helvetica,Arial,sans-serif"
NAME_POINTS = 11
KIND_POINTS = 8
LONGEST_NAME = 220  # points
NODE_HEIGHT = 34
STUB_HEIGHT = 22
BAND_WIDTH = 4
GAP = 4  # left and right of a text

INK = "#1f2933"
PALE_INK = "#4c576b"
LINE = "#8a94a0"
# The light colours of static/css/tokens.css, for files that leave the catalogue.
KIND_COLOURS = {
    "mlmodel": "#6f3eba",
    "table": "#1360b0",
    "database": "#1e6585",
    "databaseSchema": "#1e6585",
    "dashboard": "#a64d11",
    "chart": "#865b12",
    "pipeline": "#226d39",
}

# In thousandths of the type size, at least what the widest usual screen font (DejaVu Sans,
# Verdana) needs: a browser that swaps the font must not push a name out of its box.
_NARROW = dict.fromkeys("iljI|!'.,:;[]()ftr/\\ -`\"°·", 460)
_WIDE = dict.fromkeys("mMwW@%—…", 1010) | dict.fromkeys("+<>=~#^&", 850)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_XML = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


def svg_of(graph: LineageGraph) -> str:
    """Return an `<svg>` element whose boxes link to the entities' pages, or raise LayoutFailed."""
    key = _cache_key(graph)
    kept = cache.get(key)
    if isinstance(kept, bytes):
        return zlib.decompress(kept).decode()
    if isinstance(kept, str):  # do not burn five seconds again each time the page is opened
        raise LayoutFailed(kept, "this graph failed a moment ago")
    try:
        drawn = svg.inlined(lay_out(dot_source(graph)), _label(graph))
    except LayoutFailed as failure:
        cache.set(key, failure.reason, FAILURE_KEPT_SECONDS)
        raise
    cache.set(key, zlib.compress(drawn.encode(), 1), KEPT_SECONDS)
    return drawn


def picture(graph: LineageGraph, picture_format: str, site: str) -> bytes:
    """Return a file for download (a key of MEDIA_TYPES) whose links lead back to `site`."""
    if picture_format == "dot":
        return dot_source(graph, site).encode()
    if picture_format == "svg":
        return standalone_svg(graph, site)
    resolution = {"dpi": "144"} if picture_format == "png" else {}
    return lay_out(dot_source(graph, site, bgcolor="white", **resolution), picture_format)


def standalone_svg(graph: LineageGraph, site: str) -> bytes:
    """Return an SVG file that needs no style sheet, on white paper."""
    return svg.standing_alone(lay_out(dot_source(graph, site, bgcolor="white")), _label(graph))


def dot_source(graph: LineageGraph, site: str = "", **paper: str) -> str:
    """Return the graph in the DOT language; equal graphs give equal text."""
    dot = graphviz.Digraph(
        "lineage",
        graph_attr={
            "rankdir": "LR",
            "nodesep": "0.17",
            "ranksep": "0.55",
            "bgcolor": "transparent",
            "fontname": FONT,
            **(IN_HASTE if len(graph.edges) > CROWDED else {}),
            **paper,
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fixedsize": "true",
            "margin": "0",
            "fontname": FONT,
            "fontsize": str(NAME_POINTS),
            "fontcolor": INK,
            "fillcolor": "white",
            "color": LINE,
        },
        # Out on the right, in on the left: even an edge that goes back tells its direction.
        edge_attr={"color": LINE, "arrowsize": "0.6", "tailport": "e", "headport": "w"},
    )
    for node in graph.sorted_nodes():
        _add_node(dot, node, site, is_root=node.id == graph.root)
    for edge in graph.sorted_edges():
        _add_edge(dot, edge)
    for stub in graph.stubs():
        _add_stub(dot, stub, site)
    return dot.source


def _add_node(dot: graphviz.Digraph, node: Node, site: str, *, is_root: bool) -> None:
    full_name = _clean(node.display_name) or _clean(node.name)
    name, kind = _elided(full_name), kind_of(node.kind).label
    tooltip = [_clean(node.fully_qualified_name)]
    if name != full_name:
        tooltip.insert(0, full_name)
    classes, extras = [node.kind], {}
    markup = _text(name)
    if is_root:
        classes.append("root")
        markup = f"<B>{markup}</B>"
        extras = {"penwidth": "2", "color": INK}
    if node.deleted:
        classes.append("deleted")
        kind += " · deleted"
        extras |= {"style": "rounded,filled,dashed", "fontcolor": PALE_INK}
    widest = max(_width(name, NAME_POINTS) * (1.12 if is_root else 1), _width(kind, KIND_POINTS))
    width = BAND_WIDTH + 2 * GAP + widest
    dot.node(
        str(node.id),
        label=_card(kind, markup, KIND_COLOURS.get(node.kind, PALE_INK), round(width)),
        width=_inches(width + 10),
        height=_inches(NODE_HEIGHT),
        URL=site + page_url(node.kind, node.fully_qualified_name),
        tooltip=_tooltip(tooltip),
        **{"class": " ".join(classes)},
        **extras,
    )


def _add_edge(dot: graphviz.Digraph, edge: Edge) -> None:
    said = [_clean(edge.description)] if edge.description else []
    if edge.pipeline:
        said.append(f"Pipeline: {_clean(edge.pipeline)}")
    if edge.columns:
        said.append(f"{edge.columns} column{'s' * (edge.columns != 1)} mapped")
    dot.edge(
        str(edge.from_id),
        str(edge.to_id),
        tooltip=_tooltip(said or [f"Source: {_clean(edge.source)}"]),
        **{"class": "manual" if edge.source == "Manual" else "derived"},
    )


def _add_stub(dot: graphviz.Digraph, stub: Stub, site: str) -> None:
    """Add the counted rest beside its node: on the left what comes before, on the right after."""
    name, label = f"{stub.node.id}-{stub.direction}", f"+{stub.count} more"
    fqn = stub.node.fully_qualified_name
    dot.node(
        name,
        label=label,
        width=_inches(_width(label, NAME_POINTS) + 16),
        height=_inches(STUB_HEIGHT),
        URL=f"{site}{page_url(stub.node.kind, fqn)}?tab=lineage",
        tooltip=_tooltip([f"{stub.count} more {stub.direction} of {_clean(fqn)}"]),
        style="rounded,filled,dashed",
        fontcolor=PALE_INK,
        **{"class": f"stub {stub.direction}"},
    )
    ends = (name, str(stub.node.id))
    tail, head = ends if stub.direction == "upstream" else reversed(ends)
    dot.edge(
        tail, head, style="dashed", tooltip=_tooltip([label]), **{"class": f"stub {stub.direction}"}
    )


def _card(kind: str, name_markup: str, colour: str, width: int) -> str:
    """Return a label of fixed size: a band in the kind's colour, the kind, below it the name."""
    texts = width - BAND_WIDTH - GAP
    height = NODE_HEIGHT - 8
    return (
        f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE"'
        f' WIDTH="{width}" HEIGHT="{height}"><TR>'
        f'<TD ROWSPAN="2" BGCOLOR="{colour}" FIXEDSIZE="TRUE" WIDTH="{BAND_WIDTH}"'
        f' HEIGHT="{height}"></TD>'
        f'<TD ROWSPAN="2" FIXEDSIZE="TRUE" WIDTH="{GAP}" HEIGHT="{height}"></TD>'
        f'<TD ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{texts}" HEIGHT="{height - 15}">'
        f'<FONT POINT-SIZE="{KIND_POINTS}" COLOR="{PALE_INK}">{_text(kind)}</FONT></TD></TR>'
        f'<TR><TD ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{texts}" HEIGHT="15">'
        f"{name_markup}</TD></TR></TABLE>>"
    )


def _clean(text: str) -> str:
    """Replace what XML cannot hold, and make any run of white space one space."""
    return " ".join(_NOT_XML.sub("\ufffd", _CONTROLS.sub(" ", text)).split())


def _text(text: str) -> str:
    """Escape for an HTML-like label: entities are read first, then two backslashes are one."""
    return escape(text).replace("\\", "&#92;" * 2)


def _tooltip(lines: list[str]) -> str:
    """Escape for a tooltip, in which Graphviz halves the backslashes twice."""
    return "&#10;".join(escape(line).replace("\\", "&#92;" * 4) for line in lines)


def _elided(text: str) -> str:
    """Cut from the middle, where names differ least, what does not fit a box."""
    if _width(text, NAME_POINTS) <= LONGEST_NAME:
        return text
    room = LONGEST_NAME - _width("…", NAME_POINTS)
    return f"{_fitting(text, room / 2)}…{_fitting(text[::-1], room / 2)[::-1]}"


def _fitting(text: str, room: float) -> str:
    for end, letter in enumerate(text):
        room -= _width(letter, NAME_POINTS)
        if room < 0:
            return text[:end]
    return text


def _width(text: str, points: int) -> float:
    """Estimate in points what a text needs in the widest font that a browser may choose."""
    return sum(map(_letter_width, text)) * points / 1000


@lru_cache(4096)
def _letter_width(letter: str) -> int:
    if letter in _NARROW:
        return _NARROW[letter]
    if letter in _WIDE:
        return _WIDE[letter]
    if letter.isascii():
        return 790 if letter.isupper() else 660
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1400
    return 1150 if letter.isupper() else 930


def _inches(points: float) -> str:
    return f"{points / 72:.3f}"


def _label(graph: LineageGraph) -> str:
    root = graph.nodes[graph.root]
    return f"Lineage of {_clean(root.display_name) or _clean(root.name)}"


def _cache_key(graph: LineageGraph) -> str:
    """Hash all that decides the picture; writing the DOT first would cost more than the rest."""
    decides = (settings.VERSION, engine_version(), str(graph.root))
    content = repr((*decides, graph.sorted_nodes(), graph.sorted_edges()))
    return f"lineage:{hashlib.sha256(content.encode(errors='replace')).hexdigest()}"

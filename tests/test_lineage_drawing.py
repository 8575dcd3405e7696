"""Lineage drawings: any name stays text, every box is a link, a layout can fail but not hang."""

import random
import re
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.kinds import kind_of
from catalog.lineage import drawing, layout
from catalog.lineage.layout import LayoutFailed, lay_out
from catalog.lineage.shapes import Edge, LineageGraph, Node, rows
from catalog.links import page_url

SVG = "{http://www.w3.org/2000/svg}"
NAMESPACE = UUID(int=2)

HOSTILE = [
    "</svg><script>alert(1)</script>",
    "]]> <![CDATA[ <!-- -->",
    "<b>bold</b>",
    "<TABLE><TR><TD>",
    "\"quoted\" and 'quoted'",
    "ends with a backslash\\",
    "two at the end\\\\",
    "\\N \\G \\E \\T \\H \\l \\r",
    "&lt;script&gt; &amp;amp; &#60; &nbsp;",
    "node:port -> other; {x|y}",
    "📈 drift 👩‍👩‍👧‍👦",
    "لوحة العملاء",
    "\u202eright to left\u202c",
    "ノード日本語",
    "a\nb\tc\rd",
    "control \x01\x02\x1b\x7f\x85 characters",
    "n" * 256,
    "W" * 256,
    "\ufffe\uffff",
    "javascript:alert(1)",
    "a/../../b?tab=x#y%2F",
]


def make_node(fqn: str, kind: str = "table", **facts) -> Node:
    name = fqn.rpartition(".")[2]
    return Node(uuid5(NAMESPACE, kind + fqn), kind, name, facts.pop("shown", ""), fqn, **facts)


def make_graph(*nodes: Node, edges: list[tuple[Node, Node]] | None = None) -> LineageGraph:
    pairs = list(pairwise(nodes)) if edges is None else edges
    return LineageGraph(
        nodes[0].id,
        {node.id: node for node in nodes},
        tuple(Edge(tail.id, head.id) for tail, head in pairs),
    )


def parsed(graph: LineageGraph) -> ET.Element:
    return ET.fromstring(drawing.svg_of(graph))


def boxes(svg: ET.Element) -> dict[str, ET.Element]:
    return {group.get("data-node"): group for group in svg.iter() if group.get("data-node")}


def texts(group: ET.Element) -> dict[str, str]:
    return {text.get("class"): text.text or "" for text in group.iter(SVG + "text")}


def middle(group: ET.Element) -> float:
    numbers = re.findall(r"-?[\d.]+(?=,)", group.find(f".//{SVG}path").get("d"))
    return (min(map(float, numbers)) + max(map(float, numbers))) / 2


def seen(name: str) -> str:
    """Return what a reader of the page should see of a name: no controls, single spaces."""
    kept = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", name)
    return " ".join(re.sub("[\ufffe\uffff]", "\ufffd", kept).split())


def assert_shows(shown: str, name: str) -> None:
    expected = seen(name)
    if "…" in shown and shown != expected:
        start, _, end = shown.partition("…")
        assert len(shown) < len(expected)
        assert expected.startswith(start)
        assert expected.endswith(end)
    else:
        assert shown == expected


@pytest.fixture(autouse=True)
def _nothing_kept():
    drawing.cache.clear()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(name):
    node, pipe = make_node("svc.db.orders", shown=name), make_node(f"svc.{name}", "pipeline")
    edge = Edge(node.id, pipe.id, description=name, pipeline=name, columns=2)
    graph = LineageGraph(node.id, {node.id: node, pipe.id: pipe}, (edge,))

    svg = parsed(graph)

    assert_shows(texts(boxes(svg)[str(node.id)])["name"], name)
    said = svg.find(".//*[@data-from]").find(SVG + "title").text
    assert said == f"{seen(name)}\nPipeline: {seen(name)}\n2 columns mapped"
    assert boxes(svg)[str(pipe.id)].find(SVG + "title").text.endswith(seen(f"svc.{name}"))
    assert boxes(svg)[str(pipe.id)].find(SVG + "a").get("href") == page_url(
        "pipeline", f"svc.{name}"
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=300), min_size=5, max_size=5))
def test_any_label_is_well_formed_and_shown(names):
    nodes = [make_node(f"svc.{place}", shown=f"{name}!") for place, name in enumerate(names)]
    shown = boxes(parsed(make_graph(*nodes)))
    for node in nodes:
        assert_shows(texts(shown[str(node.id)])["name"], node.display_name)


class Inventory(HTMLParser):
    """Collect what a browser's HTML parser would see."""

    def __init__(self, markup: str):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def test_the_element_is_safe_inside_a_page_with_a_strict_policy():
    markup = drawing.svg_of(make_graph(*(make_node(f"svc.{name}", shown=name) for name in HOSTILE)))
    found = Inventory(markup)

    assert markup.startswith("<svg ")
    assert found.tags == {"svg", "g", "title", "a", "path", "polygon", "text"}
    names = {name for name, _ in found.attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"style", "id", "xlink:href"}
    assert all(value.startswith("/table/") for name, value in found.attributes if name == "href")


def test_every_box_is_a_link_and_the_root_is_marked():
    root = make_node("mlflow.churn", "mlmodel", shown="Customer churn")
    gone = make_node("pg.shop.orders", deleted=True)
    svg = parsed(make_graph(root, gone))
    assert svg.get("aria-label") == "Lineage of Customer churn"
    drawn = boxes(svg)
    assert drawn[str(root.id)].get("class") == "node mlmodel root"
    assert drawn[str(gone.id)].get("class") == "node table deleted"
    assert texts(drawn[str(root.id)]) == {"kind": "ML model", "name": "Customer churn"}
    assert texts(drawn[str(gone.id)]) == {"kind": "Table · deleted", "name": "orders"}
    for node in (root, gone):
        link = drawn[str(node.id)].find(SVG + "a")
        assert link.get("href") == page_url(node.kind, node.fully_qualified_name)
        assert [part.get("class") for part in link] == ["box", "band", "kind", "name"]


def test_an_edge_tells_where_it_comes_from():
    first, second, third = make_node("svc.a"), make_node("svc.b"), make_node("svc.c")
    graph = replace(
        make_graph(first, second, third),
        edges=(
            Edge(first.id, second.id, columns=1),
            Edge(second.id, third.id, source="DbtLineage"),
        ),
    )
    drawn = {edge.get("data-from"): edge for edge in parsed(graph).findall(".//*[@data-from]")}
    assert drawn[str(first.id)].get("class") == "edge manual"
    assert drawn[str(first.id)].find(SVG + "title").text == "1 column mapped"
    assert drawn[str(second.id)].get("class") == "edge derived"
    assert drawn[str(second.id)].find(SVG + "title").text == "Source: DbtLineage"
    assert drawn[str(second.id)].get("data-to") == str(third.id)


def test_a_stub_stands_on_its_side_and_counts_once():
    node = make_node("svc.db.orders", hidden_upstream=3, hidden_downstream=12)
    other = make_node("svc.db.other")
    drawn = boxes(parsed(make_graph(node, other)))
    assert len(drawn) == 4
    before, after = drawn[f"{node.id}-upstream"], drawn[f"{node.id}-downstream"]
    assert middle(before) < middle(drawn[str(node.id)]) < middle(after)
    assert before.get("class") == "node stub upstream"
    assert texts(before) == {"name": "+3 more"}
    assert texts(after) == {"name": "+12 more"}
    assert after.find(SVG + "a").get("href") == "/table/svc.db.orders?tab=lineage"
    assert after.find(SVG + "title").text == "12 more downstream of svc.db.orders"


def test_data_flows_from_left_to_right():
    chain = [make_node(f"svc.{place}") for place in range(6)]
    drawn = boxes(parsed(make_graph(*chain)))
    places = [middle(drawn[str(node.id)]) for node in chain]
    assert places == sorted(places)


def test_a_cycle_and_a_lonely_root_are_drawn():
    one, two = make_node("svc.a"), make_node("svc.b")
    svg = parsed(make_graph(one, two, edges=[(one, two), (two, one)]))
    assert len(svg.findall(".//*[@data-from]")) == 2
    assert list(boxes(parsed(make_graph(one)))) == [str(one.id)]


def large_graph(size: int, edges: int) -> LineageGraph:
    chance = random.Random(size)
    nodes = [make_node(f"svc.db.table_{place}") for place in range(size)]
    pairs = {tuple(sorted(chance.sample(range(size), 2))) for _ in range(edges)}
    return make_graph(*nodes, edges=[(nodes[tail], nodes[head]) for tail, head in sorted(pairs)])


def test_two_hundred_boxes_are_all_there_and_none_overlaps_another():
    graph = large_graph(200, 260)
    svg = parsed(graph)
    assert set(boxes(svg)) == {str(pk) for pk in graph.nodes}
    drawn = {(line.get("data-from"), line.get("data-to")) for line in svg.findall(".//*[@data-to]")}
    assert drawn == {(str(edge.from_id), str(edge.to_id)) for edge in graph.edges}
    areas = []
    for group in boxes(svg).values():
        pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", group.find(f".//{SVG}path").get("d"))
        across, down = zip(*(map(float, pair) for pair in pairs), strict=True)
        areas.append((min(across), max(across), min(down), max(down)))
    areas.sort()
    for place, (_, right, top, bottom) in enumerate(areas):
        for left, _, other_top, other_bottom in areas[place + 1 :]:
            assert left >= right or other_top >= bottom or other_bottom <= top


def test_a_crowded_graph_is_drawn_in_time():
    graph = large_graph(200, 600)
    assert len(boxes(parsed(graph))) == 200


def test_equal_graphs_give_equal_pictures_in_whatever_order_they_were_read():
    graph = large_graph(30, 40)
    shuffled = replace(
        graph, nodes=dict(reversed(graph.nodes.items())), edges=tuple(reversed(graph.edges))
    )
    assert drawing.dot_source(graph) == drawing.dot_source(shuffled)
    first = drawing.svg_of(graph)
    drawing.cache.clear()
    assert drawing.svg_of(shuffled) == first


def test_a_picture_is_laid_out_once(monkeypatch):
    graph = make_graph(make_node("svc.a"), make_node("svc.b"))
    first = drawing.svg_of(graph)
    monkeypatch.setattr(layout, "command", lambda: pytest.fail("laid out again"))
    layout._dismiss()
    assert drawing.svg_of(graph) == first
    renamed = make_graph(make_node("svc.a", shown="Another name"), make_node("svc.b"))
    with pytest.raises(pytest.fail.Exception):
        drawing.svg_of(renamed)


def started_children(monkeypatch) -> list[subprocess.Popen]:
    started, popen = [], subprocess.Popen

    def remember(*args, **options):
        started.append(popen(*args, **options))
        return started[-1]

    layout._dismiss()
    monkeypatch.setattr(layout.subprocess, "Popen", remember)
    return started


def test_a_layout_that_takes_too_long_is_killed(monkeypatch):
    source = drawing.dot_source(large_graph(1500, 9000))
    started = started_children(monkeypatch)
    begin = time.monotonic()
    with pytest.raises(LayoutFailed) as failure:
        lay_out(source, timeout=0.5)
    assert failure.value.reason == "timeout"
    assert time.monotonic() - begin < 3
    assert [child.returncode for child in started] == [-9]


def test_a_failure_is_not_tried_again_at_once(monkeypatch):
    started = started_children(monkeypatch)
    monkeypatch.setattr(layout, "command", lambda: (sys.executable, "-c", "", ""))
    graph = make_graph(make_node("svc.a"))
    for _ in range(2):
        with pytest.raises(LayoutFailed):
            drawing.svg_of(graph)
    assert len(started) == 1


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import os; os.abort()", "crashed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed"),
        ("raise SystemExit(69)", "not available"),
    ],
)
def test_a_crash_of_the_engine_is_a_failure_with_a_reason(monkeypatch, script, reason):
    layout._dismiss()
    monkeypatch.setattr(layout, "command", lambda: (sys.executable, "-c", script, ""))
    with pytest.raises(LayoutFailed) as failure:
        lay_out("digraph {}")
    assert failure.value.reason == reason


def test_no_engine_at_all_is_a_failure_with_a_reason(monkeypatch):
    layout._dismiss()
    layout.command.cache_clear()
    monkeypatch.setattr(layout, "which", lambda name: None)
    monkeypatch.setattr(layout, "find_spec", lambda name: None)
    with pytest.raises(LayoutFailed, match="not available"):
        lay_out("digraph {}")
    monkeypatch.undo()
    monkeypatch.setattr(layout, "command", lambda: ("/nowhere/dot", "-T"))
    with pytest.raises(LayoutFailed, match="not available"):
        lay_out("digraph {}")


def test_text_that_is_not_dot_is_a_failure():
    with pytest.raises(LayoutFailed, match="crashed"):
        lay_out("digraph { broken")
    assert lay_out("digraph { fine }").startswith(b"<?xml")


def test_a_waiting_engine_that_died_is_replaced():
    lay_out("digraph { a }")
    (waiting,) = layout._waiting
    waiting.kill()
    waiting.wait()
    assert lay_out("digraph { a }").startswith(b"<?xml")


@pytest.mark.parametrize(
    ("picture_format", "start"),
    [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")],
)
def test_downloads_lead_back_to_the_catalogue(picture_format, start):
    graph = make_graph(make_node("svc.a", hidden_downstream=2), make_node("svc.b"))
    file = drawing.picture(graph, picture_format, "https://almanac.example")
    assert file.startswith(start)
    assert set(drawing.MEDIA_TYPES) >= {picture_format}
    if picture_format in ("svg", "dot"):
        assert b"https://almanac.example/table/svc.a?tab=lineage" in file


def test_a_downloaded_svg_is_readable_on_white_paper():
    file = drawing.standalone_svg(make_graph(make_node("svc.a")), "https://almanac.example")
    svg = ET.fromstring(file)
    paper = svg.find(f"{SVG}g/{SVG}polygon")
    assert paper.get("fill") == "white"
    assert svg.find(SVG + "title").text == "Lineage of a"
    assert svg.find(".//*[@class='band']").get("fill") == kind_of("table").colour


def test_rows_say_what_the_picture_says():
    table, model = make_node("svc.a"), make_node("mlflow.m", "mlmodel", hidden_downstream=4)
    graph = LineageGraph(
        model.id,
        {model.id: model, table.id: table},
        (Edge(table.id, model.id, "features", "Manual", "Nightly", 3),),
    )
    (row,) = rows(graph)
    assert (row.from_node, row.to_node) == (table, model)
    assert (row.description, row.pipeline, row.columns) == ("features", "Nightly", 3)
    assert [(stub.node, stub.direction, stub.count) for stub in graph.stubs()] == [
        (model, "downstream", 4)
    ]

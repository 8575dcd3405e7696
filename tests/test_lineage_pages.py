"""The Lineage tab and its files: drawn, tabled, bounded, and honest about what was left out."""

import csv
import io
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.lineage import graph as graphs
from catalog.lineage.layout import LayoutFailed
from catalog.links import page_url, verb_url
from catalog.web import lineage_pages
from tests import builders as make


def link(source, target, **more):
    lifecycle.put_edge(source, target, actor=SYSTEM, **more)


def chain(length):
    """Return tables of which each is made from the one before."""
    tables = [make.a_table(f"t{number}") for number in range(length)]
    for source, target in pairwise(tables):
        link(source, target)
    return tables


def address(entity, **query):
    url = f"{page_url(entity.entity_type, entity.fully_qualified_name)}?tab=lineage"
    return url + "".join(f"&{name}={value}" for name, value in query.items())


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def reader(client, charlie):
    client.force_login(charlie)
    return client


def test_the_drawing_and_the_table_say_the_same(reader):
    model, table = make.a_model(), make.what_churn_needs()
    page = text_of(reader.get(address(model)))
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page or 'class="drawing"' in page
    assert f'data-node="{model.pk}"' in page
    assert f'data-from="{table.pk}"' in page
    for entity in (model, table):
        url = page_url(entity.entity_type, entity.fully_qualified_name)
        assert page.count(f'href="{url}"') >= 2  # a node and a cell
    assert "2 entities, 1 link<" in page
    assert f'data-node="{model.pk}"' in text_of(reader.get(address(table)))


def test_an_edge_tells_its_pipeline_columns_and_description(reader):
    first, second = chain(2)
    pipeline = make.a_pipeline(displayName="Nightly load")
    names = [table.fully_qualified_name for table in (first, second)]
    link(
        first,
        second,
        details={
            "pipeline": {"id": str(pipeline.pk), "type": "pipeline"},
            "description": "Only <b>paid</b> orders",
            "columnsLineage": [{"fromColumns": [f"{names[0]}.id"], "toColumn": f"{names[1]}.id"}],
        },
    )
    page = text_of(reader.get(address(second)))
    assert "Nightly load" in page
    assert "Only &lt;b&gt;paid&lt;/b&gt; orders" in page
    assert "<b>paid</b>" not in page
    assert "3 entities, 1 link<" in text_of(reader.get(address(pipeline)))


@pytest.mark.parametrize(
    ("up", "down", "entities"), [("0", "0", 1), ("1", "0", 2), ("0", "2", 3), ("all", "all", 9)]
)
def test_depths_are_chosen_each_way_and_kept_in_the_address(reader, up, down, entities):
    middle = chain(9)[4]
    page = text_of(reader.get(address(middle, up=up, down=down)))
    assert f"{entities} entit" in page
    for side, depth in (("up", up), ("down", down)):
        chosen = page.split(f'name="{side}"')[1].split("</select>")[0]
        assert f'value="{depth}" selected' in chosen
    assert f"format=svg&amp;up={up}&amp;down={down}" in page


def test_what_lies_beyond_the_steps_is_counted(reader):
    tables = chain(4)
    page = text_of(reader.get(address(tables[0], down=1)))
    assert "1 more link leads out of this picture" in page
    assert "1 more downstream" in page
    assert "leads out" not in text_of(reader.get(address(tables[0], down=3)))


def test_what_the_cap_left_out_is_said(reader, monkeypatch):
    monkeypatch.setattr(lineage_pages, "DRAWN", 6)
    monkeypatch.setattr(
        graphs.lineage_of, "__kwdefaults__", {"upstream": 3, "downstream": 3, "cap": 6}
    )
    hub = make.a_table("hub")
    for number in range(6):
        link(hub, make.a_table(f"leaf{number}"))
    page = text_of(reader.get(address(hub)))
    assert "beyond the 3 entities each way" in page
    assert "4 more links lead out" in page


@pytest.mark.parametrize("depth", ["6", "-1", "many", "1.5", "٣", "%00", "2 3"])
def test_other_depths_are_refused_politely(reader, depth):
    table = make.a_table()
    assert reader.get(address(table, up=depth)).status_code == 400
    url = verb_url("lineage", "table", table.fully_qualified_name, format="csv", down=depth)
    assert reader.get(url).status_code == 400


def test_circles_end(reader):
    tables = chain(3)
    link(tables[2], tables[0])
    page = text_of(reader.get(address(tables[1], up="all", down="all")))
    assert "3 entities, 3 links" in page


def test_without_lineage_the_tab_says_so(reader):
    assert "No lineage yet" in text_of(reader.get(address(make.a_table())))


def test_what_was_deleted_stays_in_the_picture_and_is_marked(reader):
    first, second = chain(2)
    lifecycle.delete(first, actor=SYSTEM)
    assert "node table deleted" in text_of(reader.get(address(second)))


@pytest.mark.parametrize("reason", lineage_pages.WHY_NOT_DRAWN)
def test_a_failed_layout_leaves_the_table_and_says_why(reader, monkeypatch, reason):
    def fails(*_):
        raise LayoutFailed(reason)

    monkeypatch.setattr(lineage_pages, "svg_of", fails)
    monkeypatch.setattr(lineage_pages, "picture", fails)
    first, second = chain(2)
    page = text_of(reader.get(address(second)))
    assert lineage_pages.WHY_NOT_DRAWN[reason] in page
    assert "<figure" not in page
    assert page_url("table", first.fully_qualified_name) in page
    url = verb_url("lineage", "table", second.fully_qualified_name, format="png")
    assert url.replace("png", "csv") in page.replace("&amp;up=3&amp;down=3", "")
    answer = reader.get(url, follow=True)
    assert answer.status_code == 200
    assert lineage_pages.WHY_NOT_DRAWN[reason] in text_of(answer)


@pytest.mark.parametrize(
    ("wanted", "media_type", "begins"),
    [
        ("svg", "image/svg+xml", b"<?xml"),
        ("png", "image/png", b"\x89PNG"),
        ("pdf", "application/pdf", b"%PDF"),
        ("dot", "text/vnd.graphviz", b"digraph"),
        ("csv", "text/csv; charset=utf-8", b"From kind,From,"),
    ],
)
def test_lineage_can_be_taken_away_as_a_file(reader, wanted, media_type, begins):
    model = make.a_model("cœur/de.lion")
    url = verb_url("lineage", "mlmodel", model.fully_qualified_name, format=wanted)
    answer = reader.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.content.startswith(begins)
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert disposition.endswith((f".{wanted}", f'.{wanted}"'))
    assert "/" not in disposition


def test_pictures_lead_back_to_the_site(reader):
    model = make.a_model()
    url = verb_url("lineage", "mlmodel", model.fully_qualified_name, format="svg")
    assert "http://testserver/mlmodel/mlflow.churn" in text_of(reader.get(url))


def test_the_csv_holds_every_link_and_no_formula(reader):
    first, second = chain(2)
    link(first, second, description="=1+1")
    evil = make.a_pipeline_service('=HYPERLINK("x")')
    link(second, evil)
    url = verb_url("lineage", "table", first.fully_qualified_name, format="csv")
    heading, *lines = csv.reader(io.StringIO(text_of(reader.get(url))))
    assert heading == list(lineage_pages.HEADINGS)
    assert [line[1] for line in lines] == [first.fully_qualified_name, second.fully_qualified_name]
    assert lines[0][-1] == "'=1+1"
    assert all(not cell.startswith("=") for line in lines for cell in line)


def test_without_a_format_one_is_led_to_the_tab_and_a_wrong_one_is_refused(reader):
    table = make.a_table()
    url = verb_url("lineage", "table", table.fully_qualified_name)
    answer = reader.get(url, {"up": 2})
    assert answer.headers["Location"] == address(table, up=2, down=3)
    assert reader.get(url, {"format": "exe"}).status_code == 400


@pytest.mark.parametrize("wanted", ["page", "csv"])
def test_ten_neighbours_cost_what_one_costs(reader, wanted):
    asked = []
    for number in (1, 10):
        hub = make.a_table(f"hub{number}")
        for n in range(number):
            link(make.a_table(f"up{number}-{n}"), hub)
        url = address(hub)
        if wanted == "csv":
            url = verb_url("lineage", "table", hub.fully_qualified_name, format="csv")
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(url).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]

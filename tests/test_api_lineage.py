"""Lineage over the API: edges by id and by name, their details, and the way around an entity."""

import pytest

from catalog.models import LineageEdge
from tests import builders
from tests.wire import Caller, lineage_of, link, named, nodes, reference, refused, told

pytestmark = pytest.mark.django_db
UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def tables(db):
    return [builders.a_table(name, "x INT", "y INT") for name in ("a", "b", "c", "d")]


def details(api, source, target, status=200):
    return told(api.get(f"lineage/getLineageEdge/{source.pk}/{target.pk}"), status)


def columns(source, target):
    return [
        {"fromColumns": [f"{source}.x"], "toColumn": f"{target}.y", "function": "sum(x)"},
    ]


# --- Edges ---


def test_an_edge_shows_on_both_sides(api, tables):
    a, b, *_ = tables
    assert link(api, a, b, description="Copied nightly.").status_code == 200
    below, above = lineage_of(api, a), lineage_of(api, b)
    assert set(below) == {"entity", "nodes", "upstreamEdges", "downstreamEdges"}
    assert below["entity"]["fullyQualifiedName"] == "warehouse.shop.public.a"
    assert nodes(below) == ["b"]
    assert nodes(above) == ["a"]
    edge = {
        "fromEntity": str(a.pk),
        "toEntity": str(b.pk),
        "description": "Copied nightly.",
    }
    (shown,) = below["downstreamEdges"]
    assert {k: v for k, v in shown.items() if k != "lineageDetails"} == edge
    assert above["upstreamEdges"] == [shown]
    assert below["upstreamEdges"] == above["downstreamEdges"] == []


def test_details_are_the_servers_and_the_clients(api, tables, db):
    a, b, *_ = tables
    pipeline = builders.a_pipeline()
    given = {
        "sqlQuery": "insert into b select x from a",
        "columnsLineage": columns(a, b),
        "pipeline": reference(pipeline),
        "description": "Of the details.",
        "source": "QueryLineage",
    }
    told_edge = link(api, a, b, lineageDetails=given)
    assert told_edge.status_code == 200
    answer = details(api, a, b)
    assert set(answer) == {"edge"}
    found = answer["edge"]
    assert found["pipeline"]["fullyQualifiedName"] == "airflow.nightly"
    assert {k: found[k] for k in given if k != "pipeline"} == {
        k: v for k, v in given.items() if k != "pipeline"
    }
    assert found["createdBy"] == found["updatedBy"] == "ada"
    assert found["createdAt"] <= found["updatedAt"]
    (edge,) = lineage_of(api, b)["upstreamEdges"]
    assert edge["lineageDetails"] == found


def test_a_put_replaces_details(api, tables):
    a, b, *_ = tables
    link(api, a, b, lineageDetails={"sqlQuery": "one", "columnsLineage": columns(a, b)})
    link(api, a, b, lineageDetails={"sqlQuery": "two"})
    found = details(api, a, b)["edge"]
    assert found["sqlQuery"] == "two"
    assert "columnsLineage" not in found
    assert found["source"] == "Manual"
    assert LineageEdge.objects.count() == 1


def test_a_patch_adds_to_details(api, tables):
    a, b, *_ = tables
    link(api, a, b, lineageDetails={"columnsLineage": columns(a, b)})
    path = f"lineage/table/{a.pk}/table/{b.pk}"
    pipeline = builders.a_pipeline()
    operations = [
        {"op": "add", "path": "/sqlQuery", "value": "select"},
        {"op": "add", "path": "/pipeline", "value": reference(pipeline)},
        {
            "op": "add",
            "path": "/columnsLineage/1",
            "value": {"fromColumns": [f"{a}.y"], "toColumn": f"{b}.x"},
        },
    ]
    told(api.patch(path, operations))
    found = details(api, a, b)["edge"]
    assert found["sqlQuery"] == "select"
    assert found["pipeline"]["id"] == str(pipeline.pk)
    assert [mapping["toColumn"] for mapping in found["columnsLineage"]] == [f"{b}.y", f"{b}.x"]
    told(api.patch(path, [{"op": "remove", "path": "/columnsLineage/0"}]))
    assert len(details(api, a, b)["edge"]["columnsLineage"]) == 1
    for wrong in (None, {}, [1], [{"op": "add", "path": "/columnsLineage/9", "value": {}}]):
        refused(api.patch(path, wrong), 400)
    wrong = [{"op": "add", "path": "/source", "value": "Guess"}]
    refused(api.patch(path, wrong), 400, "source must be one of")


def test_a_patch_fills_an_edge_without_details(api, tables):
    a, b, *_ = tables
    link(api, a, b)
    operations = [
        {"op": "add", "path": "/columnsLineage/0", "value": columns(a, b)[0]},
        {"op": "add", "path": "/sqlQuery", "value": "select"},
    ]
    told(api.patch(f"lineage/table/{a.pk}/table/{b.pk}", operations))
    assert details(api, a, b)["edge"]["columnsLineage"] == columns(a, b)


def test_an_edge_ends_and_stays_in_history(api, tables):
    a, b, *_ = tables
    link(api, a, b)
    path = f"lineage/table/{a.pk}/table/{b.pk}"
    assert api.delete(path).status_code == 200
    assert nodes(lineage_of(api, a)) == []
    refused(api.get(f"lineage/getLineageEdge/{a.pk}/{b.pk}"), 404)
    refused(api.delete(path), 404)
    refused(api.patch(path, [{"op": "add", "path": "/sqlQuery", "value": "x"}]), 404)
    edge = LineageEdge.objects.get()
    assert edge.valid_to is not None
    link(api, a, b)
    assert LineageEdge.objects.count() == 2
    assert nodes(lineage_of(api, a)) == ["b"]


# --- By name ---


def pair(source, target):
    ends = (
        f"{end.entity_type}/{named(end, end.fully_qualified_name).partition('/')[2]}"
        for end in (source, target)
    )
    return "/".join(ends)


def test_edges_by_name(api, tables):
    a, b, *_ = tables
    assert api.put(f"lineage/{pair(a, b)}", {}).status_code == 200
    told(api.put(f"lineage/{pair(a, b)}", {"sqlQuery": "select", "source": "ViewLineage"}))
    edge = told(api.get(f"lineage/getLineageEdge/{pair(a, b)}"))["edge"]
    assert (edge["sqlQuery"], edge["source"]) == ("select", "ViewLineage")
    told(
        api.patch(f"lineage/{pair(a, b)}", [{"op": "add", "path": "/description", "value": "Why."}])
    )
    assert details(api, a, b)["edge"]["description"] == "Why."
    assert api.delete(f"lineage/{pair(a, b)}").status_code == 200
    refused(api.get(f"lineage/getLineageEdge/{pair(a, b)}"), 404)
    assert api.put(f"lineage/{pair(a, b)}").status_code == 200  # without any body


@pytest.mark.parametrize(
    "name", ["x/table/name/y", "name", "a/b", "a.b/table/name/c", "x/type/Manual", "&include=all"]
)
def test_names_that_look_like_paths(api, tables, name):
    a, b, *_ = tables
    odd = builders.a_table(name)
    for source, target in ((odd, a), (b, odd)):
        told(api.put(f"lineage/{pair(source, target)}", {"sqlQuery": "select"}))
        edge = told(api.get(f"lineage/getLineageEdge/{pair(source, target)}"))["edge"]
        assert edge["sqlQuery"] == "select"
    assert nodes(lineage_of(api, odd)) == ["a", "b"]
    assert api.delete(f"lineage/{pair(odd, a)}").status_code == 200
    assert nodes(lineage_of(api, odd)) == ["b"]


# --- By source ---


def test_edges_into_an_entity_end_by_their_source(api, tables):
    a, b, c, d = tables
    link(api, a, c, lineageDetails={"source": "ViewLineage"})
    link(api, b, c)
    link(api, c, d, lineageDetails={"source": "ViewLineage"})
    assert api.delete(f"lineage/table/{c.pk}/type/ViewLineage").status_code == 200
    assert nodes(lineage_of(api, c)) == ["b", "d"]  # what leads out of it stays
    path = f"lineage/source/name/table/{c}/type/Manual"
    assert api.delete(path).status_code == 200
    assert nodes(lineage_of(api, c)) == ["d"]
    assert api.delete(path).status_code == 200  # nothing left to end is fine
    refused(api.delete(f"lineage/table/{c.pk}/type/Guesswork"), 400, "ViewLineage")


# --- What is refused ---


def test_an_edge_to_itself_is_400(api, tables):
    refused(link(api, tables[0], tables[0]), 400, "itself")
    refused(api.put(f"lineage/{pair(tables[0], tables[0])}", {}), 400)
    assert not LineageEdge.objects.exists()


@pytest.mark.parametrize("side", ["fromColumns", "toColumn"])
def test_unknown_columns_are_400(api, tables, side):
    a, b, *_ = tables
    (mapping,) = columns(a, b)
    mapping[side] = [f"{a}.nothing"] if side == "fromColumns" else f"{a}.x"
    answer = link(api, a, b, lineageDetails={"columnsLineage": [mapping]})
    refused(answer, 400, "columnsLineage", "is not a column of the table")
    assert not LineageEdge.objects.exists()


def test_features_and_nested_columns_are_columns_too(api):
    model = builders.a_model()
    inner = builders.a_column("address STRUCT") | {"children": [builders.a_column("city STRING")]}
    table = builders.a_table("people", inner)
    mapping = {"fromColumns": [f"{table}.address.city"], "toColumn": "mlflow.churn.persona"}
    told_edge = link(api, table, model, lineageDetails={"columnsLineage": [mapping]})
    assert told_edge.status_code == 200
    assert details(api, table, model)["edge"]["columnsLineage"] == [mapping]


def test_ends_must_be_there_and_of_their_type(api, tables):
    a, b, *_ = tables
    nowhere = {"id": UUID, "type": "table"}
    for body, status, words in (
        (None, 400, "JSON object"),
        ([], 400, "JSON object"),
        ({}, 400, "[edge must not be null]"),
        ({"edge": {}}, 400, "edge.fromEntity must not be null"),
        ({"edge": {"fromEntity": reference(a)}}, 400, "edge.toEntity must not be null"),
        ({"edge": {"fromEntity": "a", "toEntity": reference(b)}}, 400, "fromEntity"),
        ({"edge": {"fromEntity": reference(a), "toEntity": {"id": UUID}}}, 400, "toEntity"),
        ({"edge": {"fromEntity": reference(a), "toEntity": {"type": "table"}}}, 400, "toEntity"),
        (
            {"edge": {"fromEntity": reference(a), "toEntity": nowhere}},
            404,
            f"table instance for {UUID} not found",
        ),
        (
            {"edge": {"fromEntity": reference(a), "toEntity": reference(b) | {"type": "chart"}}},
            404,
            f"chart instance for {b.pk} not found",
        ),
        (
            {"edge": {"fromEntity": reference(a), "toEntity": reference(b) | {"type": "\x01"}}},
            404,
            "not found",
        ),
    ):
        assert words in refused(api.put("lineage", body), status)
    for path in (f"lineage/table/{UUID}", "lineage/table/name/no.such", f"lineage/chart/{a.pk}"):
        refused(api.get(path), 404, "not found")
    for path in (f"lineage/nonsense/{a.pk}", "lineage/%00/name/x", f"lineage/%00/{UUID}"):
        refused(api.get(path), 404)
    refused(api.get(f"lineage/getLineageEdge/{a.pk}/{UUID}"), 404)
    refused(api.get(f"lineage/getLineageEdge/{a.pk}/{b.pk}"), 404)
    details = {"pipeline": reference(a)}
    refused(link(api, a, b, lineageDetails=details), 400, "pipeline")
    details = {"pipeline": {"id": UUID, "type": "pipeline"}}
    refused(link(api, a, b, lineageDetails=details), 404, "pipeline instance for")
    refused(link(api, a, b, lineageDetails={"source": "Guess"}), 400, "source must be one of")
    assert not LineageEdge.objects.exists()


def test_depths_are_numbers(api, tables):
    for wrong in (-1, "x", "1.5", 10**9):
        path = f"lineage/table/{tables[0].pk}"
        refused(api.get(path, upstreamDepth=wrong), 400, "upstreamDepth")
        refused(api.get(path, downstreamDepth=wrong), 400, "downstreamDepth")


def test_only_who_may_edit_an_end_may_link_it(api, tables, charlie):
    a, b, *_ = tables
    outsider = Caller(charlie)
    refused(link(outsider, a, b), 403, "charlie may not change the lineage")
    link(api, a, b)
    refused(outsider.delete(f"lineage/table/{a.pk}/table/{b.pk}"), 403)
    refused(outsider.patch(f"lineage/table/{a.pk}/table/{b.pk}", []), 403)
    refused(outsider.delete(f"lineage/table/{b.pk}/type/Manual"), 403)
    assert nodes(lineage_of(outsider, a)) == ["b"]  # reading is for everybody
    owned = builders.a_table("mine", owners=builders.with_references([charlie]))
    assert link(outsider, a, owned).status_code == 200

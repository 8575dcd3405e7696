"""The way around an entity over the API: depth, cycles, the cap, pipelines and models."""

from functools import partial
from itertools import pairwise

import pytest

from catalog.api import lineage as views
from catalog.models import LineageEdge
from tests import builders
from tests.wire import at, lineage_of, link, nodes, reference, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def tables(db):
    return [builders.a_table(name, "x INT", "y INT") for name in ("a", "b", "c", "d")]


def chain(api, *entities):
    for source, target in pairwise(entities):
        assert link(api, source, target).status_code == 200


def test_depth_says_how_far(api, tables):
    chain(api, *tables)
    a, b, *_, d = tables
    assert nodes(lineage_of(api, a, 0, 0)) == []
    assert nodes(lineage_of(api, a, 3, 2)) == ["b", "c"]
    assert nodes(lineage_of(api, d, 2, 3)) == ["b", "c"]
    assert nodes(lineage_of(api, b, 1, 1)) == ["a", "c"]
    answer = lineage_of(api, b, 1000, 1000)
    assert nodes(answer) == ["a", "c", "d"]
    assert len(answer["upstreamEdges"]) == 1
    assert len(answer["downstreamEdges"]) == 2
    default = told(api.get(f"lineage/table/{b.pk}"))
    assert nodes(default) == ["a", "c"]


def test_a_cycle_ends(api, tables):
    a, b, c, _ = tables
    chain(api, a, b, c, a)
    for depth in (1, 3, 1000):
        answer = lineage_of(api, a, depth, depth)
        assert nodes(answer) == ["b", "c"]
        assert a.pk not in [node["id"] for node in answer["nodes"]]


def test_a_cap_cuts_and_says_so(api, tables, monkeypatch):
    monkeypatch.setattr(views, "CAP", 2)
    monkeypatch.setattr(views, "neighbourhood", partial(views.neighbourhood, cap=2))
    hub, *others = tables
    for other in others:
        link(api, hub, other)
    answer = api.get(f"lineage/table/{hub.pk}")
    assert len(told(answer)["nodes"]) == 1  # the cap counts the entity itself
    assert answer["X-Almanac-Lineage-Cut"] == "2"
    assert "X-Almanac-Lineage-Cut" not in api.get(f"lineage/table/{others[0].pk}")


def test_a_deleted_node_says_that_it_is(api, tables):
    a, b, *_ = tables
    link(api, a, b)
    told(api.delete(at(b)))
    (node,) = lineage_of(api, a)["nodes"]
    assert node["deleted"] is True
    told(api.delete(at(b), hardDelete=True))
    assert lineage_of(api, a)["nodes"] == []


def test_a_pipeline_knows_the_edges_it_runs(api, tables):
    a, b, c, _ = tables
    pipeline = builders.a_pipeline()
    link(api, a, b, lineageDetails={"pipeline": reference(pipeline)})
    link(api, c, pipeline)
    answer = lineage_of(api, pipeline)
    assert nodes(answer) == ["a", "b", "c"]
    assert [edge["toEntity"] for edge in answer["upstreamEdges"]] == [str(pipeline.pk)]
    assert [edge["toEntity"] for edge in answer["downstreamEdges"]] == [str(b.pk)]


# --- What models say of themselves ---


def test_a_model_is_made_from_its_sources(api):
    table, model = builders.what_churn_needs(), builders.a_model()
    assert nodes(lineage_of(api, model)) == ["orders"]
    (edge,) = lineage_of(api, table)["downstreamEdges"]
    assert (edge["fromEntity"], edge["toEntity"]) == (str(table.pk), str(model.pk))
    assert edge["lineageDetails"]["source"] == "Manual"
    assert "sqlQuery" not in edge["lineageDetails"]


def test_what_add_mlmodel_lineage_does(api):
    table, model = builders.what_churn_needs(), builders.a_model()
    assert api.delete(f"lineage/table/{table.pk}/mlmodel/{model.pk}").status_code == 200
    assert len(told(api.get(at(model)))["mlFeatures"]) == 2  # features stay as they are
    assert nodes(lineage_of(api, model)) == []
    link(api, table, model, description="From the SDK.")
    (edge,) = lineage_of(api, model)["upstreamEdges"]
    assert edge["description"] == "From the SDK."
    told(api.put("mlmodels", {"name": "churn", "service": "mlflow", "algorithm": "xgboost"}))
    assert nodes(lineage_of(api, model)) == ["orders"]  # what somebody added by hand stays


def test_an_edge_that_only_sources_made_goes_with_the_last(api):
    builders.what_churn_needs()
    model = builders.a_model()
    told(api.patch(at(model), [{"op": "remove", "path": "/mlFeatures/1"}]))
    assert nodes(lineage_of(api, model)) == ["orders"]
    told(api.patch(at(model), [{"op": "remove", "path": "/mlFeatures/0/featureSources"}]))
    assert nodes(lineage_of(api, model)) == []
    assert LineageEdge.objects.get().valid_to is not None

"""Editing features, their sources and hyperparameters in the browser, without JavaScript."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Table
from tests import builders
from tests.browsing import Page, logged_in
from tests.test_ml_model_forms import ADD, MODEL, PARAMETERS, edit_feature, now, version
from tests.test_ml_model_pages import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db):
    return builders.a_model()


# --- Features and their sources ---


def test_a_feature_is_added_with_sources_of_every_sort(admin, model):
    builders.a_table("people", "age INT", "born DATE")
    page = Page(logged_in(admin), ADD)
    for _ in range(3):
        assert page.send(add="source").status_code == 200
    response = page.send(
        name="persona 2",
        data_type="categorical",
        feature_algorithm="PCA",
        description="Who they are",
        sources__0__where=f"{builders.SCHEMA}.people.age",
        sources__1__where=f"{builders.SCHEMA}.people",
        sources__1__name="anything",
        sources__1__data_type="object",
        sources__2__name="city",
        sources__2__description="From the survey",
    )
    assert (response.status_code, response.url) == (302, f"/{MODEL}?tab=features")
    feature = now(model)["mlFeatures"][-1]
    assert feature["featureAlgorithm"] == "PCA"
    column, table, only_named = feature["featureSources"]
    assert (column["name"], column["dataType"]) == ("age", "integer")
    assert column["dataSource"]["fullyQualifiedName"] == f"{builders.SCHEMA}.people"
    assert (table["name"], table["dataType"]) == ("anything", "object")
    assert "dataSource" not in only_named
    assert only_named["description"] == "From the survey"
    assert version(model) == "0.2"


def test_mapping_a_feature_draws_lineage(admin, model):
    table = builders.a_table("people", "age INT")
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    page.send(name="age", sources__0__where=f"{table}.age")
    assert model.upstream_edges.current().filter(from_entity=table.pk).exists()


def test_an_untouched_new_row_is_no_source(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    page.send(add="source")
    assert page.send(description="x").status_code == 302
    assert len(now(model)["mlFeatures"][0]["featureSources"]) == 1


def test_adding_a_row_keeps_what_was_typed_and_saves_nothing(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    page.send(add="source", name="", description="half written", tags_more="No.Such")
    assert page.response.status_code == 200
    assert "errorlist" not in page.html
    assert page.value("description") == "half written"
    assert page.value("tags_more") == "No.Such"
    assert page.value("sources-TOTAL_FORMS") == "2"
    assert version(model) == "0.1"


def test_a_source_is_removed_by_its_tick(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    assert page.send(sources__0__DELETE="on").status_code == 302
    assert "featureSources" not in now(model)["mlFeatures"][0]


def test_choosing_another_column_takes_its_name_and_type(admin, model):
    builders.a_table("people", "born DATE")
    page = Page(logged_in(admin), edit_feature("sales"))
    assert page.send(sources__0__where=f"{builders.SCHEMA}.people.BORN").status_code == 302
    source = now(model)["mlFeatures"][0]["featureSources"][0]
    assert (source["name"], source["dataType"]) == ("born", "date")


def test_the_row_fills_itself_in_when_a_column_is_picked(admin, model):
    builders.a_table("people", "born DATE")
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    page.send(
        fill="0",
        sources__0__where=f"{builders.SCHEMA}.people.born",
        sources__0__name="something else",
        name="typed",
    )
    assert page.response.status_code == 200
    assert page.value("sources-0-name") == "born"
    assert page.value("sources-0-data_type") == "date"
    assert page.value("name") == "typed"
    assert version(model) == "0.1"


@pytest.mark.parametrize("fill", ["7", "-1", "x", "²", ""])
def test_a_row_that_is_not_there_cannot_be_filled_in(admin, model, fill):
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    assert page.send(fill=fill, sources__0__where="x").status_code in (200, 422)


@pytest.mark.parametrize(
    ("where", "name", "complaint"),
    [
        ("no.such.table", "", "There is no table or column called no.such.table"),
        (f"{builders.ORDERS}.nothing", "", "has no column nothing"),
        ("alice", "", "There is no table or column called alice"),
        (f"{builders.ORDERS}.id", "other", "has its name"),
        (builders.ORDERS, "", "Name the source"),
        ("", "x" * 257, "at most 256 characters"),
    ],
)
def test_a_wrong_source_is_named_beside_its_field(admin, model, alice, where, name, complaint):
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    response = page.send(
        name="size", sources__0__where=where, sources__0__name=name, sources__0__data_type="date"
    )
    assert response.status_code == 422
    assert complaint in page.html
    assert "nothing has been saved yet" in page.html
    assert page.value("sources-0-where") == where
    assert page.value("sources-0-name") == name
    assert page.value("sources-0-data_type") == "date"
    assert version(model) == "0.1"


def test_a_table_with_dots_in_its_name_is_found(admin, model):
    table = builders.a_table('daily."big".orders', "the.id INT")
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    where = table.core["columns"][0]["fullyQualifiedName"]
    assert page.send(name="size", sources__0__where=where).status_code == 302
    assert now(model)["mlFeatures"][-1]["featureSources"][0]["name"] == "the.id"
    html = logged_in(admin).get(f"/{MODEL}?tab=features").content.decode()
    assert "Column is gone" not in html


def test_features_have_names_of_their_own(admin, model):
    page = Page(logged_in(admin), ADD)
    assert page.send(name="sales").status_code == 422
    assert "There is another feature called sales" in page.html
    assert page.send(name="").status_code == 422
    assert "This field is required" in page.html
    page = Page(logged_in(admin), edit_feature("persona"))
    assert page.send(name="sales").status_code == 422


@pytest.mark.parametrize("name", [*HOSTILE, "a::b"])
def test_a_feature_may_have_any_name(admin, model, name):
    assert Page(logged_in(admin), ADD).send(name=name).status_code == 302
    assert Page(logged_in(admin), edit_feature(name)).send(description="x").status_code == 302
    assert now(model)["mlFeatures"][-1]["name"] == name
    assert Page(logged_in(admin), f"/remove-feature/{MODEL}?name={quote(name)}").send().status_code
    assert name not in [feature["name"] for feature in now(model)["mlFeatures"]]


def test_a_feature_keeps_its_place_and_the_others_stay(admin, model):
    Page(logged_in(admin), edit_feature("sales")).send(name="revenue")
    assert [feature["name"] for feature in now(model)["mlFeatures"]] == ["revenue", "persona"]


def test_a_feature_is_removed_after_asking(admin, model):
    page = Page(logged_in(admin), f"/remove-feature/{MODEL}?name=sales")
    assert "Remove the feature sales?" in page.html
    assert len(now(model)["mlFeatures"]) == 2
    assert page.send().status_code == 302
    assert [feature["name"] for feature in now(model)["mlFeatures"]] == ["persona"]
    assert page.client.get(page.url).status_code == 404


def test_features_and_sources_carry_tags(admin, model):
    builders.a_tag("PII.Sensitive")
    page = Page(logged_in(admin), edit_feature("sales"))
    page.send(tags_more="PII.Sensitive", sources__0__tags_more="PII.Sensitive")
    feature = now(model)["mlFeatures"][0]
    assert feature["tags"][0]["tagFQN"] == "PII.Sensitive"
    assert feature["featureSources"][0]["tags"][0]["tagFQN"] == "PII.Sensitive"
    page.open()
    page.send(without=("tags", "sources-0-tags"))
    assert "tags" not in str(now(model)["mlFeatures"])


def test_a_source_whose_column_went_survives_another_edit(admin, model):
    builders.a_table("orders", "id INT")
    page = Page(logged_in(admin), edit_feature("sales"))
    assert page.send(description="x").status_code == 302
    source = now(model)["mlFeatures"][0]["featureSources"][0]
    assert source["dataSource"]["fullyQualifiedName"] == builders.ORDERS
    assert source["name"] == "amount"


# --- Hyperparameters ---


def test_hyperparameters_are_added_changed_and_removed(admin, model):
    page = Page(logged_in(admin), PARAMETERS)
    assert page.send(add="hyperparameter").status_code == 200
    page.send(
        parameters__0__value="8",
        parameters__1__DELETE="on",
        parameters__2__name="seed",
        parameters__2__value="42",
        parameters__2__description="For the same result each time",
    )
    assert now(model)["mlHyperParameters"] == [
        {"name": "max_depth", "value": "8", "description": "How deep a tree may grow."},
        {"name": "seed", "value": "42", "description": "For the same result each time"},
    ]


def test_hyperparameters_have_names_of_their_own(admin, model):
    page = Page(logged_in(admin), PARAMETERS)
    assert page.send(parameters__1__name="max_depth").status_code == 422
    assert "There is another hyperparameter called max_depth" in page.html
    assert page.send(parameters__1__name="").status_code == 422
    assert page.value("parameters-1-value") == "0.3"
    assert version(model) == "0.1"


def test_a_form_that_lost_its_rows_is_refused(admin, model):
    client = logged_in(admin)
    assert client.post(PARAMETERS, {"etag": "x"}).status_code == 422
    many = client.post(ADD, {"sources-TOTAL_FORMS": "9" * 5, "sources-INITIAL_FORMS": "0"})
    assert many.status_code == 422
    assert many.content.count(b"<fieldset") == 1
    one_more = client.post(ADD, {"add": "", "sources-TOTAL_FORMS": "9" * 5000})
    assert one_more.content.count(b"<fieldset") <= 1


# --- Costs ---


def test_ten_features_cost_what_one_costs_to_edit(admin):
    def features(number):
        return [
            builders.sales_feature(name=f"f{i}", tags=builders.tags("PII.Sensitive"))
            for i in range(number)
        ]

    costs = []
    client = logged_in(admin)
    for name, number in (("one", 1), ("ten", 10)):
        builders.a_model(name, mlFeatures=features(number))
        url = f"/edit-feature/mlmodel/mlflow.{name}?name=f0"
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        costs.append(len(captured))
    assert costs[0] == costs[1] < 30


def test_ten_sources_cost_what_one_costs_to_save(admin):
    builders.a_table("wide", *(f"c{i} INT" for i in range(10)))
    table = Table.objects.named(f"{builders.SCHEMA}.wide").get()
    costs = []
    for name, number in (("one", 1), ("ten", 10)):
        sources = [
            {"name": f"c{i}", "dataSource": {"id": str(table.pk), "type": "table"}}
            for i in range(number)
        ]
        builders.a_model(name, mlFeatures=[{"name": "f", "featureSources": sources}])
        page = Page(logged_in(admin), f"/edit-feature/mlmodel/mlflow.{name}?name=f")
        with CaptureQueriesContext(connection) as captured:
            assert page.send(description="x").status_code == 302
        costs.append(len(captured))
    assert costs[0] == costs[1]

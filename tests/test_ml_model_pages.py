"""A model's page: what is known of it, what is missing, and what its features are made from."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle
from catalog.access import SYSTEM
from mlmodels.governance.completeness import ASPECTS, completeness_of
from tests import builders
from tests.browsing import logged_in

pytestmark = pytest.mark.django_db

PAGE = "/mlmodel/mlflow.churn"
FEATURES = f"{PAGE}?tab=features"
HOSTILE = [
    'a "quoted" name',
    "a/b/../c",
    "dots.in.names",
    "<script>alert(1)</script>",
    "🙂 emoji",
    "x" * 256,
    "اسم عربي",
    "50% & more? #1",
]


def read(user, url):
    response = logged_in(user).get(url)
    assert response.status_code == 200
    return response.content.decode()


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_overview_tells_everything_of_the_model(alice, bob):
    dashboard = builders.a_dashboard("performance", displayName="How well it does")
    model = builders.a_model(
        description="Who is **about** to leave.",
        dashboard=dashboard,
        owners=[alice],
        tags=builders.tags("Tier.Tier1"),
        sourceUrl="https://mlflow.example.org/churn",
    )
    lifecycle.follow(model, bob, actor=bob)
    html = read(alice, PAGE)
    for words in (
        "<strong>about</strong>",
        "xgboost",
        "left_within_90_days",
        '<a href="https://models.example.org/churn"',
        "s3://models/churn",
        "registry/churn:1",
        "/dashboard/superset.performance",
        "How well it does",
        '<a href="https://mlflow.example.org/churn"',
        "/mlmodelService/mlflow",
        "max_depth",
        "How deep a tree may grow.",
        "/user/alice",
        "/user/bob",
        "/tag/Tier.Tier1",
    ):
        assert words in html, words


def test_a_description_cannot_bring_a_script(admin):
    builders.a_model(description='Hello <script>alert(1)</script><img src=x onerror="alert(1)">')
    html = read(admin, PAGE)
    assert "<script>alert" not in html
    assert "onerror" not in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,hi", "s3://bucket/key"])
def test_only_web_addresses_become_links(admin, address):
    builders.a_model(server=address, sourceUrl=address)
    html = read(admin, PAGE)
    assert address in html
    assert f'href="{address}' not in html


def test_the_overview_says_what_is_missing_and_links_to_where_it_is_added(admin):
    builders.a_shell("churn")
    html = read(admin, PAGE)
    assert "0 %" in html
    for link in (
        "/edit/mlmodel/mlflow.churn#id_description",
        "/edit/mlmodel/mlflow.churn#id_owners",
        "/edit/mlmodel/mlflow.churn#id_dashboard",
        "/hyperparameters/mlmodel/mlflow.churn",
        "/add-feature/mlmodel/mlflow.churn",
    ):
        assert f'href="{link}"' in html


def test_a_complete_model_lacks_nothing(admin, alice):
    builders.a_model(
        owners=[alice],
        dashboard=builders.a_dashboard(),
        mlFeatures=[builders.sales_feature()],
    )
    html = read(admin, PAGE)
    assert "100 %" in html
    assert "Everything is there." in html


def test_each_missing_thing_costs_the_same():
    assert completeness_of({}).percent == 0
    assert completeness_of({"algorithm": "mlmodel"}).percent == 0
    known = {"description": "x", "algorithm": "xgboost", "mlFeatures": [{"name": "age"}]}
    assert completeness_of(known).percent == 300 // len(ASPECTS)
    assert "sources" in {aspect.key for aspect in completeness_of(known).missing}


def test_a_source_leads_to_its_column_with_type_and_tags(admin):
    builders.a_table("orders", "id INT", "amount DOUBLE PII.Sensitive")
    builders.a_model()
    html = read(admin, FEATURES)
    assert f"/table/{builders.ORDERS}" in html
    assert "<code>amount</code>" in html
    assert ">double<" in html
    assert "/tag/PII.Sensitive" in html
    assert "no data source" in html  # persona is made from a city nobody has catalogued
    assert "PCA" in html


def test_the_tab_counts_the_features(admin):
    builders.a_model()
    assert '<span class="count">2</span>' in read(admin, PAGE)


def test_a_column_that_went_is_pointed_out(admin):
    builders.a_model()
    assert "Column is gone" not in read(admin, FEATURES)
    table = builders.a_table("orders", "id INT")
    assert "amount" not in str(table.core["columns"])
    html = read(admin, FEATURES)
    assert "Column is gone" in html
    assert "1 feature names a column" in html


def test_a_column_that_changed_its_type_is_pointed_out(admin):
    builders.a_model()
    builders.a_table("orders", "id INT", "amount STRING")
    assert "Was number" in read(admin, FEATURES)


def test_a_column_inside_another_is_found(admin):
    builders.a_table(
        "people",
        builders.a_column(
            {
                "name": "address",
                "dataType": "STRUCT",
                "children": [{"name": "zip", "dataType": "STRING"}],
            }
        ),
    )
    source = {"name": "address.zip", "dataSource": f"{builders.SCHEMA}.people"}
    builders.a_model(mlFeatures=[{"name": "home", "featureSources": [source]}])
    html = read(admin, FEATURES)
    assert "<code>address.zip</code>" in html
    assert "Column is gone" not in html


def test_a_deleted_source_is_struck_out(admin):
    builders.a_model()
    lifecycle.delete(builders.what_churn_needs(), actor=SYSTEM)
    assert "data-deleted" in read(admin, FEATURES)


def test_many_features_can_be_filtered(admin):
    features = [{"name": f"feature_{number}"} for number in range(9)]
    builders.a_model(mlFeatures=[*features, builders.sales_feature()])
    assert "feature_3" in read(admin, FEATURES)
    found = read(admin, f"{FEATURES}&q=FEATURE_3")
    assert "feature_3" in found
    assert "feature_4" not in found
    by_source = read(admin, f"{FEATURES}&q=orders.amount")
    assert "sales" in by_source
    assert "feature_3" not in by_source
    unmapped = read(admin, f"{FEATURES}&show=unmapped")
    assert "feature_3" in unmapped
    assert ">sales<" not in unmapped
    assert "No feature fits" in read(admin, f"{FEATURES}&q=nothing-like-it")


def test_htmx_gets_the_tab_alone(admin):
    builders.a_model()
    response = logged_in(admin).get(FEATURES, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "sales" in html
    assert "<html" not in html


@pytest.mark.parametrize("tab", ["overview", "features"])
def test_ten_features_cost_what_one_costs(admin, tab):
    def model(name, number):
        columns = [f"c{i} INT PII.Sensitive" for i in range(number)]
        table = builders.a_table(f"table_of_{name}", *columns)
        features = [
            {
                "name": f"f{i}",
                "tags": [{"tagFQN": "PII.Sensitive"}],
                "featureSources": [
                    {"name": f"c{i}", "dataSource": {"id": str(table.pk), "type": "table"}},
                    {"name": "age"},
                ],
            }
            for i in range(number)
        ]
        parameters = [{"name": f"p{i}", "value": "1"} for i in range(number)]
        builders.a_model(name, mlFeatures=features, mlHyperParameters=parameters)

    model("one", 1)
    model("ten", 10)
    client = logged_in(admin)
    client.get("/mlmodel/mlflow.one")
    costs = [queries(client, f"/mlmodel/mlflow.{name}?tab={tab}") for name in ("one", "ten")]
    assert costs[0] == costs[1]
    assert costs[1] < 40


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_works_and_shows_as_text(admin, name):
    feature = {"name": name, "description": name, "featureSources": [{"name": name}]}
    model = builders.a_model(
        name, mlFeatures=[feature], mlHyperParameters=[{"name": name, "value": name}]
    )
    url = f"/mlmodel/{quote(model.fully_qualified_name, safe='')}"
    for page in (url, f"{url}?tab=features"):
        html = read(admin, page)
        assert "<script>alert" not in html
    client = logged_in(admin)
    for verb in ("edit", "hyperparameters", "add-feature"):
        assert client.get(f"/{verb}{url}").status_code == 200
    for verb in ("edit-feature", "remove-feature"):
        address = f"/{verb}{url}?name={quote(name, safe='')}"
        assert address.replace("%20", "+") in html.replace("&amp;", "&").replace("%20", "+")
        assert client.get(address).status_code == 200


def test_buttons_are_there_for_those_who_may_use_them(alice, bob, charlie, growth):
    builders.a_model(owners=[growth])
    for owner in (alice, bob):
        html = read(owner, PAGE)
        assert "/edit/mlmodel/" in html
        assert "/hyperparameters/mlmodel/" in html
        assert "/add-feature/" in read(owner, FEATURES)
    for page in (PAGE, FEATURES):
        html = read(charlie, page)
        assert "/edit/mlmodel/" not in html
        assert "/edit-feature/" not in html
        assert "/add-feature/" not in html
        assert "/hyperparameters/" not in html


def test_an_outsider_may_describe_what_nobody_owns(charlie):
    builders.a_model()
    html = read(charlie, PAGE)
    assert "/edit/mlmodel/mlflow.churn" in html
    assert "/hyperparameters/" not in html
    html = read(charlie, FEATURES)
    assert "/edit-feature/" in html
    assert "/remove-feature/" not in html
    assert "/add-feature/" not in html

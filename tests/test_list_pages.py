"""Lists of every kind: narrowed, sorted, page by page both ways, at a constant cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle, paging
from catalog.access import SYSTEM
from catalog.models import Entity, MlModelService
from catalog.web import lists
from tests import builders as make

KINDS = sorted(Entity.kinds())
HTMX = {"HX-Request": "true"}
MAKERS = {
    "mlmodel": make.a_model,
    "table": make.a_table,
    "databaseSchema": make.a_schema,
    "database": make.a_database,
    "dashboard": make.a_dashboard,
    "chart": make.a_chart,
    "pipeline": make.a_pipeline,
    "databaseService": make.a_database_service,
    "dashboardService": make.a_dashboard_service,
    "pipelineService": make.a_pipeline_service,
    "mlmodelService": make.a_model_service,
    "user": make.a_user,
    "team": make.a_team,
    "classification": make.a_classification,
    "domain": make.a_domain,
}


@pytest.fixture
def client(client, alice):
    client.force_login(alice)
    return client


def shown(client, address, **query):
    """Return the names of the rows, in order."""
    html = client.get(address, query).content.decode()
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(
        r'<th scope="row"><a class="entity" [^>]*title="[^"]*?([^".]+?)(?: \(deleted\))?"', body
    )


def link(client, address, relation, **query):
    html = client.get(address, query).content.decode()
    found = re.search(rf'href="([^"]+)" rel="{relation}"', html)
    return found and found[1].replace("&amp;", "&")


# --- Every kind ---


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_list(client, kind):
    answer = client.get(f"/{kind}/")

    assert answer.status_code == 200
    assert b"<h1>" in answer.content


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_lists_what_there_is(client, kind):
    MAKERS[kind]("first_thing")

    assert "first_thing" in shown(client, f"/{kind}/")


@pytest.mark.parametrize("kind", MAKERS)
def test_ten_rows_cost_the_queries_of_one(client, kind, growth):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/{kind}/")
        return len(captured)

    def one_more(name):
        entity = MAKERS[kind](name)
        edits = {"description": "Words."}
        if "owners" in {relation.name for relation in type(entity).relations}:
            edits["owners"] = [{"id": str(growth.pk), "type": "team"}]
        if "tags" in {relation.name for relation in type(entity).relations}:
            edits["tags"] = make.tags("PII.Sensitive")
        lifecycle.update(entity, edits, actor=SYSTEM)

    one_more("thing_0")
    alone = queries()
    for number in range(1, 10):
        one_more(f"thing_{number}")

    assert queries() <= alone


def test_an_address_without_its_slash_leads_to_the_list(client):
    assert client.get("/mlmodel")["Location"] == "/mlmodel/"
    assert client.get("/no-such-kind").status_code == 404
    assert client.get("/no-such-kind/").status_code == 404


def test_what_is_empty_says_what_to_do(client):
    assert "API token" in client.get("/mlmodel/").content.decode()
    assert "Nothing matches" in client.get("/mlmodel/?q=x").content.decode()


# --- Narrowing ---


def test_models_are_narrowed_by_service_algorithm_owner_tag(client, alice, growth):
    make.a_model("one", algorithm="xgboost", owners=[alice], tags=make.tags("Tier.Tier1"))
    make.a_model("two", algorithm="lr", owners=[growth])
    make.a_model("three", algorithm="lr", service="sagemaker")

    assert shown(client, "/mlmodel/", service="sagemaker") == ["three"]
    assert shown(client, "/mlmodel/", algorithm="lr") == ["three", "two"]
    assert shown(client, "/mlmodel/", owner="user/alice") == ["one"]
    assert shown(client, "/mlmodel/", owner="team/growth") == ["two"]
    assert shown(client, "/mlmodel/", tag="Tier.Tier1") == ["one"]
    assert shown(client, "/mlmodel/", algorithm="lr", owner="team/growth") == ["two"]
    assert shown(client, "/mlmodel/", algorithm="lr", tag="Tier.Tier1") == []


def test_models_are_narrowed_by_what_they_miss(client, alice):
    full = make.sales_feature()
    make.a_model("whole", owners=[alice], dashboard=make.a_dashboard(), mlFeatures=[full])
    make.a_model("unowned", dashboard=make.a_dashboard(), mlFeatures=[full])
    make.a_model("unsourced", owners=[alice], mlFeatures=[full, {"name": "x"}])
    make.a_shell("shell")

    assert shown(client, "/mlmodel/", missing="owner") == ["shell", "unowned"]
    assert shown(client, "/mlmodel/", missing="dashboard") == ["shell", "unsourced"]
    assert shown(client, "/mlmodel/", missing="sources") == ["unsourced"]
    assert shown(client, "/mlmodel/", missing="features") == ["shell"]
    assert shown(client, "/mlmodel/", missing="description") == ["shell"]
    assert shown(client, "/mlmodel/", missing="nonsense") == []


def test_tables_are_narrowed_by_the_service_three_steps_above(client):
    make.a_table("here")
    make.a_table("there", schema="lake.shop.public")

    assert shown(client, "/table/", service="lake") == ["there"]


def test_inherited_owners_count_as_owners(client, growth, alice):
    make.a_schema("public", owners=[growth])
    make.a_schema("other")
    make.a_table("inherits")
    make.a_table("own", owners=[alice])
    make.a_table("nobodys", schema="warehouse.shop.other")

    assert shown(client, "/table/", owner="team/growth") == ["inherits"]
    assert shown(client, "/table/", owner="user/alice") == ["own"]
    assert shown(client, "/table/", missing="owner") == ["nobodys"]
    html = client.get("/table/").content.decode()
    facet = html.partition("<summary>Owner")[2].partition("</details>")[0]
    counts = dict(re.findall(r"<span>([^<]+)</span><span>(\d+)</span>", facet))
    assert counts == {"growth": "1", "alice": "1"}


def test_the_tag_of_a_column_is_not_that_of_its_table(client):
    make.a_table("people", "email STRING PII.Sensitive")
    make.a_table("secrets", "id INT", tags=make.tags("PII.Sensitive"))

    assert shown(client, "/table/", tag="PII.Sensitive") == ["secrets"]


def test_facets_count_and_keep_the_other_choices_in_sight(client):
    make.a_model("one", algorithm="xgboost")
    make.a_model("two", algorithm="lr")
    make.a_model("three", algorithm="lr")

    html = client.get("/mlmodel/?algorithm=lr").content.decode()

    facet = html.partition("<summary>Algorithm")[2].partition("</details>")[0]
    assert re.findall(r"<span>([^<]+)</span><span>(\d+)</span>", facet) == [
        ("lr", "2"),
        ("xgboost", "1"),
    ]
    assert re.search(r'href="\?algorithm=xgboost"', facet)
    assert re.search(r'href="\?" aria-current="true"', facet)


def test_a_long_list_counts_its_facets_afterwards_or_when_asked(client, monkeypatch):
    monkeypatch.setattr(lists, "FACETS_AT_ONCE", 1)
    make.a_model("one", algorithm="lr")
    make.a_model("two", algorithm="lr")

    page = client.get("/mlmodel/?algorithm=lr").content.decode()
    address = re.search(r'id="list-facets" hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    part = client.get(f"/mlmodel/{address}", headers=HTMX | {"HX-Target": "list-facets"})

    assert "<summary>" not in page
    assert f'<a class="button" href="{address}"'.replace("&", "&amp;") in page  # without JavaScript
    assert b"<summary>Algorithm" in part.content
    assert b"<table" not in part.content
    assert b"facets=" not in part.content
    whole = client.get(f"/mlmodel/{address}").content
    assert b"<summary>Algorithm" in whole
    assert b"<table" in whole


def test_a_search_finds_within_the_list(client):
    make.a_table("daily_orders")
    make.a_table("people", description="They place orders.")
    make.a_table("pets")

    assert shown(client, "/table/", q="ord") == ["daily_orders", "people"]


def test_deleted_ones_are_shown_when_asked_for(client):
    make.a_dashboard("here")
    lifecycle.delete(make.a_dashboard("gone"), actor=SYSTEM)

    assert shown(client, "/dashboard/") == ["here"]
    assert shown(client, "/dashboard/", include="all") == ["gone", "here"]
    assert shown(client, "/dashboard/", include="deleted") == ["gone"]


def test_filters_in_use_are_chips_that_can_be_taken_away(client):
    make.a_model("one", algorithm="lr")

    html = client.get("/mlmodel/?algorithm=lr&missing=owner&q=one").content.decode()

    assert 'aria-label="Remove filter Algorithm: lr"' in html
    assert 'href="?missing=owner&amp;q=one" aria-label="Remove filter Algorithm' in html
    # The search field belongs to the same form, and keeps what was chosen.
    assert '<input type="hidden" name="algorithm" value="lr" form="list-form">' in html


# --- Order and pages ---


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "abcde"),
        ("name", "abcde"),
        ("-name", "edcba"),
        ("-updated", "bedca"),
        ("updated", "acdeb"),
    ],
)
def test_pages_lead_forwards_and_back_again(client, small_pages, sort, order):
    for name in "abcde":
        entity = make.a_dashboard(name)
        if name == "b":
            second = entity
    lifecycle.update(second, {"description": "Changed last."}, actor=SYSTEM)

    seen, query = [], f"?sort={sort}"
    while query:
        seen.append((query, shown(client, f"/dashboard/{query}")))
        query = link(client, f"/dashboard/{query}", "next")
    assert "".join(name for _, names in seen for name in names) == order
    assert [len(names) for _, names in seen] == [2, 2, 1]

    back = [seen[-1][1]]
    query = link(client, f"/dashboard/{seen[-1][0]}", "prev")
    while query:
        back.insert(0, shown(client, f"/dashboard/{query}"))
        query = link(client, f"/dashboard/{query}", "prev")
    assert back == [names for _, names in seen]


def test_equal_names_are_neither_lost_nor_repeated(client, small_pages):
    for service in ("a", "b", "c", "d", "e"):
        make.a_dashboard("same", service=service)

    seen, query = [], "?"
    while query:
        html = client.get(f"/dashboard/{query}").content.decode()
        seen += re.findall(r'<th scope="row"><a class="entity" href="([^"]+)"', html)
        query = link(client, f"/dashboard/{query}", "next")

    assert len(seen) == len(set(seen)) == 5


def test_filters_and_pages_go_together(client, small_pages):
    for number in range(5):
        make.a_model(f"m{number}", algorithm="lr" if number % 2 == 0 else "xgboost")

    first = client.get("/mlmodel/?algorithm=lr").content.decode()
    following = link(client, "/mlmodel/", "next", algorithm="lr")

    assert "3 models" in first
    assert shown(client, f"/mlmodel/{following}") == ["m4"]


def test_a_cursor_of_another_order_or_list_starts_anew(client, small_pages):
    for name in "abc":
        make.a_dashboard(name)
    place = paging.cursor(Entity.objects.get(name="b", entity_type="dashboard"))

    assert shown(client, "/dashboard/", after=place) == ["c"]
    assert shown(client, "/dashboard/", after=place, sort="-updated") == ["c", "b"]


def test_a_page_after_the_last_leads_back(client, small_pages):
    place = paging.cursor(make.a_dashboard("only"))

    html = client.get("/dashboard/", {"after": place}).content.decode()

    assert "Nothing further" in html
    assert 'href="?"' in html


# --- htmx, odd parameters, odd names ---


def test_htmx_gets_the_list_without_the_page(client):
    make.a_dashboard("one")

    part = client.get("/dashboard/", headers=HTMX).content.decode()

    assert "<html" not in part
    assert "one" in part
    assert b"<html" in client.get("/dashboard/", headers=HTMX | {"HX-Boosted": "true"}).content


@pytest.mark.parametrize(
    "value", ["'", '"', "%00", "%F0%9F%99%82", "..", "-1", "%ff", "a" * 3000, "<b>"]
)
@pytest.mark.parametrize(
    "name",
    ["q", "sort", "include", "service", "owner", "tag", "algorithm", "missing", "after", "before"],
)
def test_no_parameter_is_an_error(client, name, value):
    make.a_model()

    assert client.get(f"/mlmodel/?{name}={value}").status_code == 200
    assert client.get(f"/mlmodel/?{name}={value}", headers=HTMX).status_code == 200


def test_html_in_names_is_text(client, alice):
    evil = '<script>alert("x")</script>'
    make.a_model(evil, algorithm=evil, description=evil, owners=[alice], displayName=evil)
    make.a_classification(evil)

    for address in ("/mlmodel/", "/mlmodel/?algorithm=<script>", "/classification/"):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "name", ["a/b", "a.b", 'say "hi"', "50%", "x?y#z", "🙂", "n" * 256, "مرحبا"]
)
def test_odd_names_link_to_their_pages(client, name):
    entity = make.a_dashboard(name)

    html = client.get("/dashboard/").content.decode()
    address = re.search(r'<th scope="row"><a class="entity" href="([^"]+)"', html)[1]

    assert client.get(address).status_code == 200
    assert entity.name == name


# --- Services ---


def test_services_say_what_they_hold(client):
    make.a_model("one")
    make.a_model("two")
    make.a_dashboard()

    html = client.get("/services/").content.decode()

    assert "2 models" in html
    assert "1 dashboard<" in html
    assert "0 charts" in html
    assert 'href="/mlmodel/?service=mlflow"' in html


def test_ten_services_cost_the_queries_of_one(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/services/")
        return len(captured)

    make.a_model()
    alone = queries()
    for number in range(10):
        make.a_model_service(f"service_{number}")

    assert MlModelService.objects.count() == 11
    assert queries() == alone
    assert shown(client, "/services/", q="service_7") == ["service_7"]

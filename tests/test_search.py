"""Finding things: what comes first, what it costs, and that no text is too odd to look for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog import lifecycle, search
from catalog.access import SYSTEM
from tests import builders as make

HOSTILE = [
    "'", "''; DROP TABLE catalog_entity; --", "\\", "%", "_", "%_%", "a & | ! :*", "foo:*bar",
    "<->", "(((", '"', "\0", "a\0b", "\ud800", "\u202e\u0301", "🙂", "²³", "1e5", "a" * 5000,
    "word " * 3000, "é" * 300, "a²b", "<script>alert(1)</script>", "*", ".", "...", "/", "..\\..",
    "İ", "ß", "-", "!!1",
]  # fmt: skip


def names(found):
    return [entity.name for entity in found.hits]


@pytest.fixture
def client(client, alice):
    client.force_login(alice)
    return client


# --- What comes first ---


@pytest.mark.django_db
def test_exact_names_come_before_beginnings_and_those_before_words():
    make.a_table("daily_orders")
    make.a_table("orders_of_today")
    make.a_table("orders")

    assert names(search.search("orders")) == ["orders", "orders_of_today", "daily_orders"]


@pytest.mark.django_db
def test_models_come_before_others_that_match_as_well():
    make.a_table("churn")
    make.a_dashboard("churn")
    make.a_model("churn")

    kinds = [entity.entity_type for entity in search.search("churn").hits]

    assert kinds[:3] == ["mlmodel", "table", "dashboard"]


@pytest.mark.django_db
def test_a_word_of_a_description_comes_after_a_word_of_a_name():
    make.a_dashboard("aaa", description="All about revenue and more revenue.")
    make.a_dashboard("monthly_revenue")

    assert names(search.search("revenue")) == ["monthly_revenue", "aaa"]


@pytest.mark.django_db
def test_display_names_count_as_names():
    make.a_dashboard("x17", displayName="Customer health")
    make.a_dashboard("health_of_customer")

    assert names(search.search("customer health")) == ["x17", "health_of_customer"]


@pytest.mark.django_db
def test_a_qualified_name_finds_its_entity_first():
    make.a_table("orders")
    make.a_table("orders_old")

    assert names(search.search("warehouse.shop.public.orders"))[0] == "orders"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["ord", "ORDERS", "Orders ", "daily ord", "daily_orders"])
def test_case_and_unfinished_words_do_not_matter(text):
    make.a_table("daily_orders")

    assert "daily_orders" in names(search.search(text))


@pytest.mark.django_db
def test_all_words_must_be_there():
    make.a_table("daily_orders")

    assert search.search("daily customers").total == 0


@pytest.mark.django_db
def test_deleted_ones_are_found_when_asked_for():
    lifecycle.delete(make.a_dashboard("old"), actor=SYSTEM)

    assert search.search("old").total == 0
    assert names(search.search("old", deleted=True)) == ["old"]


@pytest.mark.django_db
def test_kinds_narrow_the_hits_and_not_the_counts():
    make.a_dashboard("churn")
    make.a_table("churn")

    found = search.search("churn", kinds=["dashboard"])

    assert [entity.entity_type for entity in found.hits] == ["dashboard"]
    assert (found.total, found.counts) == (1, {"table": 1, "dashboard": 1})


@pytest.mark.django_db
def test_totals_and_ranks_are_capped(monkeypatch):
    for number in range(6):
        make.a_dashboard(f"churn_{number}")
    monkeypatch.setattr(search, "RANKED", 3)
    monkeypatch.setattr(search, "COUNTED", 4)

    found = search.search("churn")

    assert len(found.hits) == 3
    assert (found.total, found.is_capped) == (4, True)
    narrowed = search.search("churn", kinds=["dashboard"])
    assert (narrowed.total, narrowed.is_capped) == (4, True)
    none = search.search("churn", kinds=["table"])
    assert (none.total, none.is_capped) == (0, False)


# --- Columns ---


@pytest.mark.django_db
def test_columns_are_found_by_the_beginning_of_their_name():
    make.a_table("people", "age INT", "age_band STRING", "cabbage STRING")

    assert [column.name for column in search.columns("age")] == ["age", "age_band"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["people.ag", "warehouse.shop.public.people.ag"])
def test_a_dot_leads_into_a_table(text):
    make.a_table("people", "age INT", "city STRING")
    make.a_table("pets", "age INT")

    found = search.columns(text)

    assert [(it.entity.name, it.name) for it in found] == [("people", "age")]


@pytest.mark.django_db
def test_columns_of_deleted_tables_are_not_found():
    lifecycle.delete(make.a_table("people", "age INT"), actor=SYSTEM)

    assert search.columns("age") == []


# --- Costs and odd text ---


@pytest.mark.django_db
def test_ten_hits_cost_the_queries_of_one():
    def queries(text):
        with CaptureQueriesContext(connection) as captured:
            search.search(text)
            search.columns(text)
        return len(captured)

    make.a_table("one", "amount INT")
    alone = queries("one")
    for number in range(10):
        make.a_table(f"many_{number}", "many INT")

    assert queries("many") == alone


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_answered(text, client):
    make.a_table("orders", "id INT")

    search.search(text)
    search.columns(text)
    sent = text.encode("utf-8", "replace").decode()
    for address in ("/search", "/suggest", "/table/", "/services/", "/mlmodel/"):
        given = {"q": sent, "kinds": "table,user", "page": sent, "after": sent, "sort": sent}
        assert client.get(address, given).status_code == 200


class TestAnyText(TestCase):
    @given(st.text(max_size=300))
    @settings(max_examples=60)
    def test_is_answered(self, text):
        search.search(text)
        search.columns(text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["%", "_", "a\\b", "O'Brien", 'say "hi"', "🙂 smile", "v2.1/x"])
def test_odd_names_are_found_by_themselves(name):
    make.a_dashboard("another")
    make.a_dashboard(name)

    assert names(search.search(name)) == [name]


# --- The page ---


@pytest.mark.django_db
def test_the_page_groups_hits_by_kind_with_counts(client):
    for number in range(7):
        make.a_table(f"churn_{number}", "churned BOOLEAN")
    make.a_model("churn")

    html = client.get("/search", {"q": "churn"}).content.decode()

    assert html.index('id="group-mlmodel"') < html.index('id="group-table"')
    assert "/search?q=churn&amp;kinds=table" in html.replace("?q=churn", "/search?q=churn")
    assert "All 7" in html
    assert 'id="group-column"' in html


@pytest.mark.django_db
def test_hits_of_one_kind_come_page_by_page(client):
    for number in range(30):
        make.a_dashboard(f"churn_{number:02}")

    first = client.get("/search", {"q": "churn", "kinds": "dashboard"}).content.decode()
    second = client.get("/search", {"q": "churn", "kinds": "dashboard", "page": 2}).content.decode()

    assert "churn_24" in first
    assert "churn_25" not in first
    assert "page=2" in first
    assert "churn_25" in second
    assert "page=3" not in second


@pytest.mark.django_db
def test_htmx_gets_the_hits_without_the_page(client):
    whole = client.get("/search", {"q": "x"})
    part = client.get("/search", {"q": "x"}, headers={"HX-Request": "true"})

    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert "HX-Request" in part["Vary"]


@pytest.mark.django_db
def test_html_in_names_and_queries_is_text(client):
    make.a_dashboard("<script>alert(1)</script>", description="<img src=x onerror=alert(2)>")

    for address in ("/search?q=<script>alert(1)", "/suggest?q=<script>&kinds=dashboard"):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html.replace('<img src="/static', "")
        assert "&lt;script&gt;alert" in html


# --- Suggestions ---


@pytest.mark.django_db
def test_pickers_get_tables_and_their_columns(client):
    make.a_table("orders", "id INT", "amount DOUBLE")

    html = client.get("/suggest", {"q": "orders", "kinds": "table"}).content.decode()

    assert 'data-fqn="warehouse.shop.public.orders"' in html
    assert 'data-fqn="warehouse.shop.public.orders.amount"' in html
    assert 'data-detail="double"' in html
    assert "<html" not in html


@pytest.mark.django_db
def test_pickers_get_only_the_kinds_they_ask_for(client):
    make.a_dashboard("orders")
    make.a_table("orders", "orders INT")

    html = client.get("/suggest", {"q": "orders", "kinds": "dashboard"}).content.decode()

    assert 'data-kind="dashboard"' in html
    assert 'data-kind="table"' not in html
    assert 'data-kind="column"' not in html


@pytest.mark.django_db
def test_an_empty_field_offers_the_first_ones(client, growth):
    html = client.get("/suggest", {"q": "", "kinds": "user,team"}).content.decode()

    assert 'data-fqn="alice"' in html
    assert 'data-fqn="growth"' in html
    assert "Type to search" in client.get("/suggest").content.decode()


@pytest.mark.django_db
def test_suggestions_cost_the_same_for_many(client):
    def queries(text):
        with CaptureQueriesContext(connection) as captured:
            client.get("/suggest", {"q": text, "kinds": "table,dashboard"})
        return len(captured)

    make.a_table("one", "amount INT")
    alone = queries("one")
    for number in range(10):
        make.a_table(f"many_{number}", "amount INT")

    assert queries("many") <= alone

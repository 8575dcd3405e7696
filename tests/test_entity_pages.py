"""Every kind's page: what it shows, to whom, at what cost, and under which names."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle, names
from catalog.access import SYSTEM
from catalog.links import page_url, verb_url
from catalog.models import Entity, Following
from catalog.web.pages import tabs_of
from tests import builders as make

KINDS = {
    "mlmodel": make.a_model,
    "table": make.a_table,
    "database": make.a_database,
    "databaseSchema": make.a_schema,
    "dashboard": make.a_dashboard,
    "chart": make.a_chart,
    "pipeline": make.a_pipeline,
    "mlmodelService": make.a_model_service,
    "databaseService": make.a_database_service,
    "dashboardService": make.a_dashboard_service,
    "pipelineService": make.a_pipeline_service,
    "user": make.a_user,
    "team": make.a_team,
    "classification": make.a_classification,
    "tag": make.a_tag,
    "domain": make.a_domain,
}
ALL_TABS = [(kind, tab.key) for kind in KINDS for tab in tabs_of(kind)]
HOSTILE = [
    "a.b.c",
    "..",
    ".",
    "../../etc/passwd",
    "sales/2026",
    "/",
    "%2F",
    "100% sure?&tab=versions#x",
    'it\'s "quoted"',
    '"',
    "two  spaces ",
    "naïve ünïcödé 漢字 🦉",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "back\\slash",
    "line\nbreak",
    "x" * 256,
    "versions",
]


def url_of(entity):
    return page_url(entity.entity_type, entity.fully_qualified_name)


def verb(word, entity, **query):
    return verb_url(word, entity.entity_type, entity.fully_qualified_name, **query)


def get(client, user, entity, **query):
    client.force_login(user)
    return client.get(url_of(entity), query)


def text_of(answer):
    return answer.content.decode()


def queries(client, address):
    client.get(address)  # what is kept for the life of the process
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


# --- Every kind, every tab, everybody ---


@pytest.mark.parametrize(("kind", "tab"), ALL_TABS)
def test_each_tab_of_each_kind_shows_for_admin_owner_and_stranger(
    client, admin, bob, charlie, kind, tab
):
    entity = KINDS[kind]()
    if kind not in ("user", "tag", "classification"):
        lifecycle.update(
            entity,
            {"owners": [{"id": str(bob.pk), "type": "user"}], "description": "**What** it is"},
            actor=SYSTEM,
        )
    for reader in (admin, bob, charlie):
        answer = get(client, reader, entity, tab=tab)
        assert answer.status_code == 200
        assert entity.title in text_of(answer)
        assert 'aria-current="page"' in text_of(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fragment_is_the_tabs_and_the_open_one(client, admin, kind):
    client.force_login(admin)
    answer = client.get(url_of(KINDS[kind]()), {"tab": "versions"}, headers={"HX-Request": "true"})
    assert "<html" not in text_of(answer)
    assert text_of(answer).lstrip().startswith('<nav class="tabs"')
    assert "HX-Request" in answer.headers["Vary"]


def test_every_kind_with_a_page_is_tested_here():
    assert set(KINDS) == set(Entity.kinds()) - {"bot"}


def test_strangers_to_the_house_are_asked_to_sign_in(client, db):
    table = make.a_table()
    for address in (url_of(table), verb("lineage", table), verb("compare", table)):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/table/nothing.of.this.name",
        "/table/%00",
        "/spaceship/x",
        "/column/x",
        "/follow/table/x",
        "/delete/table/x",
        "/restore/table/x",
        "/lineage/table/x?format=svg",
        "/compare/table/x",
        "/version/table/0.1/x",
    ],
)
def test_what_is_not_there_is_a_page_that_offers_the_search(client, admin, address):
    client.force_login(admin)
    answer = client.post(address) if address.startswith("/follow") else client.get(address)
    assert answer.status_code == 404
    assert 'action="/search"' in text_of(answer)


def test_an_unknown_tab_is_not_found(client, admin):
    assert get(client, admin, make.a_table(), tab="nonsense").status_code == 404


def test_a_kind_is_part_of_the_address(client, admin):
    table = make.a_table()
    client.force_login(admin)
    assert client.get(page_url("dashboard", table.fully_qualified_name)).status_code == 404


# --- The header ---


def test_the_header_says_where_whose_and_what(client, admin, growth):
    make.a_domain("Sales")
    table = make.a_table(
        owners=[growth], domains=["Sales"], tags=make.tags("PII.Sensitive"), displayName="Orders"
    )
    page = text_of(get(client, admin, table))
    assert "<h1>Orders</h1>" in page
    for place in ("/databaseService/", "/databaseService/warehouse", "/database/warehouse.shop"):
        assert f'href="{place}"' in page
    assert 'href="/team/growth"' in page
    assert 'href="/domain/Sales"' in page
    assert 'href="/tag/PII.Sensitive"' in page
    assert f'data-copy="{table.fully_qualified_name}"' in page


def test_the_badge_is_major_by_the_mark_not_by_the_digits(client, admin):
    model = make.a_model()
    lifecycle.update(model, {"algorithm": "lightgbm"}, actor=admin)
    assert "v1.1 <span>major</span>" in text_of(get(client, admin, model))
    for number in range(9):
        table = make.a_table(retentionPeriod=f"P{number}D")
    page = text_of(get(client, admin, table))
    assert ">v1.0<" in page
    assert "<span>major</span>" not in page


def test_owners_see_what_strangers_do_not(client, alice, charlie):
    table = make.a_table(owners=[alice])
    assert verb("delete", table) in text_of(get(client, alice, table))
    assert verb("delete", table) not in text_of(get(client, charlie, table))


# --- Following ---


def test_following_works_without_javascript(client, charlie):
    table = make.a_table()
    page = text_of(get(client, charlie, table))
    assert f'<form method="post" action="{verb("follow", table)}"' in page
    answer = client.post(verb("follow", table), {"follow": "yes"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == url_of(table)
    assert Following.objects.filter(entity=table.pk, user=charlie).exists()
    assert 'aria-pressed="true"' in text_of(client.get(url_of(table)))
    client.post(verb("follow", table), {"follow": "yes"})
    assert Following.objects.filter(entity=table.pk).count() == 1
    client.post(verb("follow", table), {"follow": "no"})
    assert not Following.objects.filter(entity=table.pk).exists()


def test_following_with_htmx_answers_the_button(client, charlie):
    client.force_login(charlie)
    address = verb("follow", make.a_table())
    answer = client.post(address, {"follow": "yes"}, headers={"HX-Request": "true"})
    assert text_of(answer).startswith("<form")
    assert 'aria-pressed="true"' in text_of(answer)


def test_following_asks_for_a_post_that_says_which(client, charlie):
    client.force_login(charlie)
    address = verb("follow", make.a_table())
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 400
    assert client.post(verb("follow", charlie), {"follow": "yes"}).status_code == 400


# --- Deleting and restoring ---


def test_an_owner_deletes_and_restores(client, alice):
    table = make.a_table(owners=[alice])
    client.force_login(alice)
    assert "Delete this?" in text_of(client.get(verb("delete", table)))
    assert client.post(verb("delete", table)).headers["Location"] == url_of(table)
    page = text_of(client.get(url_of(table)))
    assert "This was deleted" in page
    assert "It can be restored" in page
    assert f'action="{verb("restore", table)}"' in page
    assert "Restore this?" in text_of(client.get(verb("restore", table)))
    client.post(verb("restore", table))
    assert "This was deleted" not in text_of(client.get(url_of(table)))


def test_strangers_neither_delete_nor_restore(client, alice, charlie):
    table = make.a_table(owners=[alice])
    client.force_login(charlie)
    for word in ("delete", "restore"):
        assert client.get(verb(word, table)).status_code == 403
        assert client.post(verb(word, table)).status_code == 403
    lifecycle.delete(table, actor=SYSTEM)
    page = text_of(client.get(url_of(table)))
    assert "This was deleted" in page
    assert verb("restore", table) not in page


def test_what_holds_others_is_deleted_with_them_only_when_that_is_said(client, admin):
    make.a_table()
    schema = Entity.objects.get(fully_qualified_name=make.SCHEMA)
    client.force_login(admin)
    assert "1 table" in text_of(client.get(verb("delete", schema)))
    refused = client.post(verb("delete", schema), follow=True)
    assert "Nothing was changed" in text_of(refused)
    assert not Entity.objects.get(pk=schema.pk).deleted
    client.post(verb("delete", schema), {"inside": "yes"})
    assert Entity.objects.filter(deleted=True).count() == 2


# --- What each kind shows ---


def test_a_table_shows_its_columns_nested_with_types_tags_and_constraints(client, admin):
    address = make.a_column("address STRUCT", "city STRING PII.Sensitive", "zip.code STRING")
    table = make.a_table(
        "people",
        make.a_column("id BIGINT", constraint="PRIMARY_KEY", description="The **key**"),
        address,
        tableConstraints=[{"constraintType": "UNIQUE", "columns": ["address"]}],
    )
    page = text_of(get(client, admin, table))
    assert 'id="columns.address.city" data-depth="1"' in page
    assert "<strong>key</strong>" in page
    for words in ("primary key", "unique", "bigint", "PII.</span>Sensitive", "zip.code"):
        assert words in page


def test_a_table_says_which_features_of_which_models_use_it(client, admin):
    table = make.what_churn_needs()
    source = {"name": "amount", "dataType": "number", "dataSource": make.ORDERS}
    gone = source | {"name": "shoe_size"}
    make.a_model(mlFeatures=[make.sales_feature(featureSources=[source, gone])])
    page = text_of(get(client, admin, table))
    assert re.search(r'href="\?tab=used-by"[^>]*>1<span', page)
    used = text_of(get(client, admin, table, tab="used-by"))
    assert 'href="/mlmodel/mlflow.churn"' in used
    assert 'href="?tab=overview#columns.amount"' in used
    assert "There is no such column" in used
    assert "shoe_size" in used


def test_deleted_models_use_nothing(client, admin):
    model = make.a_model()
    lifecycle.delete(model, actor=admin)
    assert "No model uses this" in text_of(
        get(client, admin, make.what_churn_needs(), tab="used-by")
    )


def test_a_dashboard_shows_its_charts_and_the_models_it_serves(client, admin):
    chart = make.a_chart()
    dashboard = make.a_dashboard(charts=[chart.fully_qualified_name])
    make.a_model(dashboard=dashboard.fully_qualified_name)
    page = text_of(get(client, admin, dashboard))
    assert 'href="/chart/superset.accuracy"' in page
    assert 'href="/mlmodel/mlflow.churn"' in page
    assert "its performance is shown here" in text_of(get(client, admin, dashboard, tab="used-by"))
    assert url_of(dashboard) in text_of(get(client, admin, chart))


def test_a_pipeline_shows_its_tasks_in_the_order_they_run(client, admin):
    pipeline = make.a_pipeline(
        tasks=[
            {"name": "load", "downstreamTasks": []},
            {"name": "clean", "downstreamTasks": ["load"]},
            {"name": "read", "downstreamTasks": ["clean"], "description": "From the _shop_"},
        ]
    )
    page = text_of(get(client, admin, pipeline))
    order = re.findall(r'<code class="name">(\w+)</code>', page)
    assert order == ["read", "clean", "load"]
    assert "<em>shop</em>" in page


def test_tasks_that_wait_for_each_other_are_all_shown(client, admin):
    pipeline = make.a_pipeline(
        tasks=[
            {"name": "hen", "downstreamTasks": ["egg"]},
            {"name": "egg", "downstreamTasks": ["hen"]},
        ]
    )
    page = text_of(get(client, admin, pipeline))
    assert set(re.findall(r'<code class="name">(\w+)</code>', page)) == {"hen", "egg"}


def test_the_secrets_of_a_connection_are_masked(client, admin):
    service = make.a_database_service(
        connection={
            "config": {
                "type": "Postgres",
                "username": "reader",
                "authType": {"password": "hunter2-secret"},
                "hostPort": "db.example.org:5432",
            }
        }
    )
    for tab in ("overview", "versions"):
        page = text_of(get(client, admin, service, tab=tab))
        assert "hunter2-secret" not in page
    page = text_of(get(client, admin, service))
    assert "*********" in page
    assert "db.example.org:5432" in page
    version = client.get(f"/version/databaseService/{service.version}/warehouse")
    assert "hunter2-secret" not in text_of(version)


def test_services_list_what_they_hold(client, admin):
    make.a_table(), make.a_dashboard(), make.a_chart(), make.a_pipeline(), make.a_model()
    for kind, name, inside in (
        ("databaseService", "warehouse", "/database/warehouse.shop"),
        ("dashboardService", "superset", "/dashboard/superset.performance"),
        ("dashboardService", "superset?tab=charts", "/chart/superset.accuracy"),
        ("pipelineService", "airflow", "/pipeline/airflow.nightly"),
        ("mlmodelService", "mlflow", "/mlmodel/mlflow.churn"),
        ("database", "warehouse.shop", "/databaseSchema/warehouse.shop.public"),
        ("databaseSchema", "warehouse.shop.public", "/table/warehouse.shop.public.orders"),
    ):
        client.force_login(admin)
        assert f'href="{inside}"' in text_of(client.get(f"/{kind}/{name}"))


def test_people_show_what_they_own_and_follow_and_who_belongs_where(client, admin, alice, growth):
    table = make.a_table(owners=[alice])
    dashboard = make.a_dashboard(owners=[growth])
    lifecycle.follow(dashboard, alice, actor=alice)
    parent = make.a_team("company", children=[str(growth.pk)])
    assert url_of(table) in text_of(get(client, admin, alice))
    assert "/team/growth" in text_of(get(client, admin, alice))
    assert url_of(dashboard) in text_of(get(client, admin, alice, tab="follows"))
    assert "/user/alice" in text_of(get(client, admin, growth))
    assert url_of(parent) in text_of(get(client, admin, growth))
    assert url_of(dashboard) in text_of(get(client, admin, growth, tab="owns"))
    assert url_of(growth) in text_of(get(client, admin, parent, tab="below"))


def test_a_tag_shows_everything_that_carries_it_parts_included(client, admin):
    tag = make.a_tag("PII.Sensitive")
    table = make.a_table("people", "age INT", "city STRING PII.Sensitive")
    model = make.a_model(tags=make.tags("PII.Sensitive"))
    below = make.a_tag("PII.Sensitive.Health")
    page = text_of(get(client, admin, tag))
    assert url_of(table) in page
    assert "on city" in page
    assert url_of(model) in page
    assert url_of(below) in text_of(get(client, admin, tag, tab="tags"))
    classification = Entity.objects.get(entity_type="classification")
    listed = text_of(get(client, admin, classification))
    assert url_of(tag) in listed
    assert url_of(below) in listed


def test_a_domain_shows_what_belongs_to_it(client, admin):
    domain = make.a_domain("Sales")
    table = make.a_table(domains=["Sales"])
    assert url_of(table) in text_of(get(client, admin, domain))


def test_long_lists_have_pages(client, admin):
    classification = make.a_classification("Many")
    for number in range(60):
        make.a_tag(f"Many.t{number:02}")
    first = text_of(get(client, admin, classification))
    assert "Many.t00" in first
    assert "Many.t59" not in first
    after = re.search(r"\?after=([\w-]+)", first)[1]
    second = text_of(get(client, admin, classification, after=after))
    assert "Many.t59" in second
    assert "Many.t00" not in second
    assert "Many.t00" in text_of(get(client, admin, classification, after="rubbish"))


# --- What it costs ---


def columns(number):
    return [
        make.a_column(f"c{n} STRING PII.Sensitive", description=f"Column *{n}*")
        for n in range(number)
    ]


@pytest.mark.parametrize("tab", ["overview", "used-by", "lineage", "versions"])
def test_ten_columns_and_uses_cost_what_one_costs(client, admin, tab):
    client.force_login(admin)
    asked = []
    for number in (1, 10):
        table = make.a_table(f"wide{number}", *columns(number))
        for model in range(number):
            source = {"dataType": "string", "dataSource": table.fully_qualified_name}
            make.a_model(
                f"uses{number}-{model}",
                mlFeatures=[
                    {"name": f"f{n}", "dataType": "numerical"}
                    | {"featureSources": [source | {"name": f"c{n}"}]}
                    for n in range(number)
                ],
            )
        asked.append(queries(client, f"{url_of(table)}?tab={tab}"))
    assert asked[0] == asked[1]


def test_ten_children_cost_what_one_costs(client, admin, alice):
    client.force_login(admin)
    asked = []
    for number in (1, 10):
        place = f"warehouse.shop.s{number}"
        for n in range(number):
            make.a_table(f"t{n}", schema=place, owners=[alice], tags=make.tags("PII.Sensitive"))
        asked.append(queries(client, page_url("databaseSchema", place)))
    assert asked[0] == asked[1]


def test_ten_carriers_cost_what_one_costs(client, admin):
    client.force_login(admin)
    asked = []
    for number in (1, 10):
        for n in range(number):
            make.a_table(f"t{number}-{n}", f"a STRING P.t{number}", f"b INT P.t{number}")
        asked.append(queries(client, page_url("tag", f"P.t{number}")))
    assert asked[0] == asked[1]


# --- Names that are made to break pages ---


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_has_pages_that_lead_to_each_other(client, admin, name):
    make.what_churn_needs()
    table = make.a_table(name, make.a_column({"name": name, "dataType": "INT"}))
    source = {"name": name, "dataType": "integer", "dataSource": table.fully_qualified_name}
    model = make.a_model(
        name, mlFeatures=[{"name": name, "dataType": "numerical", "featureSources": [source]}]
    )
    lifecycle.update(model, {"description": "Now with words"}, actor=admin)
    client.force_login(admin)
    for entity in (table, model):
        for tab in tabs_of(entity.entity_type):
            answer = client.get(f"{url_of(entity)}?tab={tab.key}")
            assert answer.status_code == 200, tab.key
            assert "<script>alert" not in text_of(answer)
    assert url_of(model) in text_of(get(client, admin, table, tab="used-by"))
    for drawn in (get(client, admin, table, tab="lineage"), client.get(verb("compare", model))):
        assert url_of(model) in text_of(drawn)
    kind, rest = url_of(model).removeprefix("/").split("/", 1)
    assert client.get(f"/version/{kind}/0.1/{rest}").status_code == 200
    assert client.get(verb("delete", model)).status_code == 200
    assert client.post(verb("follow", model), {"follow": "yes"}).headers["Location"] == url_of(
        model
    )
    for wanted in ("svg", "csv", "dot"):
        answer = client.get(verb("lineage", model, format=wanted))
        assert answer.status_code == 200
        assert "\n" not in answer.headers["Content-Disposition"]


def test_no_name_is_taken_for_a_verb(client, admin):
    for name in ("edit", "lineage", "compare", "new"):
        service = make.a_pipeline_service(name)
        assert get(client, admin, service).status_code == 200


def test_markup_in_words_is_text_or_harmless(client, admin):
    evil = '<img src=x onerror="alert(1)"><script>alert(1)</script> [x](javascript:alert(1))'
    table = make.a_table(
        description=evil,
        displayName="<b>bold</b>",
        sourceUrl="javascript:alert(1)",
        columns=[{"name": "a", "dataType": "INT", "description": evil}],
    )
    page = text_of(get(client, admin, table))
    assert "<script>alert" not in page
    assert "onerror=" not in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


def test_names_are_quoted_where_they_need_it():
    assert page_url("table", names.join("s.d", "..")) == "/table/s.d.%22..%22"

"""Lists: limits, cursors in both directions, what they leave out, what they filter by."""

import base64

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Entity
from tests import builders
from tests.wire import KINDS, SAMPLES, at, kind_of, refused, told

pytestmark = pytest.mark.django_db
# Sorted by the database's own order, whatever that is; two models share a name.
NAMES = ("Zebra", "alpha", "beta", "élan", "x.y", "gamma 2", "🚀")


@pytest.fixture
def models(api):
    made = [builders.a_shell(name) for name in NAMES]
    return [*made, builders.a_shell("beta", service="other")]


def names(page):
    return [document["fullyQualifiedName"] for document in page["data"]]


def walk(api, path, **parameters):
    """Return all pages from the first to the last."""
    pages = [told(api.get(path, **parameters))]
    while after := pages[-1]["paging"].get("after"):
        pages.append(told(api.get(path, after=after, **parameters)))
    return pages


# --- Pages ---


@pytest.mark.parametrize("limit", range(1, 10))
def test_pages_are_the_same_forwards_and_backwards(api, models, limit):
    pages = walk(api, "mlmodels", limit=limit, fields="owners,tags")
    assert "before" not in pages[0]["paging"]
    assert "after" not in pages[-1]["paging"]
    assert all(page["paging"]["total"] == 8 for page in pages)
    assert all(len(page["data"]) == limit for page in pages[:-1])
    assert sorted(name for page in pages for name in names(page)) == sorted(map(str, models))
    back = [pages[-1]]
    while before := back[-1]["paging"].get("before"):
        back.append(told(api.get("mlmodels", limit=limit, fields="owners,tags", before=before)))
    assert back[::-1] == pages


@pytest.mark.parametrize("limit", [1, 3, 20])
def test_a_cursor_may_stand_anywhere(api, models, limit):
    whole = names(told(api.get("mlmodels", limit=20)))
    cursors = [
        page["paging"].get("after") or page["paging"]["before"]
        for page in walk(api, "mlmodels", limit=1)
    ][:-1]
    for place, cursor in enumerate(cursors):
        after = told(api.get("mlmodels", after=cursor, limit=limit))
        assert names(after) == whole[place + 1 : place + 1 + limit]
        assert ("after" in after["paging"]) == (place + 1 + limit < len(whole))
        before = told(api.get("mlmodels", before=cursor, limit=limit))
        assert names(before) == whole[max(0, place - limit) : place]
        assert ("before" in before["paging"]) == (place - limit > 0)


def test_a_cursor_needs_no_escaping(api, models):
    for page in walk(api, "mlmodels", limit=1):
        for cursor in {"before", "after"} & page["paging"].keys():
            assert page["paging"][cursor].replace("-", "").replace("_", "").isalnum()


def test_a_cursor_survives_what_it_points_at(api, models):
    first = told(api.get("mlmodels", limit=2))
    rest = names(told(api.get("mlmodels", limit=20, after=first["paging"]["after"])))
    told(api.delete(f"mlmodels/{first['data'][-1]['id']}", hardDelete=True))
    assert names(told(api.get("mlmodels", limit=20, after=first["paging"]["after"]))) == rest


def test_the_default_limit_is_ten(api):
    for number in range(11):
        builders.a_shell(f"model {number}")
    page = told(api.get("mlmodels"))
    assert len(page["data"]) == 10
    assert page["paging"]["total"] == 11


def test_limit_zero_counts_only(api, models):
    assert told(api.get("mlmodels", limit=0)) == {"data": [], "paging": {"total": 8}}


def cursor(**place):
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


UUID = "11111111-2222-3333-4444-555555555555"
TAMPERED = (
    "bm90IGEgY3Vyc29y",
    "%%%",
    "a",
    "€",
    "x" * 5000,
    cursor(),
    cursor(name="x"),
    cursor(id=UUID),
    cursor(name=1, id=UUID),
    cursor(name="x", id="1"),
    cursor(name="x", id=None),
    cursor(name="x\0", id=UUID),
    base64.urlsafe_b64encode(b"[1]").decode(),
    base64.urlsafe_b64encode(b'{"name":"\\ud800","id":"' + UUID.encode() + b'"}').decode(),
)


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_tampered_cursor_is_400(api, models, side):
    for wrong in TAMPERED:
        assert "cursor" in refused(api.get("mlmodels", **{side: wrong}), 400)


@pytest.mark.parametrize("name", KINDS)
def test_limits_cursors_fields_and_include_are_checked_on_every_list(api, name):
    path = kind_of(name).collection
    for parameters, message in (
        ({"limit": -1}, "[query param limit must be greater than or equal to 0]"),
        ({"limit": 1_000_001}, "[query param limit must be less than or equal to 1000000]"),
        ({"limit": 10**30}, "[query param limit must be less than or equal to 1000000]"),
        ({"limit": "ten"}, "[query param limit must be a whole number]"),
        ({"before": "a", "after": "b"}, "Only one of before or after query parameter allowed"),
        ({"fields": "nothing"}, "Invalid field name nothing"),
        ({"service": "a\0b"}, "[query param service has a NUL character]"),
        (
            {"include": "some"},
            "[query param include must be one of all, deleted, non-deleted]",
        ),
    ):
        assert refused(api.get(path, **parameters), 400) == message


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_listed(api, name):
    kind = kind_of(name)
    document = told(api.post(kind.collection, SAMPLES[name].made()), 201)
    listed = told(api.get(kind.collection, limit=1000, fields="*"))
    (found,) = [item for item in listed["data"] if item["id"] == document["id"]]
    assert found == told(api.get(f"{kind.collection}/{document['id']}", fields="*"))
    assert listed["paging"]["total"] == len(listed["data"])


# --- Include ---


def test_include(api, models):
    gone = models[2]
    told(api.delete(at(gone)))
    totals = {
        mode: told(api.get("mlmodels", limit=20, include=mode))["paging"]["total"]
        for mode in ("all", "deleted", "non-deleted")
    }
    assert totals == {"all": 8, "deleted": 1, "non-deleted": 7}
    assert told(api.get("mlmodels"))["paging"]["total"] == 7
    assert names(told(api.get("mlmodels", include="deleted"))) == [str(gone)]
    for mode in totals:
        pages = walk(api, "mlmodels", limit=3, include=mode)
        assert sum(len(page["data"]) for page in pages) == totals[mode]


# --- Filters ---


def test_by_service_database_and_schema(api):
    builders.a_table("orders")
    builders.a_table("people", schema="warehouse.shop.hr")
    builders.a_table("clicks", schema="lake.web.raw")
    for parameters, expected in (
        ({"service": "warehouse"}, ["orders", "people"]),
        ({"database": "warehouse.shop"}, ["orders", "people"]),
        ({"databaseSchema": "warehouse.shop.hr"}, ["people"]),
        ({"database": "warehouse.shop", "service": "lake"}, []),
        ({"service": "nowhere"}, []),
    ):
        page = told(api.get("tables", **parameters))
        assert sorted(document["name"] for document in page["data"]) == expected
        assert page["paging"]["total"] == len(expected)
    assert names(told(api.get("databaseSchemas", database="lake.web"))) == ["lake.web.raw"]
    assert names(told(api.get("databaseSchemas", service="lake"))) == ["lake.web.raw"]
    assert names(told(api.get("databases", service="lake"))) == ["lake.web"]


@pytest.mark.parametrize(
    ("collection", "make"),
    [
        ("mlmodels", builders.a_shell),
        ("dashboards", builders.a_dashboard),
        ("charts", builders.a_chart),
        ("pipelines", builders.a_pipeline),
    ],
)
def test_by_service(api, collection, make):
    make("one", service="here")
    make("two", service="here")
    make("three", service="there")
    assert names(told(api.get(collection, service="here"))) == ["here.one", "here.two"]
    pages = walk(api, collection, service="here", limit=1)
    assert [names(page) for page in pages] == [["here.one"], ["here.two"]]


def test_by_domain(api):
    builders.a_domain("Sales")
    builders.a_shell("inside", domains=["Sales"])
    builders.a_shell("outside")
    assert names(told(api.get("mlmodels", domain="Sales"))) == ["mlflow.inside"]
    assert names(told(api.get("mlmodels", domain="Nowhere"))) == []


def test_tags_by_what_is_above_them(api):
    for name in ("PII.Sensitive", "PII.Sensitive.Health", "Tier.Tier1"):
        builders.a_tag(name)
    below = names(told(api.get("tags", parent="PII")))
    assert sorted(below) == ["PII.Sensitive", "PII.Sensitive.Health"]
    assert names(told(api.get("tags", parent="PII.Sensitive"))) == ["PII.Sensitive.Health"]
    assert names(told(api.get("tags", directChildrenOf="PII"))) == ["PII.Sensitive"]
    assert names(told(api.get("tags", parent="nowhere"))) == []


def test_users_by_team_and_what_they_are(api, growth, robot):
    assert names(told(api.get("users", team="growth"))) == ["alice", "bob"]
    assert names(told(api.get("users", isBot=True))) == ["robot"]
    assert names(told(api.get("users", isBot=False, isAdmin=False))) == ["alice", "bob"]
    assert names(told(api.get("users", isAdmin=True))) == ["ada"]


def test_teams_by_parent_and_whether_one_may_join(api):
    above = builders.a_team("all", teamType="Division")
    builders.a_team("open", parents=[str(above.pk)])
    builders.a_team("closed", isJoinable=False)
    assert names(told(api.get("teams", parentTeam="all"))) == ["open"]
    assert names(told(api.get("teams", isJoinable=False))) == ["closed"]


# --- Cost ---


def queries(api, path, **parameters):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        told(api.get(path, **parameters))
    return len(captured)


def full_model(number):
    return builders.a_model(
        f"model {number}",
        owners=builders.with_references([builders.a_user(f"user{number}")]),
        tags=builders.tags("PII.Sensitive"),
        dashboard=builders.a_dashboard(f"board {number}").fully_qualified_name,
    )


@pytest.mark.parametrize(
    ("collection", "make"),
    [
        ("mlmodels", full_model),
        ("tables", lambda n: builders.a_table(f"t{n}", "a INT PII.Sensitive", "b STRING")),
        (
            "dashboards",
            lambda n: builders.a_dashboard(f"d{n}", charts=[str(builders.a_chart(f"c{n}"))]),
        ),
        ("users", lambda n: builders.a_team(f"t{n}", builders.a_user(f"u{n}"))),
        ("teams", lambda n: builders.a_team(f"t{n}", builders.a_user(f"u{n}"))),
        ("tags", lambda n: builders.a_tag(f"Use.Free{n}")),
        ("services/mlmodelServices", lambda n: builders.a_model_service(f"s{n}")),
    ],
)
@pytest.mark.parametrize("fields", ["", "*"])
def test_ten_rows_cost_what_two_cost(api, collection, make, fields):
    builders.a_domain("Sales")
    for number in range(10):
        make(number)
    assert len(told(api.get(collection, limit=10))["data"]) == 10
    # Among users the first is the admin, who has nothing that queries could find.
    few, many = (queries(api, collection, limit=limit, fields=fields) for limit in (2, 10))
    assert many <= few
    assert few <= (4 if not fields else 30)


def test_reading_one_by_name_costs_two_queries(api):
    builders.a_model()
    assert queries(api, "mlmodels/name/mlflow.churn") == 2  # the token, the row
    assert Entity.objects.named("mlflow.churn").exists()

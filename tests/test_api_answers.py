"""What comes back when: relations that were asked for, defaults, completed columns, headers."""

import pytest

from catalog import etags
from tests import builders
from tests.wire import KINDS, SAMPLES, at, kind_of, refused, told

pytestmark = pytest.mark.django_db
ALWAYS = {
    *("id", "name", "fullyQualifiedName", "displayName", "description", "algorithm"),
    *("mlFeatures", "mlHyperParameters", "target", "mlStore", "server", "service", "serviceType"),
    *("sourceUrl", "version", "updatedAt", "updatedBy", "href", "deleted"),
}
ASKED = {
    *("owners", "dashboard", "followers", "tags", "extension", "domains", "votes", "lifeCycle"),
    "sourceHash",
}


def test_a_model_shows_relations_only_when_asked(api):
    dashboard = builders.a_dashboard()
    builders.a_model(
        displayName="Churn",
        sourceUrl="https://mlflow.example.org/churn",
        sourceHash="abc",
        dashboard=dashboard,
        extension={"risk": "high"},
        lifeCycle={"created": {"timestamp": 5}},
    )
    path = "mlmodels/name/mlflow.churn"
    plain = told(api.get(path))
    assert plain.keys() == ALWAYS
    for fields in ({name} for name in ASKED):
        document = told(api.get(path, fields=",".join(fields)))
        assert document.keys() == ALWAYS | fields
    assert told(api.get(path, fields="owners,tags,owners")).keys() == ALWAYS | {"owners", "tags"}
    assert told(api.get(path, fields="*")).keys() >= ALWAYS | ASKED
    assert told(api.get(path, fields="mlFeatures,algorithm")).keys() == ALWAYS
    assert told(api.get(path, fields=" owners , tags ")).keys() == ALWAYS | {"owners", "tags"}
    documented = "owners,dashboard,followers,tags,usageSummary,extension,domains,sourceHash"
    told(api.get(path, fields=documented))
    refused(api.get(path, fields="owners,nothing"), 400, "Invalid field name nothing")


def test_what_is_asked_for_and_empty_is_there_and_empty(api):
    model = builders.a_shell()
    names = ("owners", "tags", "domains", "followers", "dataProducts")
    document = told(api.get(at(model), fields=",".join(names)))
    assert {name: document[name] for name in names} == {name: [] for name in names}
    votes = told(api.get(at(model), fields="votes"))["votes"]
    assert (votes["upVotes"], votes["downVotes"]) == (0, 0)


def test_a_made_table_says_it_has_no_owners_and_a_model_does_not(api):
    table = told(api.put("tables", SAMPLES["table"].made()), 201)
    assert table["owners"] == []
    model = told(api.put("mlmodels", SAMPLES["mlmodel"].made()), 201)
    assert "owners" not in model
    alice = builders.with_references([builders.a_user("alice")])
    builders.put(kind_of("databaseSchema"), **SAMPLES["databaseSchema"].request, owners=alice)
    request = SAMPLES["table"].request
    (owner,) = told(api.put("tables", request | {"displayName": "x"}))["owners"]
    assert (owner["name"], owner["inherited"]) == ("alice", True)
    (owner,) = told(api.get(f"tables/{table['id']}", fields="owners"))["owners"]
    assert owner["inherited"] is True


def test_defaults(api):
    service = told(
        api.put(
            "services/mlmodelServices",
            {
                "name": "mlflow",
                "serviceType": "Mlflow",
                "connection": {"config": {"trackingUri": "http://m", "registryUri": "http://r"}},
            },
        ),
        201,
    )
    assert service["connection"]["config"]["type"] == "Mlflow"
    bare = {"name": "bare", "serviceType": "Sklearn"}
    assert "connection" not in told(api.put("services/mlmodelServices", bare), 201)
    model = told(api.put("mlmodels", {"name": "m", "service": "mlflow"}), 201)
    assert model["algorithm"] == "mlmodel"
    table = told(api.put("tables", SAMPLES["table"].made()), 201)
    assert table["tableType"] == "Regular"
    user = told(api.put("users", SAMPLES["user"].made()), 201)
    assert (user["isBot"], user["isAdmin"]) == (False, False)
    classification = told(api.put("classifications", SAMPLES["classification"].made()), 201)
    assert classification["mutuallyExclusive"] is False


def test_columns_are_completed(api):
    columns = [
        {"name": "a", "dataType": "VARCHAR", "dataLength": 9, "dataTypeDisplay": "VARCHAR(9)"},
        {"name": "b", "dataType": "INT", "arrayDataType": "INT"},
        {"name": "c.d", "dataType": "STRUCT", "children": [{"name": "e", "dataType": "DATE"}]},
    ]
    document = told(api.put("tables", SAMPLES["table"].made(columns=columns)), 201)
    a, b, c = document["columns"]
    assert a["dataTypeDisplay"] == "varchar(9)"
    assert b["dataTypeDisplay"] == "int"
    assert "arrayDataType" not in b
    assert c["fullyQualifiedName"] == 'warehouse.shop.public.orders."c.d"'
    assert c["children"][0]["fullyQualifiedName"] == 'warehouse.shop.public.orders."c.d".e'


def test_columns_come_in_pages(api):
    builders.a_table("wide", *(f"c{number} INT" for number in range(7)))
    path = "tables/name/warehouse.shop.public.wide/columns"
    page = told(api.get(path, limit=3, offset=5))
    assert [column["name"] for column in page["data"]] == ["c5", "c6"]
    assert page["paging"]["total"] == 7
    assert len(told(api.get(path, fields="tags"))["data"]) == 7
    for wrong in ({"limit": -1}, {"offset": "x"}, {"fields": "nothing"}):
        refused(api.get(path, **wrong), 400)
    refused(api.get("tables/name/no.such/columns"), 404, "table instance for no.such not found")


def test_secrets_are_for_robots(api, robot_api):
    config = {"username": "reader", "authType": {"password": "s3cret"}, "hostPort": "db:3306"}
    request = {"name": "db", "serviceType": "Mysql", "connection": {"config": config}}
    created = told(api.put("services/databaseServices", request), 201)
    path = f"services/databaseServices/{created['id']}"
    masked = "*********"
    assert created["connection"]["config"]["authType"]["password"] == masked
    assert told(api.get(path))["connection"]["config"]["authType"]["password"] == masked
    for found in (
        told(robot_api.get(path)),
        told(robot_api.get("services/databaseServices"))["data"][0],
    ):
        assert found["connection"]["config"]["authType"]["password"] == "s3cret"
    # What a person was shown may be sent back without losing the secret.
    shown = told(api.get(path))["connection"]
    told(api.put("services/databaseServices", request | {"connection": shown}))
    stored = told(robot_api.get(path))["connection"]["config"]
    assert stored["authType"]["password"] == "s3cret"


# --- Headers ---


def test_entities_carry_their_etag(api):
    model = builders.a_shell()
    for answer in (
        api.get(at(model)),
        api.get(at(model), fields="*"),
        api.get("mlmodels/name/mlflow.shell"),
        api.put("mlmodels", {"name": "shell", "service": "mlflow"}),
        api.patch(at(model), [{"op": "add", "path": "/description", "value": "x"}]),
    ):
        document = told(answer)
        assert answer["ETag"] == etags.strong(document["version"], document["updatedAt"])
        assert answer["Content-Type"] == "application/json"


def test_the_change_header_says_what_happened(api):
    request = SAMPLES["mlmodel"].made()
    said = [api.post("mlmodels", request)["X-OpenMetadata-Change"]]
    pk = told(api.get("mlmodels"))["data"][0]["id"]
    path = f"mlmodels/{pk}"
    for answer in (
        api.put("mlmodels", request),
        api.put("mlmodels", request | {"displayName": "x"}),
        api.patch(path, []),
        api.patch(path, [{"op": "add", "path": "/description", "value": "x"}]),
        api.delete(path),
        api.put("mlmodels/restore", {"id": pk}),
    ):
        said.append(answer["X-OpenMetadata-Change"])
    assert said == [
        "entityCreated",
        "entityNoChange",
        "entityUpdated",
        "entityNoChange",
        "entityUpdated",
        "entitySoftDeleted",
        "entityRestored",
    ]


def test_the_collections_are_listed(api):
    answer = told(api.get(""))
    assert {item["name"] for item in answer["data"]} >= set(KINDS)


def test_columns_show_their_tags_where_both_are_asked_for(api):
    tagged = builders.a_column("age INT", tags=builders.tags("PII.None"))
    builders.a_table("people", tagged, "city STRING")
    path = "tables/name/warehouse.shop.public.people"

    def tags(document):
        return [
            [label["tagFQN"] for label in column["tags"]] if "tags" in column else None
            for column in document
        ]

    assert tags(told(api.get(path, fields="tags,columns"))["columns"]) == [["PII.None"], []]
    assert tags(told(api.get(path, fields="tags"))["columns"]) == [None, None]
    assert tags(told(api.get(path, fields="columns"))["columns"]) == [None, None]
    assert tags(told(api.get(f"{path}/columns", fields="tags"))["data"]) == [["PII.None"], []]

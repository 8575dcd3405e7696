"""Names: whatever a thing is called, it is found, listed, linked and changed under that name."""

import unicodedata

import pytest

from tests import builders
from tests.wire import V1_13, at, named, refused, told

pytestmark = pytest.mark.django_db
LONGEST = "é" * 256
ODD = (
    "with.dot",
    ".",
    "..",
    "trailing.",
    ".leading",
    "a..b",
    "a/b",
    "/",
    "//",
    "/leading",
    "trailing/",
    "a//b",
    "../../etc/passwd",
    'a"b',
    '"',
    '""',
    '"quoted"',
    '"a.b"',
    "it's",
    "a b",
    " padded ",
    "tab\there",
    "line\nbreak",
    "a%2Fb",
    "100%",
    "a+b",
    "a&b=c",
    "x&include=all",
    "x&include=deleted",
    "x?fields=owners",
    "x#y",
    "x;y",
    "a:b",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "💥 emoji 🚀",
    "ελληνικά",
    "مرحبا",
    "e\u0301",
    unicodedata.normalize("NFC", "e\u0301"),
    "\u200b",
    "\ufeffbom",
    "bulk",
    "restore",
    "name",
    "async",
    "versions",
    "a/versions/0.1",
    "a/assets",
    "a/columns",
    "columns",
    "null",
    "true",
    "0.1",
    "11111111-2222-3333-4444-555555555555",
    "__reserved__colon__",
    "\\",
    "a\\b",
    "*",
    LONGEST,
)


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_a_model_may_be_called(api, name):
    builders.a_model_service()
    made = told(api.post("mlmodels", {"name": name, "service": "mlflow"}), 201)
    assert made["name"] == name
    path = named(kind := builders.MlModel, made["fullyQualifiedName"])
    assert told(api.get(path))["id"] == made["id"]
    assert told(api.get(path, fields="owners", include="all"))["name"] == name
    # Without `fields` the SDK leaves the question mark out.
    assert told(api.get(path + "&include=all"))["id"] == made["id"]
    refused(api.get(path + "&include=deleted"), 404)
    assert [d["name"] for d in told(api.get("mlmodels"))["data"]] == [name]

    told(api.put("mlmodels", {"name": name, "service": "mlflow", "target": "t"}))
    operations = [{"op": "add", "path": "/description", "value": "Found."}]
    assert told(api.patch(path, operations))["description"] == "Found."
    lineage = path.partition("/")[2]
    assert told(api.get(f"lineage/mlmodel/{lineage}"))["entity"]["name"] == name
    told(api.delete(path))
    assert told(api.get(path + "&include=deleted"))["id"] == made["id"]
    told(api.put("mlmodels/restore", {"id": made["id"]}))
    told(api.delete(path, hardDelete=True))
    assert kind.objects.count() == 0


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_a_table_with_its_columns_may_be_called(api, name):
    builders.a_schema()
    column = {"name": name, "dataType": "INT"}
    request = {"name": name, "databaseSchema": builders.SCHEMA, "columns": [column]}
    made = told(api.post("tables", request), 201)
    path = named(builders.Table, made["fullyQualifiedName"])
    assert told(api.get(path))["columns"][0]["name"] == name
    page = told(api.get(f"{path}/columns"))
    assert [found["name"] for found in page["data"]] == [name]
    other = builders.a_table("other", "x INT")
    mapping = {
        "fromColumns": [made["columns"][0]["fullyQualifiedName"]],
        "toColumn": f"{other}.x",
    }
    edge = {
        "fromEntity": {"id": made["id"], "type": "table"},
        "toEntity": {"id": str(other.pk), "type": "table"},
        "lineageDetails": {"columnsLineage": [mapping]},
    }
    assert api.put("lineage", {"edge": edge}).status_code == 200
    model = builders.a_shell(
        mlFeatures=[
            {
                "name": name,
                "featureSources": [
                    {"name": name, "dataSource": {"id": made["id"], "type": "table"}}
                ],
            }
        ]
    )
    (feature,) = told(api.get(at(model)))["mlFeatures"]
    (source,) = feature["featureSources"]
    assert source["fullyQualifiedName"] == made["columns"][0]["fullyQualifiedName"]
    labels = [{"op": "add", "path": "/columns/0/tags", "value": builders.tags("PII.None")}]
    told(api.patch(path, labels))
    (column,) = told(api.get(path, fields="columns,tags"))["columns"]
    assert [label["tagFQN"] for label in column["tags"]] == ["PII.None"]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_a_service_may_be_called_and_hold_models(api, name):
    request = {"name": name, "serviceType": "Mlflow"}
    service = told(api.put("services/mlmodelServices", request), 201)
    made = told(api.put("mlmodels", {"name": "m", "service": service["fullyQualifiedName"]}), 201)
    assert made["service"]["name"] == name
    listed = told(api.get("mlmodels", service=service["fullyQualifiedName"]))
    assert [document["id"] for document in listed["data"]] == [made["id"]]
    found = told(api.get(named(builders.MlModelService, service["fullyQualifiedName"])))
    assert found["id"] == service["id"]


@pytest.mark.parametrize("name", [name for name in ODD if name not in ('"', '""')], ids=ascii)
def test_people_and_their_teams_may_be_called(api, name):
    user = told(api.put("users", {"name": name, "email": "x@example.org"}), 201)
    team = told(api.put("teams", {"name": name, "teamType": "Group", "users": [user["id"]]}), 201)
    assert told(api.get(named(builders.User, user["fullyQualifiedName"])))["id"] == user["id"]
    assert told(api.get(named(builders.User, name)))["id"] == user["id"]  # as the SDK asks
    assert told(api.get(named(builders.Team, name)))["id"] == team["id"]
    assert told(api.get(f"{named(builders.Team, name)}/assets"))["data"] == []
    listed = told(api.get("users", team=team["fullyQualifiedName"]))
    assert [document["id"] for document in listed["data"]] == [user["id"]]


def test_a_name_one_character_too_long_is_400(api):
    builders.a_model_service()
    answer = api.put("mlmodels", {"name": LONGEST + "x", "service": "mlflow"})
    refused(answer, 400, "name size must be between 1 and 256")


def test_the_whole_name_may_not_be_longer_than_3072(api):
    builders.a_schema()
    column = {"name": "x" * 256, "dataType": "INT"}
    for _ in range(12):
        column = {"name": "x" * 256, "dataType": "STRUCT", "children": [column]}
    request = {"name": "deep", "databaseSchema": builders.SCHEMA, "columns": [column]}
    refused(api.put("tables", request), 400, "fullyQualifiedName size must be between 1 and 3072")


def test_normal_forms_are_different_names(api):
    builders.a_model_service()
    for name in ("é", "e\u0301", "E\u0301"):
        told(api.post("mlmodels", {"name": name, "service": "mlflow"}), 201)
    assert told(api.get("mlmodels"))["paging"]["total"] == 3


def test_case_matters_except_for_people(api):
    builders.a_model_service()
    for name in ("churn", "Churn"):
        told(api.post("mlmodels", {"name": name, "service": "mlflow"}), 201)
    refused(api.get("mlmodels/name/mlflow.CHURN"), 404)
    told(api.post("users", {"name": "zoe", "email": "zoe@example.org"}), 201)
    refused(api.post("users", {"name": "ZOE", "email": "zoe2@example.org"}), 409)


def test_a_name_that_holds_include_is_not_taken_for_a_parameter(api):
    builders.a_shell("x")
    odd = builders.a_shell("x&include=deleted")
    for mount in (api.mount, V1_13):
        api.mount = mount
        assert told(api.get("mlmodels/name/mlflow.x%26include=deleted"))["id"] == str(odd.pk)
        assert told(api.get("mlmodels/name/mlflow.x&include=all"))["name"] == "x"
        assert refused(api.get("mlmodels/name/mlflow.x&include=odd"), 404)


def test_names_on_the_way_are_not_normalised(api):
    for path in (
        "mlmodels/name/%00",
        "mlmodels/name/%FF%FE",
        "mlmodels/name/%ED%A0%80",
        "mlmodels/name/" + "x" * 4000,
        "mlmodels/name/%25",
    ):
        refused(api.get(path), 404, "mlmodel instance for")

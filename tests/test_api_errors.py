"""What bad input gets: the right status, the wire's words, and never a 500."""

import json

import orjson
import pytest
from django.test import Client

from catalog.models import ApiToken, Entity, EntityVersion
from tests import builders
from tests.wire import KINDS, SAMPLES, V1_13, V2, Caller, at, kind_of, named, refused, told

pytestmark = pytest.mark.django_db
UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def model(db):
    return builders.a_model(owners=builders.with_references([builders.a_user("alice")]))


# --- What bad input gets, line by line ---


@pytest.mark.parametrize("verb", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("wrong", "status", "message"),
    [
        ({"service": "nowhere"}, 404, "mlmodelService instance for nowhere not found"),
        ({"service": "warehouse"}, 404, "mlmodelService instance for warehouse not found"),
        ({"dashboard": "no.such"}, 404, "dashboard instance for no.such not found"),
        ({"owners": [{"id": UUID, "type": "user"}]}, 404, f"user instance for {UUID} not found"),
        ({"owners": [{"id": UUID, "type": "team"}]}, 404, f"team instance for {UUID} not found"),
        ({"tags": [{"tagFQN": "PII.None"}]}, 404, "tag instance for PII.None not found"),
        ({"domains": ["Sales"]}, 404, "domain instance for Sales not found"),
        ({"dataProducts": ["P"]}, 404, "dataProduct instance for P not found"),
        ({"name": ""}, 400, "[name size must be between 1 and 256]"),
        ({"name": "x" * 257}, 400, "[name size must be between 1 and 256]"),
        ({"name": "a::b"}, 400, '[name must match "^((?!::).)*$"]'),
        ({"name": None}, 400, "[name must not be null]"),
        ({"name": 5}, 400, "[name must be a text]"),
        ({"service": None}, 400, "[service must not be null]"),
        ({"service": 5}, 400, "[service must be a name or a reference]"),
        ({"service": {"id": 5}}, 400, "[service.id must be a text]"),
        ({"server": "no url"}, 400, "[server must be a URL such as https://host/path]"),
        ({"mlFeatures": {}}, 400, "[mlFeatures must be a list]"),
        ({"mlFeatures": ["x"]}, 400, "[mlFeatures.0 must be an object]"),
        ({"mlFeatures": [{}]}, 400, "[mlFeatures.0.name must not be null]"),
        (
            {"mlFeatures": [{"name": "f", "dataType": "odd"}]},
            400,
            "[mlFeatures.0.dataType must be one of 'numerical' or 'categorical']",
        ),
        ({"mlFeatures": [{"name": "f"}, {"name": "f"}]}, 400, "feature f is there twice"),
        (
            {"mlFeatures": [{"name": "f", "featureSources": [{"name": ""}]}]},
            400,
            "[mlFeatures.0.featureSources.0.name size must be between 1 and 256]",
        ),
        (
            {"mlHyperParameters": [{"name": "eta", "value": 0.3}]},
            400,
            "[mlHyperParameters.0.value must be a text]",
        ),
        ({"mlStore": "s3://"}, 400, "[mlStore must be an object]"),
        ({"extension": []}, 400, "[extension must be an object]"),
        ({"sourceHash": "x" * 33}, 400, "[sourceHash size must be between 1 and 32]"),
        ({"lifeCycle": {"created": {}}}, 400, "[lifeCycle.created.timestamp must not be null]"),
        (
            {"nonsense": 1, "more": 2},
            400,
            '[Unrecognized field "nonsense", Unrecognized field "more"]',
        ),
    ],
    ids=str,
)
def test_models(api, verb, wrong, status, message):
    builders.a_model_service()
    builders.a_database_service()
    request = {"name": "churn", "service": "mlflow"} | wrong
    assert refused(api(verb, "mlmodels", request), status) == message
    assert not Entity.objects.filter(entity_type="mlmodel").exists()


LENGTH = "For column data types char, varchar, binary, varbinary dataLength must not be null"


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"dataType": "VARCHAR"}, LENGTH),
        ({"dataType": "CHAR"}, LENGTH),
        ({"dataType": "ARRAY"}, "For column data type array, arrayDataType must not be null"),
        ({"dataType": "STRUCT"}, "For column data type struct, children must not be null"),
        ({"dataType": "DECIMAL", "scale": 2}, "scale needs a precision"),
        ({"dataType": "DECIMAL", "precision": 1, "scale": 2}, "scale needs a precision"),
        ({"dataType": "ODD"}, "[columns.0.dataType must be one of "),
        ({}, "[columns.0.dataType must not be null]"),
        ({"dataType": "INT", "dataLength": "x"}, "[columns.0.dataLength must be a whole number]"),
        ({"dataType": "INT", "precision": 2**31}, "columns.0.precision"),
        (
            {"dataType": "STRUCT", "children": [{"name": "x", "dataType": "VARCHAR"}]},
            LENGTH,
        ),
    ],
    ids=str,
)
def test_columns(api, column, message):
    columns = [{"name": "a"} | column]
    request = SAMPLES["table"].made(columns=columns)
    assert message in refused(api.put("tables", request), 400)
    assert not Entity.objects.filter(entity_type="table").exists()


def test_tables_say_which_column_a_constraint_means(api):
    columns = [{"name": "a", "dataType": "INT"}]
    constraints = [{"constraintType": "PRIMARY_KEY", "columns": ["b"]}]
    request = SAMPLES["table"].made(columns=columns, tableConstraints=constraints)
    message = refused(api.put("tables", request), 400)
    assert message == "Invalid column name found in table constraint: b"


@pytest.mark.parametrize("name", KINDS)
def test_what_is_not_there_is_404(api, name):
    path = kind_of(name).collection
    message = f"{name} instance for {UUID} not found"
    assert refused(api.get(f"{path}/{UUID}"), 404) == message
    assert refused(api.get(f"{path}/{UUID.upper()}"), 404) == message
    assert refused(api.patch(f"{path}/{UUID}", []), 404) == message
    assert refused(api.delete(f"{path}/{UUID}"), 404) == message
    assert refused(api.delete(f"{path}/{UUID}", hardDelete=True), 404) == message
    assert refused(api.delete(f"{path}/async/{UUID}"), 404) == message
    assert refused(api.put(f"{path}/restore", {"id": UUID}), 404) == message
    assert refused(api.get(f"{path}/{UUID}/versions"), 404) == message
    assert refused(api.get(f"{path}/name/no.such"), 404) == f"{name} instance for no.such not found"
    assert refused(api.patch(f"{path}/name/no.such", []), 404)
    assert refused(api.delete(f"{path}/name/no.such"), 404)
    for wrong in (None, {}, [], "x", {"id": 5}, {"id": "x"}, {"id": [UUID]}, {"id": None}):
        assert refused(api.put(f"{path}/restore", wrong), 400) == "[id must be a UUID]"


def test_an_id_finds_only_its_own_kind(api, model):
    refused(api.get(f"tables/{model.pk}"), 404, f"table instance for {model.pk}")
    refused(api.delete(f"users/{model.pk}"), 404)
    refused(api.get("tables/name/mlflow.churn"), 404)


# --- Access ---


def test_without_a_token_is_401(db):
    nobody = Caller()
    for path in ("mlmodels", "users/loggedInUser", "events", "", f"lineage/table/{UUID}"):
        assert refused(nobody.get(path), 401)
    refused(nobody.put("mlmodels", {}), 401)
    assert told(nobody.get("system/version"))


def test_a_plain_user_reads_everything_and_changes_what_is_theirs(api, model, charlie):
    caller = Caller(charlie)
    for path in ("mlmodels", at(model), f"{at(model)}/versions", "users", "tables"):
        told(caller.get(path, fields="*" if "/versions" not in path else ""))
    request = {"name": "churn", "service": "mlflow", "algorithm": "other"}
    for answer in (
        caller.put("mlmodels", request),
        caller.post("mlmodels", request | {"name": "new"}),
        caller.patch(at(model), [{"op": "remove", "path": "/description"}]),
        caller.delete(at(model)),
        caller.delete(at(model), hardDelete=True),
        caller.delete(named(type(model), str(model))),
        caller.post("classifications", SAMPLES["classification"].request),
        caller.post("teams", SAMPLES["team"].request),
        caller.post("services/mlmodelServices", {"name": "s", "serviceType": "Mlflow"}),
    ):
        assert "charlie may not" in refused(answer, 403)
    assert EntityVersion.objects.filter(entity=model.pk).count() == 1
    told(api.delete(at(model)))
    refused(caller.put("mlmodels/restore", {"id": str(model.pk)}), 403)


def test_a_session_needs_a_csrf_token_to_write(api, model, admin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin)
    told(browser.get(V2 + at(model)))
    for verb, path in (("PUT", "mlmodels"), ("PATCH", at(model)), ("DELETE", at(model))):
        refused(browser.generic(verb, V2 + path, b"{}", "application/json"), 403, "CSRF")
    browser.cookies["csrftoken"] = "x" * 32
    headers = {"X-CSRFToken": "x" * 32}
    operations = json.dumps([{"op": "add", "path": "/displayName", "value": "By session"}])
    answer = browser.patch(V2 + at(model), operations, "application/json", headers=headers)
    assert told(answer)["updatedBy"] == "ada"


def test_a_token_needs_no_csrf_token(api, model):
    api.client = Client(enforce_csrf_checks=True)
    told(api.patch(at(model), [{"op": "add", "path": "/displayName", "value": "x"}]))


# --- Routes and verbs ---


@pytest.mark.parametrize("mount", [V2, V1_13])
def test_unknown_routes_are_404_in_json(api, mount):
    api.mount = mount
    for path in (
        "no/such/route",
        "mlmodel",
        "mlmodels/",
        "mlmodels/x",
        f"mlmodels/{UUID}/",
        f"mlmodels/{UUID}/nothing",
        "mlmodels/name/",
        "%00",
        "%FF",
        "a\nb",
        "x" * 5000,
    ):
        for verb in ("GET", "PUT", "POST", "PATCH", "DELETE"):
            refused(api(verb, path), 404, "No such resource")
    refused(Caller().get("no/such/route"), 404)


def test_nothing_below_api_is_a_page(api, settings):
    for debug in (False, True):
        settings.DEBUG = debug
        for path in ("/api/", "/api", "/api/v2/mlmodels", "/compat/", "/compat/1.12/api/v1/users"):
            answer = api.client.get(path)
            if path != "/api":
                refused(answer, 404)
            assert b"Traceback" not in answer.content


def test_a_slash_at_the_end_is_no_redirect(api):
    for path in ("mlmodels/", f"mlmodels/{UUID}/", "mlmodels/bulk/"):
        for verb in ("GET", "PUT", "POST"):
            assert api(verb, path).status_code == 404


def test_verbs_that_a_route_does_not_have_are_405(api, model):
    for verb, path in (
        ("DELETE", "mlmodels"),
        ("PATCH", "mlmodels"),
        ("POST", at(model)),
        ("PUT", at(model)),
        ("GET", "mlmodels/bulk"),
        ("GET", "mlmodels/restore"),
        ("PUT", f"{at(model)}/versions"),
        ("GET", f"{at(model)}/followers"),
        ("POST", "lineage"),
        ("POST", "system/version"),
        ("PUT", "users/loggedInUser"),
        ("PUT", "mlmodels/name/mlflow.churn"),
    ):
        answer = api(verb, path)
        assert refused(answer, 405) == f'Method "{verb}" not allowed.'
        assert answer["Allow"]


# --- Bodies ---


def test_a_body_over_the_limit_is_413(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    big = orjson.dumps({"name": "x" * 1000})
    for verb, path in (("PUT", "mlmodels"), ("POST", "tables"), ("PATCH", f"mlmodels/{UUID}")):
        message = refused(api(verb, path, raw=big), 413)
        assert "1000 bytes" in message
    refused(Caller().put("mlmodels", raw=big), 413)


def test_any_content_type_is_json(api):
    builders.a_model_service()
    body = b'{"name":"m","service":"mlflow"}'
    for kind in ("application/json-patch+json", "text/plain", "", "multipart/form-data", "odd"):
        answer = api.client.generic(
            "PUT",
            V2 + "mlmodels",
            body,
            kind,
            headers={"Authorization": f"Bearer {api.token}", "Accept": "text/html"},
        )
        assert answer.status_code in (200, 201)
        assert answer["Content-Type"] == "application/json"


# --- Faults of ours ---


def test_a_fault_of_ours_tells_where_to_look_and_nothing_else(api, monkeypatch, settings):
    def fail(*arguments, **named):
        raise RuntimeError("the password is s3cret")

    monkeypatch.setattr("catalog.documents.parse_fields", fail)
    for debug in (False, True):
        settings.DEBUG = debug
        answer = api.client.get(
            V2 + "mlmodels",
            headers={"Authorization": f"Bearer {api.token}", "X-Request-ID": "abc-1"},
        )
        message = refused(answer, 500)
        assert "abc-1" in message
        assert answer["X-Request-ID"] == "abc-1"
        assert b"s3cret" not in answer.content
        assert b"Traceback" not in answer.content


def test_a_message_does_not_tell_a_token(api):
    message = refused(Caller(token="almanac_secret").get("users"), 401)
    assert "almanac_secret" not in message
    assert ApiToken.objects.exists()

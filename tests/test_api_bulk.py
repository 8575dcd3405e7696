"""PUT of many at once: each for itself, what fails told beside what passed."""

import pytest

from catalog.models import Table, User
from mlmodels.models import MlModel
from tests import builders
from tests.wire import KINDS, SAMPLES, Caller, kind_of, refused, told

pytestmark = pytest.mark.django_db
NAMES = {
    "dryRun",
    "status",
    "numberOfRowsProcessed",
    "numberOfRowsPassed",
    "numberOfRowsFailed",
    "successRequest",
    "failedRequest",
}


@pytest.fixture
def service(db):
    return builders.a_model_service()


def test_all_pass(api, service):
    requests = [{"name": name, "service": "mlflow"} for name in ("one", "two", "three.3")]
    result = told(api.put("mlmodels/bulk", requests, async_=False, overrideMetadata=False))
    assert set(result) == NAMES
    assert result["status"] == "success"
    assert result["numberOfRowsPassed"] == result["numberOfRowsProcessed"] == 3
    assert [row["status"] for row in result["successRequest"]] == [201, 201, 201]
    assert result["successRequest"][2]["request"] == 'mlflow."three.3"'
    assert MlModel.objects.count() == 3
    again = told(api.put("mlmodels/bulk", requests, async_=False))
    assert [row["status"] for row in again["successRequest"]] == [200, 200, 200]


def test_what_is_wrong_does_not_stop_the_rest(api, service):
    requests = [
        {"name": "one", "service": "mlflow"},
        {"name": "two", "service": "nowhere"},
        {"name": "", "service": "mlflow"},
        {"name": "three", "service": "mlflow", "tags": [{"tagFQN": "No.Such"}]},
        "four",
        None,
        [],
        {"name": 5, "service": "mlflow"},
        {"name": "last", "service": "mlflow"},
    ]
    result = told(api.put("mlmodels/bulk", requests))
    assert result["status"] == "partialSuccess"
    assert result["numberOfRowsPassed"] == 2
    assert [(row.get("request"), row["status"]) for row in result["failedRequest"]] == [
        ("two", 404),
        ("", 400),
        ("three", 404),
        (None, 400),
        (None, 400),
        (None, 400),
        (5, 400),
    ]
    assert all(row["message"] for row in result["failedRequest"])
    assert {str(model) for model in MlModel.objects.all()} == {"mlflow.one", "mlflow.last"}


def test_nothing_passes(api, service):
    result = told(api.put("mlmodels/bulk", [{"name": "x", "service": "nowhere"}]))
    assert result["status"] == "failure"
    assert result["numberOfRowsFailed"] == 1


def test_an_empty_list_is_a_success(api):
    assert told(api.put("mlmodels/bulk", []))["numberOfRowsProcessed"] == 0


@pytest.mark.parametrize("body", [None, {}, "x", 1, True])
def test_the_body_is_a_list(api, body):
    refused(api.put("mlmodels/bulk", body), 400, "list")


def test_one_name_twice_is_written_twice(api, service):
    requests = [{"name": "x", "service": "mlflow", "algorithm": a} for a in ("a", "b")]
    told(api.put("mlmodels/bulk", requests))
    assert str(MlModel.objects.get().version) == "1.1"


def test_each_is_checked_for_access(charlie, service):
    model = builders.a_shell("owned", owners=builders.with_references([builders.an_admin()]))
    requests = [
        {"name": "owned", "service": "mlflow", "algorithm": "other"},
        {"name": "new", "service": "mlflow"},
    ]
    result = told(Caller(charlie).put("mlmodels/bulk", requests))
    assert [row["status"] for row in result["failedRequest"]] == [403, 403]
    model.refresh_from_db()
    assert model.algorithm == "mlmodel"


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_it(api, name):
    result = told(api.put(f"{kind_of(name).collection}/bulk", [SAMPLES[name].made()]))
    assert result["status"] == "success", result
    assert kind_of(name).objects.exists()


def test_users_come_with_their_credentials(api):
    request = {"name": "zoe", "email": "zoe@example.org", "password": "correct horse battery"}
    bot = {"name": "nightly", "email": "nightly@example.org", "isBot": True}
    told(api.put("users/bulk", [request, bot]))
    assert User.objects.get(name="zoe").check_password("correct horse battery")
    assert User.objects.get(name="nightly").tokens.exists()


def test_a_robots_bulk_keeps_the_words_of_people(api, robot_api):
    builders.a_table(description="By a person.", by=builders.an_admin())
    request = {
        "name": "orders",
        "databaseSchema": builders.SCHEMA,
        "columns": [{"name": "id", "dataType": "INT"}],
        "description": "By a robot.",
    }
    told(robot_api.put("tables/bulk", [request]))
    assert Table.objects.get().description == "By a person."
    told(robot_api.put("tables/bulk", [request], overrideMetadata=True))
    assert Table.objects.get().description == "By a robot."


def test_refused_without_a_token(service):
    refused(Caller().put("mlmodels/bulk", []), 401)

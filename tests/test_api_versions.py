"""History over the API: what is listed, how it reads back, and that it stays what it was."""

import orjson
import pytest

from catalog.models import EntityVersion
from tests import builders
from tests.wire import KINDS, SAMPLES, at, changed, kind_of, refused, told

pytestmark = pytest.mark.django_db
UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def model(api):
    """A model with three versions: 0.1, the major 1.1, and 1.2."""
    table = builders.what_churn_needs()
    request = builders.churn_document(owners=[builders.a_user("alice")])
    told(api.put("mlmodels", request), 201)
    told(api.put("mlmodels", request | {"algorithm": "CatBoost"}))
    told(api.put("mlmodels", request | {"algorithm": "CatBoost", "mlFeatures": []}))
    assert table
    return kind_of("mlmodel").objects.get()


def history(api, model, **parameters):
    answer = told(api.get(f"{at(model)}/versions", **parameters))
    assert set(answer) == {"entityType", "versions"}
    assert answer["entityType"] == "mlmodel"
    assert all(isinstance(text, str) for text in answer["versions"])
    return [orjson.loads(text) for text in answer["versions"]]


def test_versions_are_texts_of_whole_documents_newest_first(api, model):
    newest, major, first = history(api, model)
    assert [newest["version"], major["version"], first["version"]] == [1.2, 1.1, 0.1]
    assert "mlFeatures" not in newest
    assert changed(newest) == {"fieldsDeleted": ["mlFeatures"]}
    assert changed(major) == {"fieldsUpdated": ["algorithm"]}
    assert "changeDescription" not in first
    assert first["algorithm"] == "xgboost"
    assert first["owners"][0]["name"] == "alice"  # relations are as they were
    assert first["service"]["fullyQualifiedName"] == "mlflow"
    assert [feature["name"] for feature in first["mlFeatures"]] == ["sales", "persona"]
    assert [newest["changeDescription"]["previousVersion"], 0.1] == [1.1, 0.1]


def test_each_version_reads_back(api, model):
    for document in history(api, model):
        read = told(api.get(f"{at(model)}/versions/{document['version']}"))
        assert read.pop("href") == f"http://testserver/api/v1/{at(model)}"
        assert read == document


def test_the_newest_version_is_what_is_there(api, model):
    current = told(api.get(at(model), fields="owners"))
    newest = told(api.get(f"{at(model)}/versions/1.2"))
    assert {k: v for k, v in newest.items() if k in current} == current


def test_the_first_version_stays_when_the_model_changes(api, model):
    before = told(api.get(f"{at(model)}/versions/0.1"))
    builders.a_table("orders", "id BIGINT", displayName="Renamed")
    told(api.patch(at(model), [{"op": "remove", "path": "/owners"}]))
    assert told(api.get(f"{at(model)}/versions/0.1")) == before


@pytest.mark.parametrize(
    "number", ["0.3", "9.9", "1", "0", "0.10", "01.1", "x", "-1.0", "1e0", "٠.١"]
)
def test_an_unknown_version_is_404(api, model, number):
    message = refused(api.get(f"{at(model)}/versions/{number}"), 404)
    assert message == f"mlmodel instance for {model.pk} and version {number} not found"


def test_versions_of_nothing_are_404(api):
    refused(api.get(f"mlmodels/{UUID}/versions"), 404, f"mlmodel instance for {UUID} not found")
    refused(api.get(f"mlmodels/{UUID}/versions/0.1"), 404)


def test_versions_come_in_pages_when_asked(api, model):
    assert [d["version"] for d in history(api, model, limit=2)] == [1.2, 1.1]
    assert [d["version"] for d in history(api, model, limit=2, offset=2)] == [0.1]
    assert history(api, model, limit=2, offset=9) == []
    assert len(history(api, model, limit=0)) == 3
    for wrong in (
        {"limit": "x"},
        {"limit": -1},
        {"limit": 1, "offset": -1},
        {"limit": 1, "offset": "x"},
    ):
        refused(api.get(f"{at(model)}/versions", **wrong), 400, "query param")


def test_a_deleted_model_keeps_its_history(api, model):
    told(api.delete(at(model)))
    deleted, *before = history(api, model)
    assert deleted["deleted"] is True
    assert changed(deleted) == {"fieldsUpdated": ["deleted"]}
    assert len(before) == 3
    assert told(api.get(f"{at(model)}/versions/0.1"))["deleted"] is False


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_a_history(api, name):
    kind = kind_of(name)
    made = told(api.post(kind.collection, SAMPLES[name].made()), 201)
    path = f"{kind.collection}/{made['id']}"
    told(api.put(kind.collection, SAMPLES[name].request | {"displayName": "New"}))
    answer = told(api.get(f"{path}/versions"))
    assert answer["entityType"] == name
    assert [orjson.loads(text)["version"] for text in answer["versions"]] == [0.2, 0.1]
    first = told(api.get(f"{path}/versions/0.1"))
    assert first == {k: v for k, v in made.items() if k in first}
    assert "displayName" not in first


def test_history_hides_secrets(api, robot_api):
    config = {"username": "reader", "authType": {"password": "s3cret"}, "hostPort": "db:3306"}
    request = {"name": "db", "serviceType": "Mysql", "connection": {"config": config}}
    pk = told(api.put("services/databaseServices", request), 201)["id"]
    config["authType"] = {"password": "0ther"}
    told(api.put("services/databaseServices", request))
    for caller in (api, robot_api):
        texts = told(caller.get(f"services/databaseServices/{pk}/versions"))["versions"]
        assert len(texts) == 2
        assert not any("s3cret" in text or "0ther" in text for text in texts)
    stored = EntityVersion.objects.filter(entity=pk)
    assert not any("s3cret" in str(row.document) for row in stored)


def test_the_tenth_minor_change_looks_major_and_is_not(api):
    builders.a_model_service()
    for number in range(11):
        document = told(
            api.put("mlmodels", {"name": "m", "service": "mlflow", "displayName": f"{number}"}),
            200 if number else 201,
        )
    assert document["version"] == 1.1
    rows = EntityVersion.objects.filter(entity=document["id"])
    assert [str(row.version) for row in rows][:2] == ["1.1", "1.0"]
    assert not any(row.is_major for row in rows)

"""The four verbs on every kind of entity."""

import pytest

from catalog.models import ChangeEvent, Entity, EntityVersion
from tests import builders
from tests.wire import KINDS, SAMPLES, at, changed, kind_of, named, refused, told

pytestmark = pytest.mark.django_db
HOLDERS = [name for name in KINDS if name not in ("user", "bot")]


def put_model(api, status=200, **values):
    """PUT the churn model as `values` describe it, and return its document."""
    return told(api.put("mlmodels", {"name": "churn", "service": "mlflow"} | values), status)


@pytest.fixture
def shell(api):
    builders.a_model_service()
    return put_model(api, 201)


# --- Every kind ---


@pytest.mark.parametrize("name", KINDS)
def test_post_creates(api, name):
    kind, request = kind_of(name), SAMPLES[name].made(description="What it *is*.")
    response = api.post(kind.collection, request)
    document = told(response, 201)
    assert response["X-OpenMetadata-Change"] == "entityCreated"
    assert document["name"] == request["name"]
    assert document["description"] == "What it *is*."
    assert document["version"] == 0.1
    assert document["updatedBy"] == "ada"
    assert "changeDescription" not in document
    assert document["href"] == f"http://testserver/api/v1/{kind.collection}/{document['id']}"
    read = told(api.get(named(kind, document["fullyQualifiedName"])))
    assert {k: v for k, v in document.items() if k in read} == read


@pytest.mark.parametrize("name", KINDS)
def test_post_of_what_is_there_is_409(api, name):
    kind, request = kind_of(name), SAMPLES[name].made()
    told(api.post(kind.collection, request), 201)
    message = refused(api.post(kind.collection, request), 409)
    assert message == "Entity already exists"


@pytest.mark.parametrize("name", KINDS)
def test_put_creates_then_changes_nothing_then_updates(api, name):
    kind, request = kind_of(name), SAMPLES[name].made()
    created = api.put(kind.collection, request)
    assert created["X-OpenMetadata-Change"] == "entityCreated"
    first = told(created, 201)

    again = api.put(kind.collection, request)
    assert again["X-OpenMetadata-Change"] == "entityNoChange"
    assert again["ETag"] == created["ETag"]
    same = told(again)
    assert (same["version"], same["updatedAt"]) == (first["version"], first["updatedAt"])

    updated = api.put(kind.collection, request | {"displayName": "A title"})
    assert updated["X-OpenMetadata-Change"] == "entityUpdated"
    second = told(updated)
    assert second["id"] == first["id"]
    assert second["version"] == 0.2
    assert changed(second) == {"fieldsAdded": ["displayName"]}
    assert second["changeDescription"]["previousVersion"] == 0.1


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_names_that_are_wrong_are_400(api, name, verb):
    kind, request = kind_of(name), SAMPLES[name].made()
    nameless = {k: v for k, v in request.items() if k != "name"}
    size = "name size must be between 1 and 256"
    for wrong, message in (
        ({}, "[name must not be null]"),
        ({"name": None}, "[name must not be null]"),
        ({"name": ""}, f"[{size}]"),
        ({"name": "x" * 257}, f"[{size}]"),
        ({"name": "a::b"}, '[name must match "^((?!::).)*$"]'),
    ):
        assert refused(api(verb, kind.collection, nameless | wrong), 400) == message
    assert not kind.objects.filter(name__contains="::").exists()


@pytest.mark.parametrize("name", [name for name in KINDS if kind_of(name).parent_field])
def test_what_contains_an_entity_must_be_there(api, name):
    kind, request = kind_of(name), SAMPLES[name].made()
    place = "classification" if name == "tag" else kind.parent_field
    types = ("classification",) if name == "tag" else kind.parent_types
    for verb in ("POST", "PUT"):
        if place in request:
            without = {k: v for k, v in request.items() if k != place}
            message = refused(api(verb, kind.collection, without), 400)
            assert message == f"[{place} must not be null]"
        unknown = api(verb, kind.collection, request | {place: "nowhere"})
        assert refused(unknown, 404) == f"{types[0]} instance for nowhere not found"
    assert not kind.objects.exists()


@pytest.mark.parametrize("name", KINDS)
def test_delete_hides_restore_brings_back(api, name):
    kind = kind_of(name)
    document = told(api.post(kind.collection, SAMPLES[name].made()), 201)
    by_id, by_name = at(kind(pk=document["id"])), named(kind, document["fullyQualifiedName"])

    deleted = told(api.delete(by_id, recursive=False, hardDelete=False))
    assert deleted["version"] == 0.2
    for path in (by_id, by_name):
        refused(api.get(path), 404, f"{name} instance for ")
        refused(api.get(path, include="non-deleted"), 404)
        assert told(api.get(path, include="deleted"))["id"] == document["id"]
        assert told(api.get(path, include="all"))["version"] == 0.2
    refused(api.delete(by_id), 404)
    refused(api.post(kind.collection, SAMPLES[name].request), 409)

    restored = api.put(f"{kind.collection}/restore", {"id": document["id"]})
    assert told(restored)["version"] == 0.3
    assert told(api.get(by_id))["id"] == document["id"]
    refused(api.get(by_id, include="deleted"), 404)


@pytest.mark.parametrize("name", KINDS)
def test_put_brings_back_what_was_deleted(api, name):
    kind, request = kind_of(name), SAMPLES[name].made()
    document = told(api.post(kind.collection, request), 201)
    told(api.delete(at(kind(pk=document["id"]))))
    restored = told(api.put(kind.collection, request))
    assert restored["id"] == document["id"]
    assert restored["version"] == 0.3
    assert told(api.get(at(kind(pk=document["id"]))))["version"] == 0.3


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("soft_first", [False, True])
def test_hard_delete_is_for_good(api, name, soft_first):
    kind = kind_of(name)
    document = told(api.post(kind.collection, SAMPLES[name].made()), 201)
    path = at(kind(pk=document["id"]))
    if soft_first:
        told(api.delete(path))
    assert told(api.delete(path, hardDelete=True))["id"] == document["id"]
    refused(api.get(path, include="all"), 404)
    refused(api.delete(path, hardDelete=True), 404)
    assert not EntityVersion.objects.filter(entity=document["id"]).exists()
    told(api.post(kind.collection, SAMPLES[name].request), 201)


@pytest.mark.parametrize("name", KINDS)
def test_delete_by_name(api, name):
    kind = kind_of(name)
    document = told(api.post(kind.collection, SAMPLES[name].made()), 201)
    path = named(kind, document["fullyQualifiedName"])
    told(api.delete(path))
    refused(api.get(path), 404)
    told(api.delete(path, hardDelete=True))
    refused(api.get(path, include="all"), 404)


@pytest.mark.parametrize("name", KINDS)
def test_delete_and_restore_of_newer_clients(api, name):
    kind = kind_of(name)
    pk = told(api.post(kind.collection, SAMPLES[name].made()), 201)["id"]
    job = told(api.delete(f"{kind.collection}/async/{pk}", recursive=False), 202)
    assert set(job) == {"jobId", "message"}
    refused(api.get(f"{kind.collection}/{pk}"), 404)
    job = told(api.put(f"{kind.collection}/restore", {"id": pk}, async_=True), 202)
    assert set(job) == {"jobId", "message"}
    told(api.get(f"{kind.collection}/{pk}"))


@pytest.mark.parametrize("name", KINDS)
def test_each_write_leaves_an_event(api, name):
    kind, request = kind_of(name), SAMPLES[name].made()
    pk = told(api.post(kind.collection, request), 201)["id"]
    told(api.put(kind.collection, request))
    told(api.put(kind.collection, request | {"displayName": "T"}))
    told(api.delete(f"{kind.collection}/{pk}"))
    told(api.put(f"{kind.collection}/restore", {"id": pk}))
    told(api.delete(f"{kind.collection}/{pk}", hardDelete=True))
    events = ChangeEvent.objects.filter(entity_id=pk).order_by("pk")
    assert list(events.values_list("event_type", flat=True)) == [
        "entityCreated",
        "entityUpdated",
        "entitySoftDeleted",
        "entityRestored",
        "entityDeleted",
    ]


def test_events_are_listed(api, shell):
    told(api.delete(f"mlmodels/{shell['id']}"))
    answer = told(api.get("events", entityCreated="mlmodel", entitySoftDeleted="*", timestamp=0))
    kinds = [(event["eventType"], event["entityType"]) for event in answer["data"]]
    assert kinds == [("entitySoftDeleted", "mlmodel"), ("entityCreated", "mlmodel")]
    created = answer["data"][1]
    assert created["entityId"] == shell["id"]
    assert created["userName"] == "ada"
    assert created["currentVersion"] == 0.1
    assert created["entity"]["name"] == "churn"


# --- Containers ---


@pytest.mark.parametrize("hard", [False, True])
def test_a_container_goes_only_with_what_is_inside(api, hard):
    table = builders.a_table()
    service = Entity.objects.get(fully_qualified_name="warehouse")
    for inner in ("warehouse", "warehouse.shop", builders.SCHEMA):
        holder = Entity.objects.get(fully_qualified_name=inner)
        answer = api.delete(at(holder.concrete), recursive=False, hardDelete=hard)
        assert refused(answer, 400) == f"{holder.entity_type} is not empty"
    told(api.delete(at(service.concrete), recursive=True, hardDelete=hard))
    refused(api.get(at(table)), 404)
    assert Entity.objects.filter(pk=table.pk).exists() is not hard


def test_what_was_deleted_with_its_container_comes_back_with_it(api):
    table = builders.a_table()
    service = Entity.objects.get(fully_qualified_name="warehouse").concrete
    told(api.delete(at(service), recursive=True))
    refused(api.get(at(table)), 404)
    told(api.put("services/databaseServices/restore", {"id": str(service.pk)}))
    assert told(api.get(at(table)))["version"] == 0.3


def test_a_model_needs_no_recursive(api, shell):
    told(api.delete(f"mlmodels/{shell['id']}", recursive=True))
    refused(api.get(f"mlmodels/{shell['id']}"), 404)

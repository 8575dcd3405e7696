"""The form of answers: only what the SDK's models know, never null, the right defaults."""

import json
from pathlib import Path

import pytest

from catalog.models import Entity
from tests import builders
from tests.wire import KINDS, SAMPLES, V1_13, V2, Caller, at, kind_of, named, refused, told

pytestmark = pytest.mark.django_db
KNOWN = json.loads((Path(__file__).parent / "wire_properties.json").read_text())
# Where a member of any kind stands for one of the shared models.
PARTS = {
    "mlFeatures": "MlFeature",
    "featureSources": "FeatureSource",
    "mlHyperParameters": "MlHyperParameter",
    "mlStore": "MlStore",
    "columns": "Column",
    "children": "EntityReference",
    "tasks": "Task",
    "tableConstraints": "TableConstraint",
    "tags": "TagLabel",
    "votes": "Votes",
    "lifeCycle": "LifeCycle",
    "created": "AccessDetails",
    "certification": "AssetCertification",
    "changeDescription": "ChangeDescription",
    "incrementalChangeDescription": "ChangeDescription",
    "fieldsAdded": "FieldChange",
    "fieldsUpdated": "FieldChange",
    "fieldsDeleted": "FieldChange",
} | dict.fromkeys(
    (
        *("service", "database", "databaseSchema", "classification", "parent", "botUser"),
        *("dashboard", "dashboards", "charts", "domains", "owners", "followers", "experts"),
        *("reviewers", "dataSource", "upVoters", "downVoters", "teams", "users", "parents"),
        *("owns", "follows", "databaseSchemas", "tables", "pipelines", "accessedBy"),
    ),
    "EntityReference",
)
FREE = ("extension", "connection", "profile", "style", "changeSummary", "tableProfilerConfig")


def check(value, model, line, path=""):
    """Assert that the object has what its model requires and nothing that it does not know."""
    properties = set(model["properties"]) - (
        set(model.get("newer", ())) if line == V1_13 else set()
    )
    assert set(value) <= properties, (path, set(value) - properties)
    assert set(model["required"]) <= set(value), (path, set(model["required"]) - set(value))
    for name, inner in value.items():
        assert inner is not None, f"{path}/{name} is null"
        if name in FREE:
            continue
        part = PARTS.get(name)
        if name == "children" and "dataType" in value:
            part = "Column"
        for item in inner if isinstance(inner, list) else [inner]:
            assert item is not None, f"{path}/{name} holds null"
            if isinstance(item, dict):
                assert part, f"what is {path}/{name}?"
                check(item, KNOWN["parts"][part], line, f"{path}/{name}")


def full(name):
    """Return a request that sets everything one may set of this kind."""
    alice = builders.a_user("alice")
    owners = builders.with_references([alice])
    request = SAMPLES[name].made(displayName="A title", description="What it *is*.")
    if name not in ("user", "bot"):
        request["owners"] = owners
    if name not in ("domain", "user", "bot"):
        builders.a_domain("Risk")
        request["domains"] = ["Risk"]
    if name not in ("user", "bot", "team", "classification", "tag"):
        request["tags"] = builders.tags("PII.Sensitive")
    if name in ("mlmodel", "table", "database", "databaseSchema", "chart", "dashboard", "pipeline"):
        access = {"timestamp": 5, "accessedBy": owners[0]}
        request |= {
            "extension": {"risk": "high"},
            "lifeCycle": {"created": access},
            "sourceHash": "abc",
            "sourceUrl": "https://example.org",
        }
    return (
        request
        | {
            "mlmodel": lambda: {
                **builders.churn_document(dashboard=str(builders.a_dashboard())),
                "mlFeatures": [
                    builders.persona_feature(tags=builders.tags("PII.Sensitive")),
                    builders.sales_feature(
                        featureSources=[
                            {
                                "name": "amount",
                                "dataSource": builders.with_references(builders.what_churn_needs()),
                                "tags": builders.tags("PII.None"),
                            }
                        ]
                    ),
                ],
            },
            "table": lambda: {
                "columns": [
                    builders.a_column("id INT PII.Sensitive", description="The key."),
                    builders.a_column("at STRUCT", "city STRING PII.None"),
                ],
                "tableConstraints": [{"constraintType": "PRIMARY_KEY", "columns": ["id"]}],
                "schemaDefinition": "create table",
                "aliases": ["another"],
                "retentionPeriod": "P1D",
            },
            "pipeline": lambda: {
                "tasks": [
                    {"name": "load", "tags": builders.tags("PII.None"), "downstreamTasks": []}
                ]
            },
            "dashboard": lambda: {"charts": [str(builders.a_chart())], "project": "p"},
            "chart": lambda: {"dashboards": [str(builders.a_dashboard())]},
            "team": lambda: {"users": [str(alice.pk)], "profile": {"images": {}}},
            "user": lambda: {
                "teams": [str(builders.a_team().pk)],
                "timezone": "UTC",
                "password": "correct horse battery",
                "authenticationMechanism": {"authType": "BASIC"},
                "createPasswordType": "ADMIN_CREATE",
                "scimUserName": "zoe",
            },
            "bot": lambda: {"allowImpersonation": True, "provider": "user"},
            "tag": lambda: {"style": {"color": "#ff0000"}, "autoClassificationEnabled": True},
            "domain": lambda: {"experts": ["alice"], "style": {"color": "#00ff00"}},
            "classification": lambda: {"mutuallyExclusive": True, "autoClassificationConfig": {}},
        }.get(name, _of_service if name.endswith("Service") else dict)()
    )


def _of_service():
    return {
        "style": {"color": "#ff0000"},
        "connection": {"config": {"hostPort": "db:1", "password": "secret"}},
    }


@pytest.mark.parametrize("mount", [V2, V1_13], ids=["2.0", "1.13"])
@pytest.mark.parametrize("name", KINDS)
def test_answers_hold_only_what_the_models_know(api, name, mount):
    api.mount = mount
    kind, model = kind_of(name), KNOWN["entities"][name]
    request = full(name)
    made = told(api.put(kind.collection, request), 201)
    check(made, model, mount, "created")
    path = f"{kind.collection}/{made['id']}"
    check(told(api.put(kind.collection, request | {"displayName": "Other"})), model, mount, "put")
    operations = [{"op": "add", "path": "/description", "value": "Patched."}]
    check(told(api.patch(path, operations)), model, mount, "patched")
    alice = Entity.objects.get(entity_type="user", name="alice")
    if "followers" in model["properties"]:
        told(api.put(f"{path}/followers", str(alice.pk)))
    if "votes" in model["properties"]:
        told(api.put(f"{path}/vote", {"updatedVoteType": "votedUp"}))
    for fields in ("", "*"):
        check(told(api.get(path, fields=fields)), model, mount, f"read {fields}")
        by_name = named(kind, made["fullyQualifiedName"])
        check(told(api.get(by_name, fields=fields)), model, mount, "by name")
        for document in told(api.get(kind.collection, fields=fields))["data"]:
            check(document, model, mount, f"listed {fields}")
    for text in told(api.get(f"{path}/versions"))["versions"]:
        check(json.loads(text), model, V2, "version")
    check(told(api.get(f"{path}/versions/0.1")), model, mount, "version")
    check(told(api.delete(path)), model, mount, "deleted")
    check(told(api.put(f"{kind.collection}/restore", {"id": made["id"]})), model, mount, "restored")
    check(told(api.delete(path, hardDelete=True)), model, mount, "gone")


@pytest.mark.parametrize("name", KINDS)
def test_unknown_members_of_a_request_are_400(api, name):
    request = SAMPLES[name].made(nonsense=1)
    for verb in ("POST", "PUT"):
        message = refused(api(verb, kind_of(name).collection, request), 400)
        assert message == '[Unrecognized field "nonsense"]'


def test_pages_events_lineage_and_bulk_hold_only_what_the_models_know(api):
    builders.what_churn_needs()
    model = builders.a_model()
    parts = KNOWN["parts"]
    for number in range(3):
        builders.a_shell(f"m{number}")
    for paging in (
        told(api.get("mlmodels", limit=1))["paging"],
        told(api.get("tables/name/warehouse.shop.public.orders/columns"))["paging"],
    ):
        check(paging, parts["Paging"], V2)
    event = told(api.put(f"{at(model)}/followers", str(builders.a_user().pk)))
    check(event, parts["ChangeEvent"], V2)
    history = told(api.get(f"{at(model)}/versions"))
    assert set(history) == set(parts["EntityVersionHistory"]["properties"])
    lineage = told(api.get(f"lineage/mlmodel/{model.pk}"))
    assert set(lineage) <= set(parts["EntityLineage"]["properties"])
    for node in (lineage["entity"], *lineage["nodes"]):
        check(node, parts["EntityReference"], V2)
    for edge in lineage["upstreamEdges"]:
        assert set(edge) <= set(parts["Edge"]["properties"])
        assert set(edge["lineageDetails"]) <= set(parts["LineageDetails"]["properties"])
    result = told(api.put("mlmodels/bulk", [{"name": "x", "service": "mlflow"}, {}]))
    assert set(result) <= set(parts["BulkOperationResult"]["properties"])
    for row in (*result["successRequest"], *result["failedRequest"]):
        assert set(row) <= set(parts["Response"]["properties"])


# --- Two clients, one code path ---


def test_each_mount_speaks_for_its_line(api, old_api):
    for caller, line in ((api, "2.0."), (old_api, "1.13.")):
        version = told(caller.get("system/version"))
        assert version["version"].startswith(line)
        assert set(version) == {"version", "revision", "timestamp"}
        assert told(Caller(mount=caller.mount).get("system/version")) == version  # needs no token


def test_older_clients_do_not_see_what_is_newer(api, old_api):
    style = {"color": "#ff0000"}
    request = {"name": "mlflow", "serviceType": "Mlflow", "style": style}
    service = told(api.put("services/mlmodelServices", request), 201)
    assert service["style"] == style
    table = told(api.put("tables", SAMPLES["table"].made(aliases=["other"])), 201)
    for path, name in (
        (f"services/mlmodelServices/{service['id']}", "style"),
        (f"tables/{table['id']}", "aliases"),
    ):
        assert name in told(api.get(path, fields="*"))
        for fields in ("", "*"):
            assert name not in told(old_api.get(path, fields=fields))
            listed = told(old_api.get(path.rpartition("/")[0], fields=fields))["data"]
            assert name not in listed[0]
        assert name not in told(old_api.get(f"{path}/versions/0.1"))
    made = told(old_api.put("tables", SAMPLES["table"].request | {"aliases": ["x"]}))
    assert "aliases" not in made


def test_addresses_stay_on_the_mount(api, old_api):
    model = builders.a_shell()
    for caller in (api, old_api):
        expected = f"http://testserver{caller.mount}{at(model)}"
        assert told(caller.get(at(model)))["href"] == expected
        assert told(caller.get(at(model), fields="*"))["href"] == expected
        assert told(caller.get("mlmodels"))["data"][0]["href"] == expected
        assert (
            told(caller.put("mlmodels", {"name": "shell", "service": "mlflow"}))["href"] == expected
        )

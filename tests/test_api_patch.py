"""PATCH: every form of JSON Patch that the SDK sends, If-Match, and edits that make one version."""

import pytest

from catalog.models import LineageEdge
from mlmodels.models import MlModel
from tests import builders
from tests.wire import (
    KINDS,
    SAMPLES,
    at,
    changed,
    kind_of,
    label,
    named,
    op,
    reference,
    refused,
    told,
)

pytestmark = pytest.mark.django_db


def read(api, model, fields="owners,tags,domains,extension,dashboard"):
    return told(api.get(at(model), fields=fields))


# --- Plain members ---


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_a_description(patched, verb):
    document = patched(op(verb, "/description", "By hand."))
    assert document["description"] == "By hand."
    assert document["version"] == 0.2
    assert changed(document) == {"fieldsUpdated": ["description"]}
    assert document["updatedBy"] == "ada"


def test_algorithm_target_and_server(patched):
    document = patched(op("replace", "/algorithm", "CatBoost"))
    assert (document["algorithm"], document["version"]) == ("CatBoost", 1.1)
    document = patched(op("remove", "/target"), op("remove", "/server"))
    assert {"target", "server"}.isdisjoint(document)
    assert patched(op("add", "/target", "churn"))["target"] == "churn"


def test_what_is_removed_is_gone(patched):
    names = ("description", "mlFeatures", "mlHyperParameters", "mlStore")
    document = patched(*(op("remove", f"/{name}") for name in names))
    assert set(names).isdisjoint(document)
    assert sorted(changed(document)["fieldsDeleted"]) == sorted(names)


def test_null_takes_away_too(patched):
    document = patched(op("replace", "/description", None), op("add", "/mlStore", None))
    assert {"description", "mlStore"}.isdisjoint(document)


def test_a_display_name_and_custom_properties(api, model, patched):
    patched(op("add", "/displayName", "Churn"), op("add", "/extension/risk", "high"))
    assert read(api, model)["extension"] == {"risk": "high"}
    patched(op("add", "/extension", {"risk": "low", "use": ["a", {"b": 1}]}))
    assert read(api, model)["extension"] == {"risk": "low", "use": ["a", {"b": 1}]}
    patched(op("remove", "/extension/risk"))
    assert read(api, model)["extension"] == {"use": ["a", {"b": 1}]}


def test_status_and_certification(patched):
    builders.tags("Certification.Gold")
    gold = {"tagLabel": label("Certification.Gold"), "appliedDate": 1, "expiryDate": 2}
    document = patched(
        op("add", "/entityStatus", "Approved"),
        op("add", "/certification", gold),
        op("add", "/lifeCycle/created", {"timestamp": 5}),
        op("add", "/sourceHash", "abc"),
    )
    assert document["entityStatus"] == "Approved"
    assert document["certification"]["expiryDate"] == 2
    assert changed(document) == {"fieldsAdded": ["entityStatus", "certification"]}


# --- Lists that are empty before ---


def test_tags_owners_and_domains_can_be_added_to_nothing(api, model, patched, alice):
    sales = builders.a_domain("Sales")
    patched(
        op("add", "/tags/0", label("Tier.Tier2")),
        op("add", "/tags/1", label("Use.Free")),
        op("add", "/owners/0", reference(alice)),
        op("add", "/domains/0", reference(sales)),
    )
    document = read(api, model)
    assert [label["tagFQN"] for label in document["tags"]] == ["Tier.Tier2", "Use.Free"]
    assert [owner["name"] for owner in document["owners"]] == ["alice"]
    assert [domain["name"] for domain in document["domains"]] == ["Sales"]


def test_an_owner_becomes_a_team_in_two_steps(api, model, patched, alice, growth):
    patched(op("add", "/owners/-", reference(alice)))
    patched(op("replace", "/owners/0/id", str(growth.pk)), op("replace", "/owners/0/type", "team"))
    (owner,) = read(api, model)["owners"]
    assert (owner["type"], owner["name"]) == ("team", "growth")
    patched(op("remove", "/owners"))
    assert read(api, model)["owners"] == []


def test_tags_are_taken_away_one_by_one(api, model, patched):
    patched(op("add", "/tags", [label("Tier.Tier2"), label("Use.Free")]))
    patched(op("remove", "/tags/0"))
    assert [label["tagFQN"] for label in read(api, model)["tags"]] == ["Use.Free"]
    patched(op("remove", "/tags/0"), op("remove", "/domains"), op("remove", "/description"))
    assert read(api, model)["tags"] == []


# --- Features, by index ---


def names(document):
    return [feature["name"] for feature in document["mlFeatures"]]


def test_the_first_feature_is_removed_by_renaming_it(patched):
    document = patched(
        op("replace", "/mlFeatures/0", builders.persona_feature()), op("remove", "/mlFeatures/1")
    )
    assert names(document) == ["persona"]


def test_features_inside(patched):
    document = patched(
        op("add", "/mlFeatures/0/description", "What was sold."),
        op("add", "/mlFeatures/0/tags", [label("PII.None")]),
        op("remove", "/mlFeatures/1/featureSources"),
        op("replace", "/mlFeatures/1/name", "kind"),
    )
    sales, kind = document["mlFeatures"]
    assert sales["description"] == "What was sold."
    assert [tag["tagFQN"] for tag in sales["tags"]] == ["PII.None"]
    assert kind["fullyQualifiedName"] == "mlflow.churn.kind"
    assert "featureSources" not in kind


def test_a_feature_is_moved(patched):
    document = patched(op("move", "/mlFeatures/0", **{"from": "/mlFeatures/1"}))
    assert names(document) == ["persona", "sales"]
    assert document["version"] == 0.1  # an order is no change that anyone must hear of


def test_copy_and_test_apply(patched):
    document = patched(
        op("test", "/algorithm", "xgboost"), op("copy", "/description", **{"from": "/target"})
    )
    assert document["description"] == "left_within_90_days"


def test_a_source_gets_its_table_and_lineage_follows(model, patched):
    people = builders.a_table("people", "city STRING")
    patched(op("add", "/mlFeatures/1/featureSources/0/dataSource", reference(people)))
    assert LineageEdge.objects.current().filter(from_entity=people, to_entity=model).exists()
    patched(op("remove", "/mlFeatures/1/featureSources/0"))
    assert not LineageEdge.objects.current().filter(from_entity=people).exists()


def test_nulls_that_are_removed_afterwards(patched):
    """For "replace with null" the SDK sends the null first and the remove after it."""
    document = patched(
        op("replace", "/mlFeatures/1", None),
        op("replace", "/mlFeatures/0/featureSources", None),
        op("remove", "/mlFeatures/1"),
        op("remove", "/mlFeatures/0/featureSources"),
    )
    assert document["mlFeatures"] == [
        {"name": "sales", "dataType": "numerical", "fullyQualifiedName": "mlflow.churn.sales"}
    ]


def test_a_whole_list_is_replaced(api, patched, model):
    document = patched(op("replace", "/mlFeatures", [builders.persona_feature(name="new")]))
    assert names(document) == ["new"]
    shell = builders.a_shell()
    answer = api.patch(at(shell), [op("replace", "/mlFeatures", [builders.persona_feature()])])
    assert names(told(answer)) == ["persona"]


def test_columns_are_replaced_as_the_topology_sink_does(api):
    table = builders.a_table("orders", "id INT PII.None", "gone STRING")
    columns = [
        {"name": "id", "dataType": "INT", "tags": [label("PII.None")], "ordinalPosition": 1},
        {"name": "new", "dataType": "BOOLEAN", "ordinalPosition": 2},
    ]
    document = told(api.patch(at(table), [op("replace", "/columns", columns)]))
    assert [column["name"] for column in document["columns"]] == ["id", "new"]
    assert document["version"] == 1.1  # a column went
    assert document["columns"][0]["tags"][0]["tagFQN"] == "PII.None"


# --- Patches made from a smaller copy ---


def test_removing_what_the_server_manages_does_nothing(api, model, patched):
    before = read(api, model)
    managed = (
        "id name fullyQualifiedName href version updatedAt updatedBy service serviceType deleted "
        "changeDescription incrementalChangeDescription impersonatedBy followers votes usageSummary"
    )
    document = patched(*(op("remove", f"/{name}") for name in managed.split()))
    assert document["version"] == 0.1
    assert read(api, model) == before


def test_a_minimal_copy_really_removes_the_rest(api, model, patched, alice):
    patched(op("add", "/tags/0", label("Use.Free")))
    document = patched(
        op("remove", "/fullyQualifiedName"),
        op("remove", "/version"),
        op("remove", "/tags"),
        op("remove", "/href"),
        op("remove", "/description"),
        op("add", "/owners/0", reference(alice)),
    )
    assert document["fullyQualifiedName"] == "mlflow.churn"
    assert "description" not in document
    assert read(api, model)["tags"] == []
    assert [owner["name"] for owner in read(api, model)["owners"]] == ["alice"]


def test_writing_what_the_server_manages_does_nothing(api, model, patched):
    before = read(api, model)
    other = builders.a_model_service("other")
    patched(
        op("replace", "/id", str(other.pk)),
        op("replace", "/name", "another"),
        op("replace", "/fullyQualifiedName", "other.another"),
        op("replace", "/service", reference(other)),
        op("replace", "/serviceType", "Sklearn"),
        op("replace", "/version", 9.9),
        op("replace", "/updatedAt", 1),
        op("replace", "/updatedBy", "nobody"),
        op("replace", "/href", "https://elsewhere.example"),
        op("add", "/followers/0", reference(other)),
    )
    assert read(api, model) == before


def test_deleted_is_not_for_patches(api, model):
    answer = api.patch(at(model), [op("replace", "/deleted", True)])
    assert refused(answer, 400) == "mlmodel attribute deleted can't be modified"


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_takes_a_patch_by_id_and_by_name(api, name):
    kind = kind_of(name)
    made = told(api.post(kind.collection, SAMPLES[name].made()), 201)
    path = f"{kind.collection}/{made['id']}"
    document = told(api.patch(path, [op("add", "/displayName", "One")]))
    assert document["version"] == 0.2
    by_name = named(kind, document["fullyQualifiedName"])
    document = told(api.patch(by_name, [op("replace", "/displayName", "Two")]))
    assert told(api.get(path))["displayName"] == "Two"
    same = api.patch(path, [op("add", "/displayName", "Two")])
    assert same["X-OpenMetadata-Change"] == "entityNoChange"
    assert told(same)["updatedAt"] == document["updatedAt"]


# --- What does not apply ---

BROKEN = (
    None,
    {},
    "x",
    1,
    [1],
    [None],
    ["x"],
    [[]],
    [{}],
    [{"op": "add"}],
    [{"path": "/description"}],
    [{"op": "add", "path": "/description"}],
    [{"op": "add", "path": 1, "value": 1}],
    [{"op": "fly", "path": "/description", "value": "x"}],
    [{"op": 1, "path": "/description", "value": "x"}],
    [{"op": [], "path": "/description", "value": "x"}],
    [{"op": "move", "path": "/description"}],
    [{"op": "move", "path": "/description", "from": 1}],
    [{"op": "move", "path": "/description", "from": "/nothing"}],
    [{"op": "copy", "path": "/mlFeatures/0/name", "from": "/mlFeatures/7/name"}],
    [{"op": "test", "path": "/algorithm", "value": "another"}],
    [{"op": "add", "path": "description", "value": "no slash"}],
    [{"op": "replace", "path": "", "value": []}],
    [{"op": "remove", "path": ""}],
    [{"op": "add", "path": "/nowhere/inside", "value": 1}],
    [{"op": "replace", "path": "/mlFeatures/99/name", "value": "x"}],
    [{"op": "add", "path": "/mlFeatures/99", "value": {"name": "x"}}],
    [{"op": "add", "path": "/mlFeatures/-1", "value": {"name": "x"}}],
    [{"op": "add", "path": "/mlFeatures/x", "value": {"name": "x"}}],
    [{"op": "add", "path": "/description/deeper", "value": "x"}],
    [{"op": "add", "path": "/mlFeatures/0/nonsense", "value": "x"}],
    [{"op": "add", "path": "/nonsense", "value": "x"}],
    [{"op": "add", "path": "/description", "value": ["x"]}],
    [{"op": "add", "path": "/mlFeatures", "value": "x"}],
    [{"op": "add", "path": "/mlFeatures", "value": [{"dataType": "numerical"}]}],
    [{"op": "add", "path": "/mlFeatures/0/dataType", "value": "odd"}],
    [{"op": "add", "path": "/server", "value": "not a url"}],
    [{"op": "add", "path": "/sourceHash", "value": "x" * 33}],
    [{"op": "add", "path": "/owners/0", "value": "alice"}],
    [{"op": "add", "path": "/owners/0", "value": {"id": "x", "type": "user"}}],
    [{"op": "add", "path": "/owners/0", "value": {"type": "user"}}],
    [{"op": "add", "path": "/tags/0", "value": {"labelType": "Manual"}}],
    [{"op": "add", "path": "/extension", "value": "x"}],
    [{"op": "add", "path": "/lifeCycle/created", "value": {"timestamp": "soon"}}],
    [{"op": "add", "path": "/description", "value": "~"}, {"op": "remove", "path": "/a~2"}, 7],
)


def test_what_does_not_apply_is_400_and_changes_nothing(api, model):
    before = read(api, model, "*")
    for operations in BROKEN:
        both = [op("add", "/displayName", "X"), *operations] if isinstance(operations, list) else ""
        for body in (operations, both):
            answer = api.patch(at(model), body)
            assert answer.status_code == 400, (body, answer.content)
            refused(answer, 400)
    assert read(api, model, "*") == before
    assert MlModel.objects.get().document()["algorithm"] == "xgboost"


def test_a_message_names_the_operation(api, model):
    operations = [op("add", "/displayName", "X"), op("replace", "/mlFeatures/9/name", "x")]
    message = refused(api.patch(at(model), operations), 400)
    assert "Operation 1" in message
    assert "replace /mlFeatures/9/name" in message


def test_what_a_patch_refers_to_must_be_there(api, model):
    for operation, message in (
        (op("add", "/tags/0", {"tagFQN": "No.Such"}), "tag instance for No.Such not found"),
        (op("add", "/dashboard", "no.such"), "dashboard instance for no.such not found"),
        (op("add", "/owners/0", reference(model) | {"type": "user"}), "user instance for "),
    ):
        refused(api.patch(at(model), [operation]), 404, message)


def test_an_unknown_change_source_is_400(api, model):
    operations = [op("add", "/description", "x")]
    refused(api.patch(at(model), operations, changeSource="Guessed"), 400, "changeSource")
    document = told(api.patch(at(model), operations, changeSource="Suggested"))
    summary = document["changeDescription"]["changeSummary"]["description"]
    assert summary["changeSource"] == "Suggested"
    assert summary["changedBy"] == "ada"

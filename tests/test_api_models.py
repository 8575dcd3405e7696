"""ML models over the API: what is major and what is not, what is refused, what a PUT keeps."""

import pytest

from catalog.models import LineageEdge, TagLabel
from mlmodels.models import MlModel
from tests import builders
from tests.wire import at, changed, refused, told

pytestmark = pytest.mark.django_db


def put_model(api, status=200, **values):
    """PUT the churn model as `values` describe it, and return its document."""
    return told(api.put("mlmodels", {"name": "churn", "service": "mlflow"} | values), status)


@pytest.fixture
def shell(api):
    builders.a_model_service()
    return put_model(api, 201)


def test_a_model_says_which_service_it_is_in(api, shell):
    assert shell["serviceType"] == "Mlflow"
    assert shell["service"]["type"] == "mlmodelService"
    assert shell["service"]["fullyQualifiedName"] == "mlflow"
    assert shell["fullyQualifiedName"] == "mlflow.churn"
    assert shell["algorithm"] == "mlmodel"


def test_another_algorithm_is_major(api, shell):
    document = put_model(api, algorithm="xgboost")
    assert document["version"] == 1.1
    assert document["changeDescription"]["fieldsUpdated"] == [
        {"name": "algorithm", "oldValue": "mlmodel", "newValue": "xgboost"}
    ]
    assert put_model(api)["version"] == 2.1  # without one, the default is the new value


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("server", "https://a.example/x", "https://b.example/x"),
        ("target", "left", "stayed"),
    ],
)
def test_server_and_target_are_major_when_added_changed_and_removed(
    api, shell, name, first, second
):
    added = put_model(api, **{name: first})
    assert added["version"] == 1.1
    assert changed(added) == {"fieldsAdded": [name]}
    updated = put_model(api, **{name: second})
    assert updated["version"] == 2.1
    assert updated["changeDescription"]["fieldsUpdated"] == [
        {"name": name, "oldValue": first, "newValue": second}
    ]
    removed = put_model(api)
    assert removed["version"] == 3.1
    assert changed(removed) == {"fieldsDeleted": [name]}
    assert name not in removed


def test_a_dashboard_is_minor(api, shell):
    one, two = builders.a_dashboard("one"), builders.a_dashboard("two")
    added = put_model(api, dashboard=one.fully_qualified_name)
    assert (added["version"], changed(added)) == (0.2, {"fieldsAdded": ["dashboard"]})
    assert added["dashboard"]["id"] == str(one.pk)
    updated = put_model(api, dashboard=two.fully_qualified_name)
    assert (updated["version"], changed(updated)) == (0.3, {"fieldsUpdated": ["dashboard"]})
    assert isinstance(updated["changeDescription"]["fieldsUpdated"][0]["newValue"], str)
    removed = put_model(api)
    assert changed(removed) == {"fieldsDeleted": ["dashboard"]}


def test_a_store_is_minor_and_told_as_text(api, shell):
    one, two = {"storage": "s3://a"}, {"storage": "s3://b", "imageRepository": "registry/b"}
    added = put_model(api, mlStore=one)
    assert (added["version"], changed(added)) == (0.2, {"fieldsAdded": ["mlStore"]})
    updated = put_model(api, mlStore=two)
    assert updated["changeDescription"]["fieldsUpdated"] == [
        {
            "name": "mlStore",
            "oldValue": '{"storage":"s3://a"}',
            "newValue": '{"storage":"s3://b","imageRepository":"registry/b"}',
        }
    ]
    assert changed(put_model(api)) == {"fieldsDeleted": ["mlStore"]}


def test_features_are_minor_and_a_changed_one_is_another_one(api, shell):
    added = put_model(api, mlFeatures=[builders.persona_feature()])
    assert (added["version"], changed(added)) == (0.2, {"fieldsAdded": ["mlFeatures"]})
    replaced = put_model(api, mlFeatures=[builders.persona_feature(dataType="numerical")])
    assert replaced["version"] == 0.3
    assert changed(replaced) == {"fieldsAdded": ["mlFeatures"], "fieldsDeleted": ["mlFeatures"]}
    removed = put_model(api)
    assert (removed["version"], changed(removed)) == (0.4, {"fieldsDeleted": ["mlFeatures"]})
    assert "mlFeatures" not in removed


def test_a_features_new_words_are_a_change_inside_it(api, shell):
    put_model(api, mlFeatures=[builders.persona_feature()])
    document = put_model(api, mlFeatures=[builders.persona_feature(description="Better.")])
    assert changed(document) == {"fieldsUpdated": ["mlFeatures.persona.description"]}
    labels = builders.tags("PII.Sensitive")
    document = put_model(api, mlFeatures=[builders.persona_feature(tags=labels)])
    assert "mlFeatures.persona.tags" in changed(document)["fieldsAdded"]


def test_hyperparameters_are_minor(api, shell):
    added = put_model(api, mlHyperParameters=[{"name": "eta", "value": "0.3"}])
    assert (added["version"], changed(added)) == (0.2, {"fieldsAdded": ["mlHyperParameters"]})
    replaced = put_model(api, mlHyperParameters=[{"name": "eta", "value": "0.1"}])
    assert (replaced["version"], changed(replaced)) == (
        0.3,
        {"fieldsAdded": ["mlHyperParameters"], "fieldsDeleted": ["mlHyperParameters"]},
    )


def test_a_full_model_is_kept_whole(api):
    table, dashboard = builders.what_churn_needs(), builders.a_dashboard()
    request = builders.churn_document(
        dashboard=dashboard.fully_qualified_name,
        sourceUrl="https://mlflow.example.org/churn",
        displayName="Churn",
        mlFeatures=[
            builders.sales_feature(tags=builders.tags("PII.None")),
            builders.persona_feature(),
        ],
    )
    told(api.post("mlmodels", request), 201)
    document = told(api.get("mlmodels/name/mlflow.churn", fields="dashboard,tags"))
    for name in ("algorithm", "target", "server", "mlStore", "sourceUrl", "mlHyperParameters"):
        assert document[name] == request[name]
    assert document["dashboard"]["fullyQualifiedName"] == dashboard.fully_qualified_name
    sales, persona = document["mlFeatures"]
    assert sales["fullyQualifiedName"] == "mlflow.churn.sales"
    assert [label["tagFQN"] for label in sales["tags"]] == ["PII.None"]
    (source,) = sales["featureSources"]
    assert source["fullyQualifiedName"] == "warehouse.shop.public.orders.amount"
    assert source["dataSource"]["id"] == str(table.pk)
    assert persona["featureAlgorithm"] == "PCA"
    assert persona["featureSources"][0]["fullyQualifiedName"] == "city"
    assert "dataSource" not in persona["featureSources"][0]
    edge = LineageEdge.objects.get()
    assert (edge.from_entity_id, edge.to_entity_id) == (table.pk, MlModel.objects.get().pk)


def test_an_unknown_data_source_or_dashboard_creates_nothing(api):
    builders.a_model_service()
    request = {"name": "x", "service": "mlflow"}
    nowhere = "11111111-2222-3333-4444-555555555555"
    source = {"name": "age", "dataSource": {"id": nowhere, "type": "table"}}
    for wrong, message in (
        ({"dashboard": "no.such"}, "dashboard instance for no.such not found"),
        (
            {"mlFeatures": [{"name": "age", "featureSources": [source]}]},
            f"table instance for {nowhere} not found",
        ),
        ({"tags": [{"tagFQN": "No.Such"}]}, "tag instance for No.Such not found"),
        ({"owners": [{"id": nowhere, "type": "user"}]}, f"user instance for {nowhere} not found"),
        ({"domains": ["Nowhere"]}, "domain instance for Nowhere not found"),
    ):
        for verb in ("POST", "PUT"):
            assert refused(api(verb, "mlmodels", request | wrong), 404) == message
    assert not MlModel.objects.exists()


def test_tags_that_exclude_each_other_are_400(api, shell):
    builders.a_classification("Tier", mutuallyExclusive=True)
    both = builders.tags("Tier.Tier1", "Tier.Tier2")
    message = (
        "Tag labels Tier.Tier1 and Tier.Tier2 are mutually exclusive and can't be assigned together"
    )
    feature = builders.persona_feature(tags=both)
    for wrong in ({"tags": both}, {"mlFeatures": [feature]}):
        answer = api.put("mlmodels", {"name": "churn", "service": "mlflow"} | wrong)
        assert refused(answer, 400) == message
    assert not TagLabel.objects.exists()


def test_a_models_domain_comes_from_its_service(api):
    builders.a_domain("Sales")
    builders.a_domain("Risk")
    builders.a_model_service(domains=["Sales"])
    model = builders.a_shell()
    (domain,) = told(api.get(at(model), fields="domains"))["domains"]
    assert (domain["name"], domain["inherited"]) == ("Sales", True)
    assert not model.domain_memberships.exists()
    put_model(api, 200, name="shell", domains=["Risk"])
    (domain,) = told(api.get(at(model), fields="domains"))["domains"]
    assert domain["name"] == "Risk"
    assert "inherited" not in domain


def test_life_cycles_are_merged_by_time(api, shell):
    early, late = {"timestamp": 1000}, {"timestamp": 2000}
    document = put_model(api, lifeCycle={"created": late, "accessed": early})
    assert document["version"] == 0.1  # not versioned
    put_model(api, lifeCycle={"created": early, "accessed": late})
    document = told(api.get(f"mlmodels/{shell['id']}", fields="lifeCycle"))
    assert document["lifeCycle"] == {"created": late, "accessed": late}


def test_an_empty_description_is_no_description(api, shell):
    assert "description" not in put_model(api, description="")


# --- What a PUT keeps ---


def test_a_put_keeps_what_people_added(api, shell):
    alice = builders.a_user("alice")
    owners = [{"id": str(alice.pk), "type": "user"}]
    both = builders.tags("PII.Sensitive", "Use.Free")
    put_model(api, owners=owners, tags=both[:1], extension={"risk": "high"})
    put_model(api, tags=both[1:], owners=[])
    document = told(api.get(f"mlmodels/{shell['id']}", fields="owners,tags,extension"))
    assert [owner["name"] for owner in document["owners"]] == ["alice"]
    assert [label["tagFQN"] for label in document["tags"]] == ["PII.Sensitive", "Use.Free"]
    assert document["extension"] == {"risk": "high"}


def test_a_robot_does_not_overwrite_a_description(api, robot_api, shell):
    assert put_model(robot_api, description="By a robot.")["description"] == "By a robot."
    assert put_model(api, description="By a person.")["description"] == "By a person."
    assert put_model(robot_api, description="Again.")["description"] == "By a person."
    assert put_model(robot_api)["description"] == "By a person."
    request = {"name": "churn", "service": "mlflow", "description": "Told to."}
    overridden = told(robot_api.put("mlmodels", request, overrideMetadata=True))
    assert overridden["description"] == "Told to."


def test_a_put_of_a_person_takes_a_description_away(api, shell):
    put_model(api, description="By a person.")
    assert "description" not in put_model(api)

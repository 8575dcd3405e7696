"""What a request costs in queries is known exactly, and does not grow with what it answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import TagLabel
from mlmodels.models import MlModel
from tests import builders
from tests.wire import told

RELATIONS = "owners,tags,followers"


def queries(call, *arguments, **options) -> list[str]:
    """Return the queries of a call that must succeed."""
    with CaptureQueriesContext(connection) as captured:
        response = call(*arguments, **options)
    assert response.status_code == 200, response.content
    return [query["sql"] for query in captured]


def request(name: str, features: int = 50, **values) -> dict:
    """Return a request for a model whose features have three sources each, from ten tables."""

    def feature(at: int) -> dict:
        tables = [f"{builders.SCHEMA}.t{(at + place) % 10}" for place in range(3)]
        sources = [{"name": "id", "dataType": "integer", "dataSource": name} for name in tables]
        return {"name": f"f{at}", "dataType": "numerical", "featureSources": sources}

    document = builders.churn_document(name=name, **values)
    return document | {"mlFeatures": [feature(at) for at in range(features)]}


@pytest.fixture
def tables(db):
    builders.what_churn_needs()
    for number in range(10):
        builders.a_table(f"t{number}")


@pytest.fixture
def put(tables, alice, bob):
    """Put a model that alice owns, with a tag on it and on a feature; bob follows it."""

    def put(name: str, features: int = 50) -> dict:
        document = request(
            name, features, owners=[alice], tags=builders.tags("PII.Sensitive", "Tier.Tier1")
        )
        document["mlFeatures"][0]["tags"] = builders.tags("PII.Sensitive")
        model = lifecycle.put(MlModel, document, actor=SYSTEM).entity
        lifecycle.follow(model, bob, actor=SYSTEM)
        return document

    return put


def test_a_get_is_two_queries(api, put):
    put("churn")
    # The token with its user; the stored document.
    assert len(queries(api.get, "mlmodels/name/mlflow.churn")) == 2


def test_each_relation_costs_a_get_two_queries_and_tags_one(api, put):
    put("churn")
    assert len(queries(api.get, "mlmodels/name/mlflow.churn", fields="tags")) == 3
    assert len(queries(api.get, "mlmodels/name/mlflow.churn", fields="owners")) == 4
    assert len(queries(api.get, "mlmodels/name/mlflow.churn", fields=RELATIONS)) == 7


def test_ten_models_cost_what_one_costs(api, put):
    put("model0", features=2)
    one = queries(api.get, "mlmodels", limit=50, fields=RELATIONS)
    for number in range(1, 10):
        put(f"model{number}", features=2)
    ten = queries(api.get, "mlmodels", limit=50, fields=RELATIONS)
    assert len(told(api.get("mlmodels", limit=50))["data"]) == 10
    # Those of one model, and the total.
    assert len(one) == len(ten) == 8
    # The service is looked up first, so that the page is read in an index's order.
    assert len(queries(api.get, "mlmodels", limit=50, service="mlflow")) == 4


def test_putting_the_same_again_costs_a_fixed_number_of_queries(api, put):
    small, large = put("small", features=2), put("large")
    counts = {len(queries(api.put, "mlmodels", document)) for document in (small, large)}
    # The token; a savepoint and its end; the references by name and by id, the service's document,
    # the tags; the two locks; and what is there: owners (2), tags, domains.
    assert counts == {13}


def test_putting_a_change_costs_a_fixed_number_of_queries(api, put):
    counts = set()
    for name, features in (("small", 2), ("large", 50)):
        document = put(name, features)
        for feature in document["mlFeatures"]:
            feature["featureAlgorithm"] = "PCA"
            feature["featureSources"][0]["description"] = "Changed."
        counts.add(len(queries(api.put, "mlmodels", document)))
        assert TagLabel.objects.filter(entity__name=name).count() == 3
    # Those of an unchanged one; the rows, read and written; a version and an event.
    assert counts == {23}

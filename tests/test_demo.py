"""The demo company: loaded through the write path, once, and fit to be shown."""

from importlib import import_module
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog import changes, documents, lifecycle, references, seed
from catalog.access import SYSTEM
from catalog.api.parsing import shaped
from catalog.api.viewsets import EntityViewSet
from catalog.lineage.graph import lineage_of
from catalog.links import page_url
from catalog.models import (
    ChangeEvent,
    Column,
    Entity,
    EntityVersion,
    LineageEdge,
    Table,
    TagLabel,
    Team,
    User,
)
from mlmodels.demo import loading, models
from mlmodels.models import FeatureSource, MlModel

CHURN = "mlflow.churn_prediction"
RAW = "snowflake.analytics.raw"

# What changes here when the other end of the relation is written, which gets the version.
FROM_THE_OTHER_END = {"team": {"children", "users"}, "chart": {"dashboards"}}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load the demo once for all tests of this module; each test undoes what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed.ensure("almanac-demo")
        loading.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    return None


def run(capsys) -> str:
    capsys.readouterr()
    call_command("load_demo")
    return capsys.readouterr().out


def state():
    """Return everything that a write would change."""
    return (
        sorted(Entity.objects.values_list("pk", "version", "updated_at", "updated_by", "deleted")),
        EntityVersion.objects.count(),
        ChangeEvent.objects.count(),
    )


def churn() -> MlModel:
    return references.find(MlModel, CHURN)


# --- Running it ---


def test_the_second_run_changes_nothing(demo, capsys):
    before = state()
    told = run(capsys)
    assert state() == before
    assert told.startswith("The demo company is already here.")
    assert told.count("\n") == 1


def test_the_second_run_keeps_what_people_edited(demo, capsys):
    alice = references.find(User, "alice")
    lifecycle.update(churn(), {"description": "Mine now."}, actor=alice)
    run(capsys)
    assert churn().description == "Mine now."


def test_a_demo_that_was_deleted_does_not_come_back(demo, capsys):
    lifecycle.hard_delete(references.find(Team, "larkbasket"), actor=SYSTEM, recursive=True)
    before = state()
    run(capsys)
    assert state() == before


def test_alice_logs_in_with_the_password_of_the_environment(demo, capsys, client, monkeypatch):
    assert "run load_demo with a DEMO_PASSWORD" in run(capsys)
    assert not client.login(username="alice", password="")
    monkeypatch.setenv("DEMO_PASSWORD", "first-choice")
    assert "Log in as alice" in run(capsys)
    monkeypatch.setenv("DEMO_PASSWORD", "second-choice")
    run(capsys)
    assert client.login(username="alice", password="first-choice")


# --- What is in it ---


def test_there_is_something_of_everything(demo):
    counts = {name: kind.objects.present().count() for name, kind in Entity.kinds().items()}
    counts["user"] -= 2  # admin and ingestion-bot were there before
    assert counts["mlmodel"] == 5
    assert counts["table"] == 18
    assert {name for name, count in counts.items() if not count} == set()
    assert MlModel.objects.filter(deleted=True).count() == 1
    assert Column.objects.exclude(parent=None).count() > 8


@pytest.mark.parametrize(
    ("name", "features", "versions", "majors"),
    [
        (CHURN, 12, 11, 2),
        ("sagemaker.demand_forecast", 7, 6, 1),
        ("mlflow.invoice_default_risk", 6, 5, 0),
        ("mlflow.basket_recommendations", 4, 3, 0),
        ("sagemaker.delivery_slot_ranking", 0, 1, 0),
    ],
)
def test_the_models_differ_in_completeness(demo, name, features, versions, majors):
    model = references.find(MlModel, name)
    assert model.features.count() == features
    assert model.versions.count() == versions
    assert model.versions.filter(is_major=True).count() == majors


def test_a_new_algorithm_and_a_new_server_were_the_major_changes(demo):
    majors = churn().versions.filter(is_major=True).order_by("version")
    told = [{change["name"] for change in v.change_description["fieldsUpdated"]} for v in majors]
    assert told == [{"algorithm", "mlStore"}, {"server"}]


def test_every_source_with_a_table_found_its_column(demo):
    assert FeatureSource.objects.filter(data_source=None).count() == 5
    lost = FeatureSource.objects.filter(column=None).exclude(data_source=None)
    assert list(lost) == []


def test_the_churn_model_is_made_from_raw_tables(demo):
    graph = lineage_of(churn(), upstream=5, downstream=2)
    found = {node.fully_qualified_name for node in graph.nodes.values()}
    assert found >= {
        f"{RAW}.{name}"
        for name in ("crm_customers", "shop_orders", "shop_subscriptions", "support_tickets")
    }
    assert "superset.churn_model_performance" in found


def test_gender_reaches_the_risk_model_through_a_column_of_another_name(demo):
    table = references.find(Table, "snowflake.analytics.core.customers")
    target = references.find(Table, "snowflake.analytics.marts.payment_risk_features")
    assert TagLabel.objects.filter(
        entity=table, path="columns.gender", tag__fully_qualified_name="Protected.Gender"
    ).exists()
    edge = LineageEdge.objects.get(from_entity=table, to_entity=target)
    segment = edge.column_mappings.get(to_column=f"{target}.household_segment")
    assert f"{table}.gender" in segment.from_columns
    model = references.find(MlModel, "mlflow.invoice_default_risk")
    assert model.features.filter(sources__column__path="columns.household_segment").exists()


def test_followers_and_votes_are_people(demo):
    document = documents.read(MlModel, [churn()], ["followers", "votes"])[0]
    names = [user["name"] for user in document["followers"]]
    assert names == ["alice", "bob", "charlie", "growth-analyst"]
    assert document["votes"]["upVotes"] == 2


# --- What always holds ---


def test_every_version_differs_from_the_one_before_as_its_change_says(demo):
    compared = 0
    for entity in Entity.objects.all():
        rows = list(EntityVersion.objects.filter(entity=entity.pk).order_by("version"))
        for older, newer in pairwise(rows):
            change = changes.describe_change(entity.kind.rules, older.document, newer.document)
            stored = newer.change_description
            assert {name: stored[name] for name in change.as_json()} == change.as_json()
            assert change.is_major == newer.is_major
            assert stored["previousVersion"] == float(older.version)
            compared += 1
    assert compared >= sum(len(story) for _, story in models.MODELS)


def test_the_newest_version_is_what_is_there(demo):
    for entity in Entity.objects.all():
        concrete = entity.concrete
        kind = type(concrete)
        newest = EntityVersion.objects.get(entity=entity.pk, version=entity.version)
        content = kind.shown(documents.content_of(concrete))
        shown = {k: v for k, v in content.items() if k not in kind.not_on_wire}
        stored = {k: v for k, v in newest.document.items() if k not in documents.STAMP}
        left_out = FROM_THE_OTHER_END.get(entity.entity_type, set())
        assert {k: v for k, v in stored.items() if k not in left_out} == {
            k: v for k, v in shown.items() if k not in left_out
        }, str(entity)
        # Reads are served from the core: it must say what the rows say.
        core = {k: v for k, v in concrete.core.items() if k not in documents.STAMP}
        assert core == {
            k: v for k, v in concrete.document().items() if k not in kind.not_on_wire
        }, str(entity)


def test_the_api_would_take_every_document(demo):
    """The write path leaves shapes to its callers, and the demo comes without a shape."""
    import_module("catalog.urls")  # and with it all viewsets
    kinds = {
        viewset.kind: viewset.contents
        for above in (EntityViewSet, *EntityViewSet.__subclasses__())
        for viewset in above.__subclasses__()
        if hasattr(viewset, "kind")
    }
    seeded = ("admin", "ingestion-bot")
    seen = set()
    for kind, shape in kinds.items():
        for entity in kind.objects.exclude(entity_type="user", name__in=seeded):
            content = documents.content_of(entity)
            shaped(shape, {k: v for k, v in content.items() if k in kind.contents()})
            seen.add(entity.entity_type)
    assert seen == Entity.kinds().keys()


def test_every_page_of_the_demo_answers(demo, client):
    client.force_login(references.find(User, "alice"))
    for entity in Entity.objects.present().exclude(entity_type="bot"):
        address = page_url(entity.entity_type, entity.fully_qualified_name)
        assert client.get(address).status_code == 200, address

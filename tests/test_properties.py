"""Whatever is done to an entity, in whatever order: history, rows and stored documents agree.

Hypothesis makes up the stories; each step is a call of the write path, and the laws are checked
after every step against everything that is stored.
"""

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog import documents, lifecycle
from catalog.access import SYSTEM
from catalog.changes import describe_change
from catalog.lifecycle import edges, recording, writing
from catalog.models import EntityVersion, LineageEdge, Table
from catalog.models.classification import labels_by_path
from mlmodels.models import MlModel
from tests.builders import (
    a_bot,
    a_dashboard,
    a_domain,
    a_model_service,
    a_schema,
    a_table,
    an_admin,
    put,
    tags,
    with_references,
)

pytestmark = pytest.mark.django_db

TAGS = ("PII.None", "PII.Sensitive", "Tier.Tier1")
WORDS = st.sampled_from([None, "", "some words", "other words"])
LABELS = st.lists(st.sampled_from(TAGS), unique=True, max_size=2).map(
    lambda names: [{"tagFQN": name} for name in names]
)
EXTENSIONS = st.dictionaries(
    st.sampled_from(["cost", "stage"]), st.sampled_from([1, "x", {"deep": [1]}]), max_size=2
)


def a_list_of(items, key=lambda item: item["name"].lower()):
    return st.lists(items, max_size=3, unique_by=key)


SOURCES = st.fixed_dictionaries(
    {"name": st.sampled_from(["id", "amount", "nothing"])},
    optional={
        "dataType": st.sampled_from(["integer", "string"]),
        "dataSource": st.sampled_from(["warehouse.shop.public.a", "warehouse.shop.public.b"]),
        "tags": LABELS,
    },
)
FEATURES = a_list_of(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["sales", "persona", "age.years"])},
        optional={
            "dataType": st.sampled_from(["numerical", "categorical"]),
            "description": WORDS,
            "tags": LABELS,
            "featureSources": st.lists(SOURCES, max_size=2),
        },
    )
)
HYPER_PARAMETERS = a_list_of(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["depth", "eta"])},
        optional={"value": st.sampled_from(["1", "2"]), "description": WORDS},
    )
)
FIELDS_OF_ALL = {
    "description": WORDS,
    "displayName": WORDS,
    "tags": LABELS,
    "extension": EXTENSIONS,
    "sourceUrl": st.sampled_from([None, "https://example.org/1"]),
    "sourceHash": st.sampled_from([None, "abc", "def"]),
    "entityStatus": st.sampled_from([None, "Approved", "Draft"]),
    "owners": st.lists(st.sampled_from(["ada", "grace"]), unique=True, max_size=2),
    "domains": st.sampled_from([[], ["Sales"], ["HR"]]),
    "lifeCycle": st.sampled_from([None, {"created": {"timestamp": 5}}]),
}
FIELDS_OF_MODELS = FIELDS_OF_ALL | {
    "algorithm": st.sampled_from(["xgboost", "lightgbm", None]),
    "server": st.sampled_from([None, "https://example.org/a", "https://example.org/b"]),
    "target": WORDS,
    "mlStore": st.sampled_from([None, {}, {"storage": "s3://a"}, {"imageRepository": "b"}]),
    "dashboard": st.sampled_from([None, "superset.one", "superset.two"]),
    "mlFeatures": FEATURES,
    "mlHyperParameters": HYPER_PARAMETERS,
}


def columns(children):
    return a_list_of(
        st.fixed_dictionaries(
            {
                "name": st.sampled_from(["id", "ID", "amount", "a.b"]),
                "dataType": st.sampled_from(["INT", "STRUCT"]),
            },
            optional={
                "description": WORDS,
                "displayName": WORDS,
                "dataLength": st.integers(1, 3),
                "precision": st.integers(1, 3),
                "constraint": st.sampled_from([None, "NOT_NULL"]),
                "ordinalPosition": st.integers(1, 3),
                "tags": LABELS,
                "children": children,
            },
        )
    )


FIELDS_OF_TABLES = FIELDS_OF_ALL | {
    "columns": columns(columns(st.just([]))),
    "tableType": st.sampled_from([None, "Regular", "View"]),
    "retentionPeriod": st.sampled_from([None, "P1Y"]),
    "schemaDefinition": st.sampled_from([None, "select 1"]),
    "tableConstraints": st.sampled_from(
        [None, [], [{"constraintType": "UNIQUE", "columns": ["id"]}]]
    ),
}


def documents_of(fields):
    return st.fixed_dictionaries({}, optional=fields)


def steps_of(fields):
    """Return what may be done: (what, document, who, minutes that pass before)."""
    return st.lists(
        st.tuples(
            st.sampled_from(["put", "put", "update", "update", "patch", "delete", "restore"]),
            documents_of(fields),
            st.sampled_from(["ada", "grace", "robot"]),
            st.sampled_from([1, 1, 11]),
        ),
        min_size=1,
        max_size=8,
    )


class World:
    """One entity, the people who work on it, and a clock that moves when told."""

    def __init__(self, kind, place):
        self.kind, self.place = kind, place
        self.at = datetime(2026, 3, 31, 12, tzinfo=UTC)
        self.people = {name: an_admin(name) for name in ("ada", "grace")}
        self.people["robot"] = a_bot("robot")

    def now(self):
        return self.at

    def request(self, document):
        """Return the document with references where names of people stand."""
        owners = [self.people[name] for name in document.get("owners", [])]
        return with_references(document | ({"owners": owners} if "owners" in document else {}))

    def do(self, what, document, who, minutes):
        self.at += timedelta(minutes=minutes)
        actor, request = self.people[who], self.request(document)
        entity = self.kind.objects.filter(name="it").first()
        if entity is None or what == "put":
            lifecycle.put(self.kind, {"name": "it"} | self.place | request, actor=actor)
        elif what == "update":
            lifecycle.update(entity, request, actor=actor)
        elif what == "patch":
            operations = [
                {"op": "add", "path": f"/{name}", "value": value} for name, value in request.items()
            ]
            lifecycle.patch(entity, operations, actor=actor)
        else:
            {"delete": lifecycle.delete, "restore": lifecycle.restore}[what](entity, actor=actor)


def without(document, *names):
    return {name: value for name, value in document.items() if name not in names}


def parsed(description):
    """Return the three lists with the JSON texts in them read, for the order of members is free."""

    def value(text):
        return orjson.loads(text) if isinstance(text, str) and text[:1] in "[{" else text

    return {
        where: [{name: value(text) for name, text in change.items()} for change in found]
        for where, found in description.items()
    }


def check_everything(kind):
    entity = kind.objects.get(name="it")
    history = list(EntityVersion.objects.filter(entity=entity.pk).order_by("version"))
    newest = history[-1]
    content = documents.content_of(entity)
    stamp = {name: value for name, value in entity.core.items() if name in documents.STAMP}
    # 1. The newest version is the document as it is; its stamp is the row's.
    assert newest.document == content | stamp
    assert (newest.version, newest.updated_by) == (entity.version, entity.updated_by)
    assert newest.updated_at == entity.updated_at
    assert stamp["version"] == float(entity.version)
    # 2. Consecutive versions differ by what the later one says, and by that alone.
    for before, after in pairwise(history):
        told = without(after.change_description, "previousVersion", "changeSummary")
        difference = describe_change(kind.rules, before.document, after.document).as_json()
        assert parsed(difference) == parsed(told)
        assert after.change_description["previousVersion"] == float(before.version)
        assert after.document["changeDescription"] == after.change_description
        steps = round((after.version - before.version) * 10)
        assert steps == (10 if after.is_major else 1)
    assert history[0].change_description == {}
    # 3. What reads are served from is what the rows say.
    assert without(entity.core, *documents.STAMP) == entity.document()
    # 4. Labels, owners, sources and edges have the rows that the document names.
    assert labels_by_path(kind, content) == _labels(entity)
    owners = [str(row.user_id) for row in entity.responsibilities.order_by("pk")]
    assert owners == [owner["id"] for owner in content.get("owners", [])]
    if not entity.deleted:
        implied = LineageEdge.objects.current().filter(to_entity=entity.pk)
        assert {str(edge.from_entity_id) for edge in implied} == kind.sources(content)
    return history


def _labels(entity):
    found = {}
    for label in entity.tag_labels.order_by("tag__fully_qualified_name"):
        found.setdefault(label.path, []).append(label.as_json())
    return found


def live(world, steps):
    """Let the story happen; check every law after every step."""
    past = {}
    for step in steps:
        world.do(*step)
        for version in check_everything(world.kind):
            number = version.version
            # What is past stays as it was; only the newest version may be written again.
            known = past.setdefault(number, version.document)
            if version.version < world.kind.objects.get(name="it").version:
                assert orjson.dumps(version.document) == orjson.dumps(known)
            past[number] = version.document


@pytest.fixture
def clock(monkeypatch):
    """Let the write path read the time from whichever world is told to it."""

    class Clock:
        now = staticmethod(recording.now)

    for module in (writing, edges, recording):
        monkeypatch.setattr(module, "now", lambda: Clock.now())
    return Clock


# Without shrinking: to make a failing story short takes minutes. When you hunt, add Phase.shrink
# and ask for more stories: STORIES=300 pytest tests/test_properties.py
BOUNDED = settings(
    max_examples=int(os.environ.get("STORIES", "20")),
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def surroundings(db):
    """What the stories refer to."""
    tags(*TAGS)
    a_domain("Sales")
    a_domain("HR")
    a_dashboard("one")
    a_dashboard("two")
    a_model_service()
    a_table("a", "id INT", "amount INT")
    a_table("b", "id INT")
    a_schema()


@BOUNDED
@given(steps=steps_of(FIELDS_OF_MODELS))
def test_ml_models_keep_the_laws(surroundings, clock, steps):
    _live_and_forget(clock, MlModel, {"service": "mlflow"}, steps)


@BOUNDED
@given(steps=steps_of(FIELDS_OF_TABLES))
def test_tables_keep_the_laws(surroundings, clock, steps):
    _live_and_forget(clock, Table, {"databaseSchema": "warehouse.shop.public"}, steps)


def _live_and_forget(clock, kind, place, steps):
    """Live one story; take the entity away again, so that the next one starts from nothing."""
    if kind is Table:
        place = place | {"columns": []}
    world = World(kind, place)
    clock.now = world.now
    try:
        live(world, steps)
    finally:
        kind.objects.filter(name="it").delete()


def test_a_table_that_changes_leaves_the_models_made_from_it_true(surroundings):
    """Columns come, go and change their type; documents of models do not change, rows follow."""
    source = {"name": "amount", "dataSource": "warehouse.shop.public.a"}
    features = [{"name": "f", "featureSources": [source]}]
    model = put(MlModel, name="it", service="mlflow", mlFeatures=features)
    for step in (["id INT"], ["id INT", "amount DOUBLE"], ["AMOUNT INT"], ["x INT"]):
        a_table("a", *step)
        check_everything(MlModel)
        matched = model.features.get().sources.get().column
        assert (matched is not None) == any("amount" in column.lower() for column in step)


def test_a_hard_deleted_table_leaves_the_models_made_from_it_true(surroundings):
    source = {"name": "amount", "dataSource": "warehouse.shop.public.a", "tags": tags("PII.None")}
    features = [{"name": "f", "featureSources": [source]}]
    put(MlModel, name="it", service="mlflow", mlFeatures=features)
    lifecycle.hard_delete(Table.objects.get(name="a"), actor=SYSTEM)
    assert len(check_everything(MlModel)) == 2

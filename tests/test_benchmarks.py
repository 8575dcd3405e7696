"""The benchmark's catalogue is what lifecycle writes, whoever wrote it."""

import pytest

from catalog import documents, lifecycle, seed
from catalog.access import SYSTEM
from catalog.models import ChangeEvent, Entity
from catalog.models.entity import Document
from mlmodels.models import MlModel
from mlmodels.models.features import FeatureSource
from tests.benchmarks import filling, training

TABLES = 12
COPY, NEXT = training.TEMPLATES + 3, training.TEMPLATES + 23


@pytest.fixture
def catalogue(db):
    seed.ensure("secret")
    filling.fill({"small": NEXT}, tables=TABLES)


def written(number: int) -> MlModel:
    """Write the model through lifecycle; all that tells it from a copy is who did it when."""
    twin = MlModel.objects.get(name=training.name_of("small", number % training.TEMPLATES))
    content = documents.content_of(twin)
    request = training.a_request("small", number, TABLES) | {
        name: content[name] for name in ("owners", "tags")
    }
    model = lifecycle.put(MlModel, request, actor=SYSTEM).entity
    for following in twin.followings.all():
        lifecycle.follow(model, following.user, actor=SYSTEM)
    return model


def state_of(model: Entity) -> Document:
    """Return all that is known of a model, without its keys, its number and the time."""
    model = MlModel.objects.get(pk=model.pk)
    fields = documents.parse_fields(MlModel, "*")
    events = ChangeEvent.objects.filter(entity_id=model.pk).order_by("pk")
    state = {
        "read": documents.read(MlModel, [model], fields)[0],
        "rows": model.document(),
        "versions": [version.document for version in model.versions.all()],
        "edges": [str(edge.from_entity_id) for edge in model.upstream_edges.order_by("pk")],
        "events": [(event.event_type, event.entity_fully_qualified_name) for event in events],
        "columns": list(
            FeatureSource.objects.filter(feature__ml_model=model)
            .order_by("feature__position", "position")
            .values_list("column", flat=True)
        ),
    }
    return _anonymous(state, {str(model.pk): "id", model.name: "name"})


def _anonymous(value, known: dict[str, str]):
    if isinstance(value, dict):
        return {k: _anonymous(v, known) for k, v in value.items() if k != "updatedAt"}
    if isinstance(value, list | tuple):
        return [_anonymous(item, known) for item in value]
    if isinstance(value, str):
        for what, word in known.items():
            value = value.replace(what, word)
    return value


def test_a_copied_model_is_what_lifecycle_writes(catalogue):
    copied = MlModel.objects.get(name=training.name_of("small", COPY))
    assert state_of(copied) == state_of(written(NEXT))


def test_putting_a_copied_model_again_changes_nothing(catalogue):
    put = lifecycle.put(MlModel, training.a_request("small", COPY, TABLES), actor=SYSTEM)
    assert put.how == put.NO_CHANGE


def test_another_variant_is_a_change(catalogue):
    put = lifecycle.put(MlModel, training.a_request("small", COPY, TABLES, variant=1), actor=SYSTEM)
    assert put.how == "entityUpdated"

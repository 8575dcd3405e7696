"""Versions: what is major, what is not, and how the past is read back."""

import json
import re
from uuid import uuid4

import pytest
from making import (
    changed,
    copied,
    feature,
    fqn,
    history,
    hyper_parameter,
    ids,
    references,
    shell,
    source,
    tag,
    tag_names,
    text,
    version,
)
from metadata.generated.schema.entity.data.mlmodel import MlModel, MlStore
from metadata.generated.schema.entity.data.table import Table
from metadata.generated.schema.type.lifeCycle import AccessDetails, LifeCycle
from metadata.ingestion.ometa.client import APIError


def put(metadata, world, **edits) -> MlModel:
    """Send the whole model again with the edits; what is not edited stays as it was asked for."""
    world.request = copied(world.request, **edits)
    world.model = metadata.create_or_update(world.request)
    return world.model


def test_the_same_put_again_changes_nothing(metadata, world):
    before = world.model
    again = metadata.create_or_update(world.request)
    assert again.id == before.id
    assert version(again) == 0.1
    assert again.updatedAt == before.updatedAt
    assert len(history(metadata, before)) == 1


def test_a_new_algorithm_is_major(metadata, world):
    made = put(metadata, world, algorithm="LightGBM")
    assert version(made) == 1.1
    assert changed(made) == {"updated": {"algorithm"}}
    [change] = made.changeDescription.fieldsUpdated
    assert (change.oldValue, change.newValue) == ("XGBoost", "LightGBM")
    assert made.changeDescription.previousVersion.root == 0.1


def test_a_new_server_is_major(metadata, world):
    made = put(metadata, world, server="https://models.example.org/v2/creditworthiness")
    assert version(made) == 2.1
    assert changed(made) == {"updated": {"server"}}
    assert text(made.server) == "https://models.example.org/v2/creditworthiness"


def test_an_added_feature_is_not_major(metadata, world):
    world.income = feature("income", source("id", "integer", world.table_1))
    made = put(metadata, world, mlFeatures=[world.persona, world.income])
    assert version(made) == 2.2
    assert changed(made) == {"added": {"mlFeatures"}}
    [change] = made.changeDescription.fieldsAdded
    assert [one["name"] for one in json.loads(change.newValue)] == ["income"]


def test_an_added_hyperparameter_is_not_major(metadata, world):
    more = [*world.request.mlHyperParameters, hyper_parameter("subsample", "0.8")]
    made = put(metadata, world, mlHyperParameters=more)
    assert version(made) == 2.3
    assert changed(made) == {"added": {"mlHyperParameters"}}


def test_an_added_tag_is_not_major(metadata, world):
    made = put(metadata, world, tags=[*world.request.tags, tag("PII.None")])
    assert version(made) == 2.4
    assert changed(made) == {"added": {"tags"}}
    read = metadata.get_by_id(MlModel, made.id, fields=["tags"])
    assert len(read.tags) == 3


def test_a_put_never_takes_tags_or_owners_away(metadata, world):
    made = put(metadata, world, tags=None, owners=None)
    assert version(made) == 2.4
    read = metadata.get_by_id(MlModel, made.id, fields=["tags", "owners"])
    assert len(read.tags) == 3
    assert ids(read.owners) == [str(world.alice.id.root)]


def test_a_new_owner_is_not_major(metadata, world):
    made = put(metadata, world, owners=references(world.team))
    assert version(made) == 2.5
    assert changed(made) == {"added": {"owners"}, "deleted": {"owners"}}
    read = metadata.get_by_id(MlModel, made.id, fields=["owners"])
    assert ids(read.owners) == [str(world.team.id.root)]
    assert read.owners.root[0].type == "team"


def test_an_edited_feature_is_taken_away_and_added(metadata, world):
    world.income = world.income.model_copy(update={"featureAlgorithm": "log"})
    made = put(metadata, world, mlFeatures=[world.persona, world.income])
    assert version(made) == 2.6
    assert changed(made) == {"added": {"mlFeatures"}, "deleted": {"mlFeatures"}}


def test_what_a_put_leaves_out_is_removed(metadata, world):
    made = put(metadata, world, mlStore=None)
    assert version(made) == 2.7
    assert changed(made) == {"deleted": {"mlStore"}}
    assert made.mlStore is None
    made = put(metadata, world, mlStore=MlStore(storage="s3://models/credit2"))
    assert version(made) == 2.8
    assert changed(made) == {"added": {"mlStore"}}


def test_the_tenth_minor_change_lands_on_a_whole_number(metadata, world):
    assert version(put(metadata, world, description="Scores a loan, carefully.")) == 2.9
    assert version(put(metadata, world, description="Scores a loan, very carefully.")) == 3.0


def test_the_versions_are_listed_newest_first(metadata, world):
    versions = history(metadata, world.model)
    assert [version(one) for one in versions] == [
        3.0, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2.1, 1.1, 0.1,
    ]  # fmt: skip
    assert {one.id.root for one in versions} == {world.model.id.root}
    assert versions[-1].algorithm == "XGBoost"
    assert versions[-1].changeDescription is None


def test_the_first_version_reads_back_as_it_was(metadata, world):
    first = metadata.get_entity_version(MlModel, world.model.id, 0.1)
    assert isinstance(first, MlModel)
    assert version(first) == 0.1
    assert first.algorithm == "XGBoost"
    assert text(first.server) == "https://models.example.org/creditworthiness"
    assert first.mlStore.storage == "s3://models/credit"
    assert [text(one.name) for one in first.mlFeatures] == ["persona"]
    assert first.mlFeatures[0].featureSources[0].dataSource.id == world.table_1.id
    assert [one.name for one in first.mlHyperParameters] == ["max_depth", "eta"]
    assert ids(first.owners) == [str(world.alice.id.root)]
    assert set(tag_names(first.tags)) == {
        "Tier.Tier1",
        text(world.tags[0].fullyQualifiedName),
    }
    assert first.service.id == world.service.id
    assert first.dashboard.id == world.dashboard.id


def test_the_newest_version_is_the_entity(metadata, world):
    newest = metadata.get_entity_version(MlModel, world.model.id, "3.0")
    read = metadata.get_by_id(MlModel, world.model.id, fields=["tags"])
    assert newest.updatedAt == read.updatedAt
    assert newest.algorithm == read.algorithm
    assert newest.mlFeatures == read.mlFeatures


def test_a_version_that_never_was_is_none(metadata, world):
    assert metadata.get_entity_version(MlModel, world.model.id, 7.7) is None
    with pytest.raises(APIError) as refused:
        metadata.get_list_entity_versions(entity=MlModel, entity_id=str(uuid4()))
    assert refused.value.code == 404
    assert re.search("mlmodel", str(refused.value))


def test_life_cycle_and_source_hash_make_no_version(metadata, world):
    hashed = put(metadata, world, sourceHash="5d41402abc4b2a76b9719d911017c592")
    assert version(hashed) == 3.0
    read = metadata.get_by_id(MlModel, hashed.id, fields=["sourceHash"])
    assert read.sourceHash == "5d41402abc4b2a76b9719d911017c592"
    trained = LifeCycle(created=AccessDetails(timestamp=1700000000000, accessedByAProcess="train"))
    current = metadata.get_by_id(MlModel, hashed.id)
    done = metadata.patch_life_cycle(entity=current, life_cycle=trained)
    assert version(done) == 3.0
    read = metadata.get_by_id(MlModel, hashed.id, fields=["lifeCycle"])
    assert read.lifeCycle.created.timestamp.root == 1700000000000
    assert read.lifeCycle.created.accessedByAProcess == "train"
    assert version(read) == 3.0


def test_a_target_is_major_even_the_first_time(metadata, world):
    made = metadata.create_or_update(shell(world.service, "shell", target="churn"))
    assert made.id == world.shell.id
    assert version(made) == 1.1
    assert changed(made) == {"added": {"target"}}


def test_new_sources_bring_their_lineage_with_them(metadata, world):
    metadata.create_or_update(
        shell(
            world.service,
            "shell",
            target="churn",
            mlFeatures=[feature("age", source("age", "integer", world.table_2))],
        )
    )
    lineage = metadata.get_lineage_by_id(MlModel, world.shell.id)
    assert [node["id"] for node in lineage["nodes"]] == [str(world.table_2.id.root)]
    downstream = metadata.get_lineage_by_name(Table, fqn(world.table_2))
    assert str(world.shell.id.root) in {node["id"] for node in downstream["nodes"]}

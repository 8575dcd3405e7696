"""Patching a model: the SDK's own patch calls, and the JSON Patch it makes of two documents."""

from making import (
    changed,
    copied,
    feature,
    fqn,
    history,
    hyper_parameter,
    ids,
    reference,
    references,
    shell,
    source,
    tag,
    tag_names,
    text,
    version,
)
from metadata.generated.schema.entity.data.mlmodel import FeatureType, MlModel, MlStore
from metadata.generated.schema.type.entityReferenceList import EntityReferenceList
from metadata.ingestion.ometa.mixins.patch_mixin_utils import PatchOperation

RELATIONS = ["owners", "tags", "domains"]


def edited(metadata, model: MlModel, fields=None, **edits) -> MlModel:
    """Read the model, change the copy as a caller would, and let the SDK patch the difference."""
    current = metadata.get_by_id(MlModel, model.id, fields=fields)
    wanted = copied(current, **edits)
    return metadata.patch(entity=MlModel, source=current, destination=wanted, skip_on_failure=False)


def test_patch_description(metadata, world):
    world.patched = metadata.create_or_update(shell(world.service, "patched"))
    done = metadata.patch_description(
        entity=MlModel, source=world.patched, description="Written by hand.", skip_on_failure=False
    )
    assert text(done.description) == "Written by hand."
    assert version(done) == 0.2
    assert changed(done) == {"added": {"description"}}


def test_patch_description_leaves_what_is_there_unless_forced(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    kept = metadata.patch_description(entity=MlModel, source=current, description="Another.")
    assert kept is None
    forced = metadata.patch_description(
        entity=MlModel, source=current, description="Another.", force=True, skip_on_failure=False
    )
    assert text(forced.description) == "Another."


def test_patch_tags(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    restricted = text(world.tags[1].fullyQualifiedName)
    done = metadata.patch_tags(
        entity=MlModel,
        source=current,
        tag_labels=[tag("Tier.Tier2"), tag(restricted)],
        skip_on_failure=False,
    )
    assert set(tag_names(done.tags)) == {"Tier.Tier2", restricted}
    read = metadata.get_by_id(MlModel, current.id, fields=["tags"])
    label = next(one for one in read.tags if text(one.tagFQN) == restricted)
    assert label.name == "Restricted"
    assert text(label.description) == "Restricted use."


def test_patch_tag_takes_one_away(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    metadata.patch_tag(
        entity=MlModel,
        source=current,
        tag_label=tag("Tier.Tier2"),
        operation=PatchOperation.REMOVE,
        skip_on_failure=False,
    )
    read = metadata.get_by_id(MlModel, current.id, fields=["tags"])
    assert tag_names(read.tags) == [text(world.tags[1].fullyQualifiedName)]


def test_patch_owner(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    done = metadata.patch_owner(entity=MlModel, source=current, owners=references(world.alice))
    assert ids(done.owners) == [str(world.alice.id.root)]


def test_patch_owner_leaves_the_owner_unless_forced(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    team = references(world.team)
    assert metadata.patch_owner(entity=MlModel, source=current, owners=team) is None
    done = metadata.patch_owner(entity=MlModel, source=current, owners=team, force=True)
    assert ids(done.owners) == [str(world.team.id.root)]
    gone = metadata.patch_owner(entity=MlModel, source=current, owners=None, force=True)
    assert ids(gone.owners) == []
    read = metadata.get_by_id(MlModel, current.id, fields=["owners"])
    assert ids(read.owners) == []


def test_patch_domain(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    done = metadata.patch_domain(
        entity=MlModel, source=current, domains=EntityReferenceList(root=[reference(world.domain)])
    )
    assert ids(done.domains) == [str(world.domain.id.root)]
    listed = metadata.list_all_entities(MlModel, params={"domain": fqn(world.domain)})
    assert [one.id for one in listed] == [current.id]


def test_edits_within_ten_minutes_are_one_version(metadata, world):
    assert [version(one) for one in history(metadata, world.patched)] == [0.2, 0.1]
    current = metadata.get_by_id(MlModel, world.patched.id)
    assert changed(current) == {"added": {"description", "tags", "domains"}}


def test_taking_every_edit_back_takes_the_version_back(metadata, world):
    done = edited(metadata, world.patched, RELATIONS, description=None, tags=[], domains=None)
    assert version(done) == 0.1
    read = metadata.get_by_id(MlModel, world.patched.id, fields=RELATIONS)
    assert version(read) == 0.1
    assert read.description is None
    assert (tag_names(read.tags), ids(read.domains)) == ([], [])
    assert len(history(metadata, world.patched)) == 1


def test_a_patched_algorithm_is_major(metadata, world):
    done = edited(metadata, world.patched, algorithm="CatBoost")
    assert done.algorithm == "CatBoost"
    assert version(done) == 1.1
    done = edited(metadata, world.patched, server="https://models.example.org/patched")
    assert text(done.server) == "https://models.example.org/patched"
    assert version(done) == 1.1, "still the same editing session"


def test_server_and_target_can_be_patched_away(metadata, world):
    edited(metadata, world.patched, target="churn")
    done = edited(metadata, world.patched, server=None, target=None)
    assert done.server is None
    assert done.target is None
    read = metadata.get_by_id(MlModel, world.patched.id)
    assert read.server is None
    assert read.algorithm == "CatBoost"


def test_a_patch_that_changes_nothing_is_not_sent(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    assert metadata.patch(entity=MlModel, source=current, destination=current) is None


def test_features_are_added_by_patch(metadata, world):
    done = edited(
        metadata,
        world.patched,
        mlFeatures=[
            feature("first", source("age", "integer", world.table_1), featureAlgorithm="log"),
            feature("second", dataType=FeatureType.categorical),
            feature("third", source("free", "number")),
        ],
        mlStore=MlStore(storage="s3://models/patched"),
        mlHyperParameters=[hyper_parameter("alpha", "0.1"), hyper_parameter("beta", "2")],
    )
    assert [text(one.name) for one in done.mlFeatures] == ["first", "second", "third"]
    assert fqn(done.mlFeatures[0]) == f"{fqn(world.patched)}.first"
    assert done.mlStore.storage == "s3://models/patched"
    lineage = metadata.get_lineage_by_id(MlModel, world.patched.id)
    assert [node["id"] for node in lineage["nodes"]] == [str(world.table_1.id.root)]


def test_the_first_feature_is_removed_by_patch(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    done = edited(metadata, world.patched, mlFeatures=current.mlFeatures[1:])
    assert [text(one.name) for one in done.mlFeatures] == ["second", "third"]
    second, third = done.mlFeatures
    assert second.featureSources in (None, [])
    assert second.featureAlgorithm is None
    assert second.dataType is FeatureType.categorical
    assert [text(one.name) for one in third.featureSources] == ["free"]
    assert fqn(second) == f"{fqn(world.patched)}.second"
    read = metadata.get_by_id(MlModel, world.patched.id)
    assert read.mlFeatures == done.mlFeatures


def test_one_features_details_are_patched(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id, fields=["tags"])
    first, second = current.mlFeatures
    features = [
        copied(first, description="Categories only.", tags=[tag("PII.Sensitive")]),
        copied(second, featureSources=[source("education", "string", world.table_2)]),
    ]
    done = edited(metadata, world.patched, mlFeatures=features)
    assert text(done.mlFeatures[0].description) == "Categories only."
    assert tag_names(done.mlFeatures[0].tags) == ["PII.Sensitive"]
    [education] = done.mlFeatures[1].featureSources
    assert education.dataSource.id == world.table_2.id
    assert fqn(education) == f"{fqn(world.table_2)}.education"


def test_features_change_places_by_patch(metadata, world):
    current = metadata.get_by_id(MlModel, world.patched.id)
    done = edited(metadata, world.patched, mlFeatures=list(reversed(current.mlFeatures)))
    assert [text(one.name) for one in done.mlFeatures] == ["third", "second"]


def test_every_feature_and_parameter_can_be_patched_away(metadata, world):
    done = edited(metadata, world.patched, mlFeatures=None, mlHyperParameters=None, mlStore=None)
    assert not done.mlFeatures
    assert not done.mlHyperParameters
    assert done.mlStore is None


def test_a_destination_of_bare_essentials_is_understood(metadata, world):
    full = metadata.create_or_update(
        shell(world.service, "bare", description="Goes away.", displayName="Bare")
    )
    bare = MlModel(
        id=full.id,
        name=full.name,
        service=full.service,
        algorithm=full.algorithm,
        owners=references(world.bob),
    )
    done = metadata.patch(entity=MlModel, source=full, destination=bare, skip_on_failure=False)
    assert fqn(done) == fqn(full)
    assert version(done) == 0.2
    read = metadata.get_by_id(MlModel, full.id, fields=["owners"])
    assert ids(read.owners) == [str(world.bob.id.root)]
    assert read.description is None
    assert read.serviceType is full.serviceType


def test_a_name_cannot_be_patched(metadata, world):
    full = metadata.get_by_name(MlModel, f"{fqn(world.service)}.bare")
    done = edited(metadata, full, name="other", displayName="Renamed on paper")
    assert text(done.name) == "bare"
    assert done.displayName == "Renamed on paper"
    assert metadata.get_by_name(MlModel, fqn(full)).id == full.id

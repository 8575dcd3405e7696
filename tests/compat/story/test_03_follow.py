"""Following: the SDK's own calls, which change no version."""

import pytest
from making import fqn, ids, version
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.table import Table
from metadata.ingestion.ometa.client import APIError
from metadata.sdk.entities.mlmodels import MLModels
from metadata.sdk.entities.tables import Tables


def test_follow(metadata, world):
    MLModels.set_default_client(metadata)
    followed = MLModels.add_followers(world.model.id, [world.bob.id, world.alice.id])
    assert set(ids(followed.followers)) == {str(world.alice.id.root), str(world.bob.id.root)}
    assert version(followed) == 0.1


def test_following_twice_is_following_once(metadata, world):
    followed = MLModels.add_followers(world.model.id, [world.bob.id])
    assert len(ids(followed.followers)) == 2


def test_unfollow(metadata, world):
    left = MLModels.remove_followers(world.model.id, [world.bob.id])
    assert ids(left.followers) == [str(world.alice.id.root)]
    read = metadata.get_by_name(MlModel, fqn(world.model), fields=["followers"])
    assert ids(read.followers) == [str(world.alice.id.root)]
    assert version(read) == 0.1
    assert read.updatedAt == world.model.updatedAt


def test_a_follower_who_does_not_exist_is_refused(metadata, world):
    with pytest.raises(APIError) as refused:
        MLModels.add_followers(world.model.id, [world.table_1.id])
    assert refused.value.code == 404


def test_tables_are_followed_the_same_way(metadata, world):
    Tables.set_default_client(metadata)
    followed = Tables.add_followers(world.table_1.id, [world.alice.id])
    assert ids(followed.followers) == [str(world.alice.id.root)]
    Tables.remove_followers(world.table_1.id, [world.alice.id])
    read = metadata.get_by_id(Table, world.table_1.id, fields=["followers"])
    assert ids(read.followers) == []

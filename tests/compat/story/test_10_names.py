"""Odd names: whatever people call things works in every call."""

import pytest
from making import feature, fqn, ids, shell, source, text, version
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.api.services.createMlModelService import CreateMlModelServiceRequest
from metadata.generated.schema.api.teams.createUser import CreateUserRequest
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.table import Column, DataType, Table
from metadata.generated.schema.entity.services.mlmodelService import (
    MlModelService,
    MlModelServiceType,
)
from metadata.generated.schema.entity.teams.user import User
from metadata.sdk.entities.mlmodels import MLModels

NAMES = {
    "dots": "churn.v2.final",
    "slashes": "team/churn//2",
    "double quotes": 'the "good" one',
    "single quotes": "bob's model",
    "spaces": "  two  spaces ",
    "emoji": "🦊 modèle 模型",
    "percent and ampersand": "100% a&b=c?d#e",
    "backslash": "a\\b",
    "angle brackets": "<b>x</b> > y",
    "colons": "ns::model:1",
    "include": "x&include=deleted",
    "sql": "a'; drop table--",
    "version words": "versions",
    "plus": "a+b",
    "longest": "m" * 256,
    "longest in another script": "模" * 256,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_an_odd_name_works_in_every_call(metadata, world, name):
    made = metadata.create_or_update(
        shell(
            world.service, name, mlFeatures=[feature(name, source("age", "integer", world.table_1))]
        )
    )
    assert text(made.name) == name
    assert made.mlFeatures[0].featureSources[0].dataSource.id == world.table_1.id
    again = metadata.get_by_name(MlModel, fqn(made), fields=["owners", "tags"])
    assert again.id == made.id
    assert text(again.name) == name
    assert text(again.mlFeatures[0].name) == name
    deleted = metadata.get_by_name(MlModel, fqn(made), include="deleted")
    assert deleted is None
    updated = metadata.create_or_update(shell(world.service, name, description="Still there."))
    assert updated.id == made.id
    assert version(updated) == 0.2
    lineage = metadata.get_lineage_by_name(MlModel, fqn(made))
    assert lineage["entity"]["id"] == str(made.id.root)
    MLModels.set_default_client(metadata)
    followed = MLModels.add_followers(made.id, [world.alice.id])
    assert ids(followed.followers) == [str(world.alice.id.root)]
    listed = metadata.list_all_entities(MlModel, limit=3, params={"service": fqn(world.service)})
    assert made.id in [one.id for one in listed]


def test_a_dotted_name_is_quoted_in_the_full_name(metadata, world):
    made = metadata.get_by_name(MlModel, f'{fqn(world.service)}."churn.v2.final"')
    assert text(made.name) == "churn.v2.final"
    assert metadata.get_by_name(MlModel, f"{fqn(world.service)}.churn.v2.final") is None


def test_a_service_with_dots_and_slashes(metadata, world):
    name = world.named("ml.flow/eu west")
    service = metadata.create_or_update(
        CreateMlModelServiceRequest(name=name, serviceType=MlModelServiceType.Sklearn)
    )
    assert text(service.name) == name
    assert fqn(service) == f'"{name}"'
    assert metadata.get_by_name(MlModelService, fqn(service)).id == service.id
    made = metadata.create_or_update(shell(service, "a.b"))
    assert fqn(made) == f'"{name}"."a.b"'
    listed = list(metadata.list_all_entities(MlModel, params={"service": fqn(service)}))
    assert [one.id for one in listed] == [made.id]


def test_odd_column_names(metadata, world):
    odd = ["a.b", 'say "x"', "dollar$", "名前", "ns::col", "x>y", " "]
    made = metadata.create_or_update(
        CreateTableRequest(
            name="odd/table.x",
            databaseSchema=fqn(world.schema),
            columns=[Column(name=name, dataType=DataType.INT) for name in odd],
        )
    )
    read = metadata.get_by_name(Table, fqn(made))
    assert [text(column.name) for column in read.columns] == odd
    assert fqn(read.columns[0]) == f'{fqn(made)}."a.b"'


def test_a_user_with_a_dotted_name(metadata, world):
    name = world.named("ada.lovelace")
    made = metadata.create_or_update(
        CreateUserRequest(name=name, email=f"{world.named('ada')}@example.org")
    )
    assert metadata.get_by_name(User, fqn(made)).id == made.id
    assert metadata.get_by_name(User, name).id == made.id, "people look a user up by the bare name"


def test_upper_and_lower_case_are_two_models(metadata, world):
    lower = metadata.create_or_update(shell(world.service, "casing"))
    upper = metadata.create_or_update(shell(world.service, "Casing"))
    assert lower.id != upper.id
    assert metadata.get_by_name(MlModel, fqn(upper)).id == upper.id

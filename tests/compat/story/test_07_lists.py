"""Lists: page by page both ways, filters, and many at once."""

import pytest
from making import feature, fqn, ids, references, shell, source, tag, tag_names, text, version
from metadata.generated.schema.api.data.createDatabase import CreateDatabaseRequest
from metadata.generated.schema.api.data.createDatabaseSchema import CreateDatabaseSchemaRequest
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.api.services.createMlModelService import CreateMlModelServiceRequest
from metadata.generated.schema.entity.data.database import Database
from metadata.generated.schema.entity.data.databaseSchema import DatabaseSchema
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.table import Column, DataType, Table
from metadata.generated.schema.entity.services.mlmodelService import (
    MlModelService,
    MlModelServiceType,
)
from metadata.generated.schema.entity.teams.user import User


def test_bulk_create(metadata, world):
    world.shelf = metadata.create_or_update(
        CreateMlModelServiceRequest(
            name=world.named("shelf"), serviceType=MlModelServiceType.Sklearn
        )
    )
    wanted = [
        shell(
            world.shelf,
            f"model_{number:02}",
            owners=references(world.alice),
            tags=[tag("Tier.Tier1")],
            mlFeatures=[feature("age", source("age", "integer", world.table_1))],
        )
        for number in range(7)
    ]
    done = metadata.bulk_create_or_update(wanted)
    assert done.status.value == "success"
    assert done.numberOfRowsProcessed.root == 7
    assert done.numberOfRowsFailed.root == 0
    assert len(done.successRequest) == 7
    made = metadata.get_by_name(MlModel, f"{fqn(world.shelf)}.model_03", fields=["owners"])
    assert version(made) == 0.1
    assert ids(made.owners) == [str(world.alice.id.root)]
    assert metadata.get_lineage_by_id(MlModel, made.id)["upstreamEdges"]


def test_bulk_update_and_a_refusal_side_by_side(metadata, world):
    done = metadata.bulk_create_or_update(
        [
            shell(world.shelf, "model_00", algorithm="KMeans"),
            shell(world.table_1, "of a service that is none"),
        ]
    )
    assert done.numberOfRowsProcessed.root == 2
    assert done.numberOfRowsFailed.root == 1
    assert done.failedRequest[0].status == 404
    assert "mlmodelService" in done.failedRequest[0].message
    assert version(metadata.get_by_name(MlModel, f"{fqn(world.shelf)}.model_00")) == 1.1


def test_bulk_of_several_kinds(metadata, world):
    service = world.named("mysql")
    done = metadata.bulk_create_or_update(
        [
            CreateTableRequest(
                name="orders",
                databaseSchema=f"{service}.bulk.sales",
                columns=[Column(name="id", dataType=DataType.INT)],
            ),
            CreateDatabaseSchemaRequest(name="sales", database=f"{service}.bulk"),
            CreateDatabaseRequest(name="bulk", service=service),
        ]
    )
    assert done.numberOfRowsFailed.root == 0
    assert metadata.get_by_name(Table, f"{service}.bulk.sales.orders") is not None


def test_a_list_of_all_models_of_the_service(metadata, world):
    listed = metadata.list_entities(MlModel, params={"service": fqn(world.shelf)})
    assert listed.total == 7
    assert [text(one.name) for one in listed.entities] == [f"model_{n:02}" for n in range(7)]
    assert listed.after is None
    assert listed.before is None
    assert listed.entities[0].owners is None


def test_page_by_page_and_back_again(metadata, world):
    def page(**cursor):
        return metadata.list_entities(
            MlModel,
            limit=3,
            fields=["owners", "tags"],
            params={"service": fqn(world.shelf)},
            **cursor,
        )

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    assert [len(one.entities) for one in (first, second, third)] == [3, 3, 1]
    assert {one.total for one in (first, second, third)} == {7}
    assert (first.before, third.after) == (None, None)
    assert page(before=third.before) == second
    back = page(before=second.before)
    assert back.entities == first.entities
    assert back.after == first.after
    assert back.before is None
    assert tag_names(first.entities[1].tags) == ["Tier.Tier1"]
    assert ids(first.entities[1].owners) == [str(world.alice.id.root)]


@pytest.mark.parametrize("limit", [1, 2, 7, 8])
def test_list_all_entities(metadata, world, limit):
    every = list(
        metadata.list_all_entities(MlModel, limit=limit, params={"service": fqn(world.shelf)})
    )
    assert [text(one.name) for one in every] == [f"model_{n:02}" for n in range(7)]


def test_a_limit_of_nothing_counts(metadata, world):
    counted = metadata.list_entities(MlModel, limit=0, params={"service": fqn(world.shelf)})
    assert counted.total == 7
    assert counted.entities == []


def test_tables_are_listed_by_service_database_and_schema(metadata, world):
    for params, expected in (
        ({"databaseSchema": fqn(world.schema)}, {"customers", "schooling", "plain"}),
        ({"database": fqn(world.database)}, {"customers", "schooling", "plain"}),
        ({"service": fqn(world.database_service)}, {"customers", "schooling", "plain", "orders"}),
    ):
        listed = metadata.list_all_entities(Table, limit=2, params=params)
        assert {text(one.name) for one in listed} == expected


def test_databases_and_schemas_are_listed_by_their_parents(metadata, world):
    databases = metadata.list_entities(Database, params={"service": fqn(world.database_service)})
    assert {text(one.name) for one in databases.entities} == {"shop", "bulk"}
    schemas = metadata.list_entities(DatabaseSchema, params={"database": fqn(world.database)})
    assert [text(one.name) for one in schemas.entities] == ["crm"]


def test_services_are_listed(metadata, world):
    listed = metadata.list_all_entities(MlModelService)
    assert {fqn(world.service), fqn(world.shelf)} <= {fqn(one) for one in listed}
    assert metadata.list_services(MlModelService)


def test_users_are_listed_without_the_bots(metadata, world):
    people = list(metadata.list_all_entities(User, params={"isBot": "false"}))
    assert world.named("alice") in {fqn(one) for one in people}
    assert not any(one.isBot for one in people)
    bots = list(metadata.list_all_entities(User, params={"isBot": "true"}))
    assert "ingestion-bot" in {text(one.name) for one in bots}
    members = metadata.list_all_entities(User, params={"team": world.named("Scoring")})
    assert {fqn(one) for one in members} == {world.named("alice"), world.named("bob")}

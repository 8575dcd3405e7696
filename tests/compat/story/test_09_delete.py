"""Deleting: hidden, shown when asked for, brought back, and gone for good."""

import pytest
from making import changed, feature, fqn, ids, references, shell, source, tag, text, version
from metadata.generated.schema.api.data.createDatabase import CreateDatabaseRequest
from metadata.generated.schema.api.data.createDatabaseSchema import CreateDatabaseSchemaRequest
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.entity.data.database import Database
from metadata.generated.schema.entity.data.databaseSchema import DatabaseSchema
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.table import Column, DataType, Table
from metadata.ingestion.ometa.client import APIError


def names(listed) -> set[str]:
    return {text(one.name) for one in listed}


def test_a_soft_deleted_model_is_hidden(metadata, world):
    world.doomed_request = shell(
        world.service,
        "doomed",
        owners=references(world.alice),
        tags=[tag("Tier.Tier1")],
        mlFeatures=[feature("age", source("age", "integer", world.table_1))],
    )
    world.doomed = metadata.create_or_update(world.doomed_request)
    metadata.delete(entity=MlModel, entity_id=world.doomed.id)
    assert metadata.get_by_name(MlModel, fqn(world.doomed)) is None
    assert metadata.get_by_id(MlModel, world.doomed.id) is None
    listed = metadata.list_all_entities(MlModel, params={"service": fqn(world.service)})
    assert "doomed" not in names(listed)


def test_it_is_found_with_include_deleted(metadata, world):
    """Without fields the SDK writes `…/name/x&include=deleted`, with no question mark."""
    for found in (
        metadata.get_by_name(MlModel, fqn(world.doomed), include="deleted"),
        metadata.get_by_name(MlModel, fqn(world.doomed), fields=["owners"], include="deleted"),
        metadata.get_by_name(MlModel, fqn(world.doomed), include="all"),
    ):
        assert found.id == world.doomed.id
        assert found.deleted
        assert version(found) == 0.2
        assert changed(found) == {"updated": {"deleted"}}
    service = {"service": fqn(world.service)}
    deleted = metadata.list_all_entities(MlModel, params=service, include="deleted")
    assert names(deleted) == {"doomed"}
    every = metadata.list_all_entities(MlModel, params=service, include="all")
    assert {"doomed", "creditworthiness"} <= names(every)


def test_a_live_model_is_not_found_among_the_deleted(metadata, world):
    assert metadata.get_by_name(MlModel, fqn(world.model), include="deleted") is None
    assert metadata.get_by_name(MlModel, fqn(world.model), include="non-deleted") is not None


def test_a_deleted_name_cannot_be_created_again_by_post(metadata, world):
    with pytest.raises(APIError) as refused:
        metadata.create(world.doomed_request)
    assert refused.value.code == 409


def test_restore(metadata, world):
    back = restored(metadata, MlModel, world.doomed.id)
    assert back.id == world.doomed.id
    assert not back.deleted
    assert version(back) == 0.3
    read = metadata.get_by_name(MlModel, fqn(world.doomed), fields=["owners", "tags"])
    assert ids(read.owners) == [str(world.alice.id.root)]
    assert len(read.tags) == 1
    assert metadata.get_lineage_by_id(MlModel, read.id)["upstreamEdges"]


def test_a_put_brings_a_deleted_model_back(metadata, world):
    metadata.delete(entity=MlModel, entity_id=world.doomed.id)
    back = metadata.create_or_update(world.doomed_request)
    assert back.id == world.doomed.id
    assert not back.deleted
    assert metadata.get_by_name(MlModel, fqn(world.doomed)) is not None


def test_the_versions_of_a_deleted_model_stay_readable(metadata, world):
    metadata.delete(entity=MlModel, entity_id=world.doomed.id)
    assert metadata.get_entity_version(MlModel, world.doomed.id, 0.1) is not None
    listed = metadata.get_list_entity_versions(entity=MlModel, entity_id=world.doomed.id)
    assert len(listed.versions) >= 4


def test_hard_delete(metadata, world):
    metadata.delete(entity=MlModel, entity_id=world.doomed.id, hard_delete=True)
    assert metadata.get_by_name(MlModel, fqn(world.doomed), include="all") is None
    with pytest.raises(APIError) as refused:
        metadata.delete(entity=MlModel, entity_id=world.doomed.id, hard_delete=True)
    assert refused.value.code == 404
    downstream = metadata.get_lineage_by_id(Table, world.table_1.id)
    assert str(world.doomed.id.root) not in {node["id"] for node in downstream["nodes"]}


def test_a_new_model_of_the_same_name_starts_anew(metadata, world):
    made = metadata.create(world.doomed_request)
    assert made.id != world.doomed.id
    assert version(made) == 0.1
    metadata.delete(entity=MlModel, entity_id=made.id, hard_delete=True)


def test_a_database_with_schemas_goes_only_recursively(metadata, world):
    world.attic = metadata.create_or_update(
        CreateDatabaseRequest(name="attic", service=fqn(world.database_service))
    )
    schema = metadata.create_or_update(
        CreateDatabaseSchemaRequest(name="boxes", database=fqn(world.attic))
    )
    metadata.create_or_update(
        CreateTableRequest(
            name="letters",
            databaseSchema=fqn(schema),
            columns=[Column(name="id", dataType=DataType.INT)],
        )
    )
    with pytest.raises(APIError) as refused:
        metadata.delete(entity=Database, entity_id=world.attic.id)
    assert refused.value.code == 400
    assert "not empty" in str(refused.value)
    metadata.delete(entity=Database, entity_id=world.attic.id, recursive=True)
    assert metadata.get_by_name(DatabaseSchema, fqn(schema)) is None
    assert metadata.get_by_name(Table, f"{fqn(schema)}.letters") is None
    assert metadata.get_by_name(Table, f"{fqn(schema)}.letters", include="deleted").deleted


def test_a_restored_database_brings_back_what_went_with_it(metadata, world):
    restored(metadata, Database, world.attic.id)
    assert metadata.get_by_name(DatabaseSchema, f"{fqn(world.attic)}.boxes") is not None
    assert metadata.get_by_name(Table, f"{fqn(world.attic)}.boxes.letters") is not None


def test_a_database_is_hard_deleted_with_all_below(metadata, world):
    metadata.delete(entity=Database, entity_id=world.attic.id, recursive=True, hard_delete=True)
    assert metadata.get_by_name(Table, f"{fqn(world.attic)}.boxes.letters", include="all") is None


def restored(metadata, entity, entity_id):
    back = metadata.restore(entity=entity, entity_id=entity_id)
    assert back is not None
    return back

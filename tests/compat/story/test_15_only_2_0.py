"""What only the 2.0 line of the SDK can say: asynchronous jobs and lineage by name."""

import time

from making import fqn, ids, reference, shell
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.type.entityLineage import (
    ColumnLineage,
    EntityLineage,
    LineageDetails,
)
from metadata.sdk.entities.mlmodels import MLModels

PATIENCE = 20


def eventually(holds) -> bool:
    """Ask again until it holds: an asynchronous job needs a moment."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_an_asynchronous_delete(metadata, world):
    world.later = metadata.create_or_update(shell(world.service, "later"))
    job = metadata.delete_async(entity=MlModel, entity_id=world.later.id)
    assert job["jobId"]
    assert eventually(lambda: metadata.get_by_name(MlModel, fqn(world.later)) is None)
    assert metadata.get_by_name(MlModel, fqn(world.later), include="deleted") is not None


def test_an_asynchronous_restore(metadata, world):
    job = metadata.restore_async(entity=MlModel, entity_id=world.later.id)
    assert job["jobId"]
    assert eventually(lambda: metadata.get_by_name(MlModel, fqn(world.later)) is not None)


def test_a_restore_asked_for_fluently(metadata, world):
    MLModels.set_default_client(metadata)
    metadata.delete(entity=MlModel, entity_id=world.later.id)
    assert MLModels.restore_request(world.later.id).execute().id == world.later.id
    metadata.delete(entity=MlModel, entity_id=world.later.id)
    job = MLModels.restore_request(world.later.id).with_async().execute()
    assert job.job_id
    assert eventually(lambda: metadata.get_by_name(MlModel, fqn(world.later)) is not None)


def test_lineage_is_added_by_name(metadata, world):
    start, end = world.chain[3], world.later
    lineage = metadata.add_lineage_by_name(
        from_entity_fqn=fqn(start),
        from_entity_type="table",
        to_entity_fqn=fqn(end),
        to_entity_type="mlmodel",
        lineage_details=LineageDetails(sqlQuery="select x from chain_d"),
    )
    assert "error" not in lineage
    [edge] = [one for one in EntityLineage(**lineage).downstreamEdges if one.toEntity == end.id]
    assert edge.lineageDetails.sqlQuery.root == "select x from chain_d"


def test_lineage_is_patched_by_name(metadata, world):
    start, end = world.chain[3], world.chain[4]
    lineage = metadata.add_lineage_by_name(
        from_entity_fqn=fqn(start),
        from_entity_type="table",
        to_entity_fqn=fqn(end),
        to_entity_type="table",
        lineage_details=LineageDetails(
            pipeline=reference(world.pipeline),
            columnsLineage=[
                ColumnLineage(fromColumns=[f"{fqn(start)}.x"], toColumn=f"{fqn(end)}.x")
            ],
        ),
        check_patch=True,
    )
    assert "error" not in lineage
    found = metadata.get_lineage_edge(str(start.id.root), str(end.id.root))["edge"]
    details = LineageDetails(**found)
    assert details.pipeline.id == world.pipeline.id
    assert details.columnsLineage[0].toColumn.root == f"{fqn(end)}.x"


def test_lineage_is_deleted_by_name(metadata, world):
    start, end = world.chain[3], world.later
    metadata.delete_lineage_by_name(fqn(start), "table", fqn(end), "mlmodel")
    assert not metadata.get_lineage_by_id(MlModel, end.id)["upstreamEdges"]


def test_lineage_of_one_source_is_deleted_by_name(metadata, world):
    end = world.chain[4]
    assert metadata.get_lineage_by_id("table", end.id)["upstreamEdges"]
    metadata.delete_lineage_by_source_by_name("table", fqn(end), "Manual")
    assert not metadata.get_lineage_by_id("table", end.id)["upstreamEdges"]


def test_bulk_may_override_what_people_wrote(metadata, world):
    kept = metadata.create_or_update(shell(world.service, "overridden", description="By hand."))
    again = shell(world.service, "overridden", description="By robot.")
    world.bot.bulk_create_or_update([again])
    assert metadata.get_by_id(MlModel, kept.id).description.root == "By hand."
    world.bot.bulk_create_or_update([again], override_metadata=True)
    assert metadata.get_by_id(MlModel, kept.id).description.root == "By robot."


def test_stale_models_are_deleted_or_the_client_falls_back(metadata, world):
    done = metadata.delete_stale_entities(
        entity=MlModel,
        scope_params={"service": fqn(world.shelf)},
        live_fqns=[f"{fqn(world.shelf)}.model_{number:02}" for number in range(7)],
    )
    assert done is None or done.numberOfRowsFailed.root == 0
    listed = metadata.list_entities(MlModel, params={"service": fqn(world.shelf)})
    assert len(ids(listed.entities)) == 7

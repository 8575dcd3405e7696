"""Lineage edges: details, columns, patches, depths, and their end."""

import pytest
from making import feature, fqn, ids, reference, shell, source
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.api.lineage.addLineage import AddLineageRequest
from metadata.generated.schema.entity.data.dashboard import Dashboard
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.pipeline import Pipeline
from metadata.generated.schema.entity.data.table import Column, DataType, Table
from metadata.generated.schema.type.entityLineage import (
    ColumnLineage,
    EntitiesEdge,
    EntityLineage,
    LineageDetails,
    Source,
)

LETTERS = "abcde"


def edge(start, end, description=None, **details) -> EntitiesEdge:
    more = {"lineageDetails": LineageDetails(**details)} if details else {}
    if description:
        more["description"] = description
    return EntitiesEdge(fromEntity=reference(start), toEntity=reference(end), **more)


def add(metadata, *arguments, check_patch=False, **details) -> EntityLineage:
    answer = metadata.add_lineage(
        AddLineageRequest(edge=edge(*arguments, **details)), check_patch=check_patch
    )
    assert "error" not in answer, answer
    return EntityLineage(**answer)


def columns(start, name, end, to) -> ColumnLineage:
    return ColumnLineage(fromColumns=[f"{fqn(start)}.{name}"], toColumn=f"{fqn(end)}.{to}")


def details_of(lineage: EntityLineage, end) -> LineageDetails:
    [found] = [one for one in lineage.downstreamEdges if one.toEntity == end.id]
    return found.lineageDetails


def test_a_chain_of_tables(metadata, world):
    world.chain = [
        metadata.create_or_update(
            CreateTableRequest(
                name=f"chain_{letter}",
                databaseSchema=fqn(world.schema),
                columns=[
                    Column(name="x", dataType=DataType.INT),
                    Column(name="y", dataType=DataType.INT),
                ],
            )
        )
        for letter in LETTERS
    ]
    for start, end in zip(world.chain, world.chain[1:]):  # noqa: B905 - the last has no end
        lineage = add(metadata, start, end)
        assert str(end.id.root) in ids(lineage.nodes)


def test_an_edge_without_details_tells_who_drew_it(metadata, world):
    """The SDK keeps an edge's details in a cache; a later `check_patch` crashes if it has none."""
    start, end = world.chain[1:3]
    lineage = EntityLineage(**metadata.get_lineage_by_id(Table, start.id))
    assert details_of(lineage, end).source is Source.Manual
    assert details_of(lineage, end).createdBy == "admin"
    again = add(metadata, start, end, check_patch=True, sqlQuery="select x, y from chain_b")
    assert details_of(again, end).sqlQuery.root == "select x, y from chain_b"


@pytest.mark.parametrize(
    ("up", "down", "letters"),
    [(0, 0, ""), (1, 1, "bd"), (2, 0, "ab"), (0, 2, "de"), (3, 3, "abde")],
)
def test_depths(metadata, world, up, down, letters):
    middle = world.chain[2]
    lineage = EntityLineage(
        **metadata.get_lineage_by_id(Table, middle.id, up_depth=up, down_depth=down)
    )
    assert {node.name for node in lineage.nodes or []} == {f"chain_{one}" for one in letters}
    assert len(lineage.upstreamEdges or []) == min(up, 2)
    assert len(lineage.downstreamEdges or []) == min(down, 2)


def test_column_lineage_with_query_and_pipeline(metadata, world):
    start, end = world.chain[:2]
    lineage = add(
        metadata,
        start,
        end,
        description="Every night.",
        sqlQuery="insert into chain_b select x, y from chain_a",
        columnsLineage=[columns(start, "x", end, "x")],
        pipeline=reference(world.pipeline),
        source=Source.PipelineLineage,
    )
    found = details_of(lineage, end)
    assert found.source is Source.PipelineLineage
    assert found.sqlQuery.root.startswith("insert into chain_b")
    assert found.pipeline.id == world.pipeline.id
    assert [one.toColumn.root for one in found.columnsLineage] == [f"{fqn(end)}.x"]
    assert lineage.downstreamEdges[0].description.root == "Every night."


def test_a_pipelines_lineage_shows_the_edges_it_makes(metadata, world):
    lineage = EntityLineage(**metadata.get_lineage_by_id(Pipeline, world.pipeline.id))
    found = {node.name for node in lineage.nodes}
    assert {"chain_a", "chain_b"} <= found


def test_an_edge_is_patched_when_it_is_there(metadata, world):
    start, end = world.chain[:2]
    lineage = add(
        metadata,
        start,
        end,
        check_patch=True,
        sqlQuery="insert into chain_b select x, y, now() from chain_a",
        columnsLineage=[columns(start, "y", end, "y")],
        source=Source.PipelineLineage,
    )
    found = details_of(lineage, end)
    assert {one.toColumn.root for one in found.columnsLineage} == {f"{fqn(end)}.x", f"{fqn(end)}.y"}
    assert found.pipeline.id == world.pipeline.id
    assert "now()" in found.sqlQuery.root


def test_get_lineage_edge(metadata, world):
    start, end = world.chain[:2]
    found = metadata.get_lineage_edge(str(start.id.root), str(end.id.root))
    details = LineageDetails(**found["edge"])
    assert len(details.columnsLineage) == 2
    nothing = metadata.get_lineage_edge(str(end.id.root), str(start.id.root))
    assert nothing is None


def test_an_unknown_column_is_refused(metadata, world):
    start, end = world.chain[:2]
    answer = metadata.add_lineage(
        AddLineageRequest(
            edge=edge(start, end, columnsLineage=[columns(start, "nothing", end, "x")])
        )
    )
    assert "400" in answer["error"]


def test_an_unknown_end_is_refused(metadata, world):
    start = world.chain[0]
    nowhere = start.model_copy(update={"id": world.alice.id})
    answer = metadata.add_lineage(AddLineageRequest(edge=edge(start, nowhere)))
    assert "404" in answer["error"]
    itself = metadata.add_lineage(AddLineageRequest(edge=edge(start, start)))
    assert "400" in itself["error"]


def test_a_cycle_comes_to_an_end(metadata, world):
    add(metadata, world.chain[-1], world.chain[0])
    lineage = EntityLineage(
        **metadata.get_lineage_by_name(Table, fqn(world.chain[0]), up_depth=3, down_depth=3)
    )
    assert len(ids(lineage.nodes)) == len(set(ids(lineage.nodes))) == len(LETTERS) - 1
    metadata.delete_lineage_edge(edge(world.chain[-1], world.chain[0]))


def test_columns_feed_a_feature(metadata, world):
    start = world.chain[-1]
    model = metadata.create_or_update(
        shell(world.service, "fed", mlFeatures=[feature("x", source("x", "integer", start))])
    )
    lineage = add(
        metadata,
        start,
        model,
        columnsLineage=[columns(start, "x", model, "x")],
    )
    assert details_of(lineage, model).columnsLineage[0].toColumn.root == f"{fqn(model)}.x"
    world.fed = model


def test_a_model_feeds_its_dashboard(metadata, world):
    lineage = add(metadata, world.fed, world.dashboard)
    assert str(world.dashboard.id.root) in ids(lineage.nodes)
    seen = EntityLineage(**metadata.get_lineage_by_id(Dashboard, world.dashboard.id, up_depth=2))
    assert {"fed", "chain_e"} <= {node.name for node in seen.nodes}


def test_an_edge_is_deleted(metadata, world):
    metadata.delete_lineage_edge(edge(world.fed, world.dashboard))
    lineage = metadata.get_lineage_by_id(MlModel, world.fed.id)
    assert not lineage["downstreamEdges"]
    assert len(lineage["upstreamEdges"]) == 1


def test_edges_of_one_source_are_deleted(metadata, world):
    end = world.chain[1]
    metadata.delete_lineage_by_source("table", str(end.id.root), "ViewLineage")
    assert metadata.get_lineage_by_id(Table, end.id)["upstreamEdges"]
    metadata.delete_lineage_by_source("table", str(end.id.root), "PipelineLineage")
    lineage = metadata.get_lineage_by_id(Table, end.id)
    assert not lineage["upstreamEdges"]
    assert lineage["downstreamEdges"], "only what comes from upstream goes"


def test_deleted_edges_leave_the_features_and_can_come_back(metadata, world):
    start = world.chain[-1]
    metadata.delete_lineage_edge(edge(start, world.fed))
    read = metadata.get_by_id(MlModel, world.fed.id)
    assert read.mlFeatures[0].featureSources[0].dataSource.id == start.id
    lineage = metadata.add_mlmodel_lineage(model=read)
    assert [node["id"] for node in lineage["nodes"]] == [str(start.id.root)]


def test_the_lineage_of_nothing_is_none(metadata):
    assert metadata.get_lineage_by_name(MlModel, "no_such_service.no_such_model") is None

"""Every answer the server gives holds only what the SDK's generated models allow."""

import json

import pytest
from making import changed, shell
from metadata.generated.schema.entity.bot import Bot
from metadata.generated.schema.entity.classification.classification import Classification
from metadata.generated.schema.entity.classification.tag import Tag
from metadata.generated.schema.entity.data.chart import Chart
from metadata.generated.schema.entity.data.dashboard import Dashboard
from metadata.generated.schema.entity.data.database import Database
from metadata.generated.schema.entity.data.databaseSchema import DatabaseSchema
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.pipeline import Pipeline
from metadata.generated.schema.entity.data.table import Table
from metadata.generated.schema.entity.domains.domain import Domain
from metadata.generated.schema.entity.services.dashboardService import DashboardService
from metadata.generated.schema.entity.services.databaseService import DatabaseService
from metadata.generated.schema.entity.services.mlmodelService import MlModelService
from metadata.generated.schema.entity.services.pipelineService import PipelineService
from metadata.generated.schema.entity.teams.team import Team
from metadata.generated.schema.entity.teams.user import User
from metadata.generated.schema.type.changeEvent import ChangeEvent
from metadata.generated.schema.type.entityHistory import EntityVersionHistory
from metadata.generated.schema.type.entityLineage import EntityLineage
from metadata.generated.schema.type.paging import Paging
from metadata.ingestion.ometa.utils import get_entity_type, quote

KINDS = [
    Bot,
    Chart,
    Classification,
    Dashboard,
    DashboardService,
    Database,
    DatabaseSchema,
    DatabaseService,
    Domain,
    MlModel,
    MlModelService,
    Pipeline,
    PipelineService,
    Table,
    Tag,
    Team,
    User,
]
WITH_LINEAGE = [Chart, Dashboard, MlModel, Pipeline, Table]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def nulls(value, path="") -> list[str]:
    """List the members that are null: the wire leaves out what is absent."""
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in nulls(one, f"{path}/{key}")]
    if isinstance(value, list):
        return [found for at, one in enumerate(value) for found in nulls(one, f"{path}/{at}")]
    return [path] if value is None else []


def parsed(kind, answer: dict):
    """Parse an answer as the kind and see that nothing in it is null."""
    assert nulls(answer) == []
    return kind(**answer)


def every(metadata, kind, **params) -> list[dict]:
    route = metadata.get_suffix(kind)
    answer = metadata.client.get(route, data={"limit": 1000, "include": "all", **params})
    Paging(**answer["paging"])
    return answer["data"]


@each_kind
def test_lists(metadata, kind):
    found = every(metadata, kind)
    assert found
    for one in found:
        parsed(kind, one)


@each_kind
def test_lists_with_all_fields(metadata, kind):
    for one in every(metadata, kind, fields="*"):
        parsed(kind, one)


@each_kind
def test_reads_by_id_and_by_name(metadata, kind):
    route = metadata.get_suffix(kind)
    for one in every(metadata, kind)[-5:]:
        by_id = f"{route}/{one['id']}"
        by_name = f"{route}/name/{quote(one['fullyQualifiedName'])}"
        for path in (by_id, by_name):
            parsed(kind, metadata.client.get(f"{path}?include=all"))
            full = parsed(kind, metadata.client.get(f"{path}?include=all&fields=*"))
            assert str(full.id.root) == one["id"]


@each_kind
def test_versions(metadata, kind):
    route = metadata.get_suffix(kind)
    for one in every(metadata, kind)[:20]:
        path = f"{route}/{one['id']}/versions"
        listed = EntityVersionHistory(**metadata.client.get(path))
        assert listed.entityType == ("bot" if kind is Bot else get_entity_type(kind))
        found = [parsed(kind, json.loads(version)) for version in listed.versions]
        numbers = [version.version.root for version in found]
        assert numbers[0] == one["version"]
        assert numbers == sorted(numbers, reverse=True)
        for number in {numbers[0], numbers[-1]}:
            parsed(kind, metadata.client.get(f"{path}/{number}"))


@pytest.mark.parametrize("kind", WITH_LINEAGE, ids=lambda kind: kind.__name__)
def test_lineage(metadata, kind):
    for one in every(metadata, kind)[:20]:
        answer = metadata.get_lineage_by_id(kind, one["id"], up_depth=3, down_depth=3)
        parsed(EntityLineage, answer)


def test_change_events(metadata, world):
    since = world.model.updatedAt.root - 3_600_000
    kinds = "mlmodel,table,dashboard,mlmodelService"
    answer = metadata.client.get(
        "/events",
        data={
            "entityCreated": kinds,
            "entityUpdated": kinds,
            "entityDeleted": kinds,
            "entityRestored": kinds,
            "timestamp": since,
            "limit": 10_000,
        },
    )
    events = [parsed(ChangeEvent, one) for one in answer["data"]]
    about_the_model = [one for one in events if one.entityId == world.model.id]
    assert "entityCreated" in {one.eventType.value for one in about_the_model}
    assert "entityUpdated" in {one.eventType.value for one in about_the_model}
    assert {one.userName for one in about_the_model} == {"admin"}
    for event in about_the_model:
        assert isinstance(event.entity, dict)
        MlModel(**event.entity)


def test_the_answer_to_a_follower_is_a_change_event(metadata, world):
    path = f"/mlmodels/{world.model.id.root}/followers"
    answer = metadata.client.put(path, json=str(world.bob.id.root))
    event = parsed(ChangeEvent, answer)
    assert event.entityId == world.model.id
    assert changed(event) == {"added": {"followers"}}


def test_the_answer_to_a_vote_is_a_change_event(metadata, world):
    path = f"/mlmodels/{world.model.id.root}/vote"
    parsed(ChangeEvent, metadata.client.put(path, json={"updatedVoteType": "votedUp"}))
    read = metadata.get_by_id(MlModel, world.model.id, fields=["votes"])
    assert read.votes.upVotes == 1
    assert len(read.votes.upVoters.root) == 1
    parsed(ChangeEvent, metadata.client.put(path, json={"updatedVoteType": "unVoted"}))
    read = metadata.get_by_id(MlModel, world.model.id, fields=["votes"])
    assert read.votes.upVotes == 0


def test_the_answer_to_a_delete_is_the_entity(metadata, world):
    made = metadata.create(shell(world.service, "short lived"))
    path = f"/mlmodels/{made.id.root}?recursive=false&hardDelete=false"
    assert parsed(MlModel, metadata.client.delete(path)).deleted

"""The fluent facade `metadata.sdk`, as far as these kinds go."""

import pytest
from making import copied, feature, fqn, ids, shell, source, text, version
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.table import Table
from metadata.sdk import client as facade_client
from metadata.sdk import configure, reset
from metadata.sdk.api.lineage import Lineage
from metadata.sdk.entities.classifications import Classifications
from metadata.sdk.entities.dashboards import Dashboards
from metadata.sdk.entities.mlmodels import MLModels
from metadata.sdk.entities.tables import Tables
from metadata.sdk.entities.users import Users


@pytest.fixture(scope="module", autouse=True)
def facade(metadata):
    """Configure the facade once, as its documentation does, and take it down at the end."""
    for entity in (MLModels, Tables, Dashboards, Users, Classifications, Lineage):
        entity._default_client = None
    token = metadata.config.securityConfig.jwtToken.get_secret_value()
    configure(host=metadata.config.hostPort, jwt_token=token)
    yield facade_client()
    reset()


def test_create_and_retrieve(world):
    made = MLModels.create(
        shell(
            world.service,
            "fluent",
            mlFeatures=[feature("age", source("age", "integer", world.table_1))],
        )
    )
    assert isinstance(made, MlModel)
    assert MLModels.retrieve(made.id, fields=["owners", "tags"]).id == made.id
    assert MLModels.retrieve_by_name(fqn(made)).id == made.id
    assert MLModels.retrieve_by_name(f"{fqn(made)}.none", nullable=True) is None
    world.fluent = made


def test_update(world):
    wanted = copied(MLModels.retrieve(world.fluent.id), description="Fluently said.")
    done = MLModels.update(wanted)
    assert text(done.description) == "Fluently said."
    assert version(done) == 0.2


def test_list_and_list_all(world):
    page = MLModels.list(limit=3, filters={"service": fqn(world.shelf)})
    assert len(page.entities) == 3
    assert page.after
    every = MLModels.list_all(batch_size=3, filters={"service": fqn(world.shelf)})
    assert len(every) == 7


def test_versions(world):
    assert len(MLModels.get_versions(world.fluent.id)) == 2
    first = MLModels.get_specific_version(world.fluent.id, "0.1")
    assert first.description is None


def test_lineage(world):
    lineage = Lineage.get_entity_lineage("mlmodel", world.fluent.id)
    assert ids(lineage.nodes) == [str(world.table_1.id.root)]
    answer = Lineage.add_lineage(
        world.fluent.id, "mlmodel", world.dashboard.id, "dashboard", description="Shows it."
    )
    assert "error" not in answer
    lineage = Lineage.get_lineage(fqn(world.fluent), entity_type="mlmodel")
    assert str(world.dashboard.id.root) in ids(lineage.nodes)
    Lineage.delete_lineage(
        str(world.fluent.id.root), "mlmodel", str(world.dashboard.id.root), "dashboard"
    )
    lineage = Lineage.get_entity_lineage("mlmodel", world.fluent.id)
    assert not lineage.downstreamEdges


def test_tables_dashboards_users_and_classifications(world):
    assert Tables.retrieve_by_name(fqn(world.table_1), fields=["columns"]).id == world.table_1.id
    assert Dashboards.retrieve(world.dashboard.id).id == world.dashboard.id
    assert Users.retrieve_by_name(world.named("bob")).id == world.bob.id
    assert Classifications.retrieve(world.classification.id).mutuallyExclusive


def test_a_table_is_updated(world):
    wanted = copied(Tables.retrieve(world.table_2.id), displayName="Schooling")
    assert Tables.update(wanted).displayName == "Schooling"


def test_delete_and_restore(world):
    MLModels.delete(world.fluent.id)
    assert MLModels.retrieve(world.fluent.id) is None
    assert MLModels.restore(world.fluent.id).id == world.fluent.id
    assert MLModels.retrieve(world.fluent.id).deleted is False


def test_hard_delete(world):
    MLModels.delete(world.fluent.id, recursive=True, hard_delete=True)
    assert MLModels.retrieve(world.fluent.id) is None
    assert Table is Tables.entity_type()

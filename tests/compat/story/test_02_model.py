"""The ML model itself: the top shell, the whole thing, and how it is read back."""

import json
from uuid import uuid4

from making import (
    feature,
    fqn,
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
from metadata.generated.schema.entity.data.mlmodel import FeatureType, MlModel, MlStore
from metadata.generated.schema.entity.data.table import Table
from metadata.generated.schema.type.entityLineage import EntityLineage

EVERYTHING = [
    "owners",
    "dashboard",
    "followers",
    "tags",
    "usageSummary",
    "extension",
    "domains",
    "sourceHash",
]


def test_the_top_shell_has_only_name_and_algorithm(metadata, world):
    made = metadata.create_or_update(shell(world.service, "shell"))
    assert isinstance(made, MlModel)
    assert made.algorithm == "LogisticRegression"
    assert version(made) == 0.1
    assert made.changeDescription is None
    assert fqn(made) == f"{fqn(world.service)}.shell"
    assert made.service.id == world.service.id
    assert made.service.type == "mlmodelService"
    assert made.serviceType.value == "Mlflow"
    assert made.mlFeatures is None
    assert made.server is None
    assert made.owners is None, "a model that was given no owners has no owners member"
    assert made.updatedBy == "admin"
    assert made.deleted is False
    world.shell = made


def test_the_whole_model(metadata, world):
    world.persona = feature(
        "persona",
        source("age", "integer", world.table_1),
        source("education", "string", world.table_2),
        source("city", "string"),
        dataType=FeatureType.categorical,
        featureAlgorithm="PCA",
        description="Who the customer *is*.",
        tags=[tag("PII.Sensitive")],
    )
    world.request = shell(
        world.service,
        "creditworthiness",
        algorithm="XGBoost",
        description="Scores a loan.",
        dashboard=fqn(world.dashboard),
        server="https://models.example.org/creditworthiness",
        mlStore=MlStore(
            storage="s3://models/credit", imageRepository="registry.example.org/credit:4"
        ),
        mlHyperParameters=[
            hyper_parameter("max_depth", "6", description="How deep a tree grows."),
            hyper_parameter("eta", "0.3"),
        ],
        target="default_within_a_year",
        owners=references(world.alice),
        tags=[tag("Tier.Tier1"), tag(text(world.tags[0].fullyQualifiedName))],
        mlFeatures=[world.persona],
    )
    made = metadata.create_or_update(world.request)
    assert version(made) == 0.1
    assert made.algorithm == "XGBoost"
    assert text(made.server) == "https://models.example.org/creditworthiness"
    assert made.mlStore.storage == "s3://models/credit"
    assert made.mlStore.imageRepository == "registry.example.org/credit:4"
    assert text(made.target) == "default_within_a_year"
    assert [one.name for one in made.mlHyperParameters] == ["max_depth", "eta"]
    assert [one.value for one in made.mlHyperParameters] == ["6", "0.3"]
    assert text(made.mlHyperParameters[0].description) == "How deep a tree grows."
    world.model = made


def test_lineage_is_there_right_after_creation(metadata, world):
    lineage = EntityLineage(**metadata.get_lineage_by_id(MlModel, world.model.id))
    assert lineage.entity.id == world.model.id
    assert set(ids(lineage.nodes)) == set(ids([world.table_1, world.table_2]))
    assert {edge.fromEntity.root for edge in lineage.upstreamEdges} == {
        world.table_1.id.root,
        world.table_2.id.root,
    }
    assert {edge.toEntity.root for edge in lineage.upstreamEdges} == {world.model.id.root}
    assert not lineage.downstreamEdges


def test_the_persona_is_stored_with_its_sources(world):
    [persona] = world.model.mlFeatures
    assert text(persona.name) == "persona"
    assert persona.dataType is FeatureType.categorical
    assert persona.featureAlgorithm == "PCA"
    assert fqn(persona) == f"{fqn(world.model)}.persona"
    assert tag_names(persona.tags) == ["PII.Sensitive"]
    age, education, city = persona.featureSources
    assert [text(one.name) for one in persona.featureSources] == ["age", "education", "city"]
    assert [one.dataType.value for one in persona.featureSources] == ["integer", "string", "string"]
    assert age.dataSource.id == world.table_1.id
    assert age.dataSource.type == "table"
    assert age.dataSource.fullyQualifiedName == fqn(world.table_1)
    assert education.dataSource.id == world.table_2.id
    assert city.dataSource is None
    assert fqn(age) == f"{fqn(world.table_1)}.age"
    assert fqn(city) == "city"


def test_get_by_name_with_every_field(metadata, world):
    read = metadata.get_by_name(MlModel, fqn(world.model), fields=EVERYTHING)
    assert read.id == world.model.id
    assert ids(read.owners) == [str(world.alice.id.root)]
    assert read.owners.root[0].type == "user"
    assert read.dashboard.id == world.dashboard.id
    assert read.dashboard.fullyQualifiedName == fqn(world.dashboard)
    assert ids(read.followers) == []
    assert read.followers is not None, "asked for and empty is [], not absent"
    assert tag_names(read.tags) == sorted(["Tier.Tier1", text(world.tags[0].fullyQualifiedName)])
    assert read.tags[0].labelType.value == "Manual"
    assert ids(read.domains) == []


def test_get_by_name_with_a_star_gives_everything(metadata, world):
    read = metadata.get_by_name(MlModel, fqn(world.model), fields=["*"])
    assert ids(read.owners) == [str(world.alice.id.root)]
    assert read.dashboard.id == world.dashboard.id
    assert read.votes is not None


def test_relations_are_left_out_unless_asked_for(metadata, world):
    read = metadata.get_by_name(MlModel, fqn(world.model))
    assert read.owners is None
    assert read.tags is None
    assert read.dashboard is None
    assert read.followers is None
    assert read.algorithm == "XGBoost"
    assert len(read.mlFeatures) == 1


def test_get_by_id(metadata, world):
    read = metadata.get_by_id(MlModel, world.model.id, fields=["owners", "tags"])
    assert fqn(read) == fqn(world.model)
    assert ids(read.owners) == [str(world.alice.id.root)]
    assert len(read.tags) == 2


def test_what_does_not_exist_is_none(metadata, world):
    assert metadata.get_by_name(MlModel, f"{fqn(world.service)}.nowhere") is None
    assert metadata.get_by_name(MlModel, "no_such_service.no_such_model") is None
    assert metadata.get_by_id(MlModel, str(uuid4())) is None
    assert metadata.get_entity_reference(MlModel, "no_such_service.no_such_model") is None


def test_an_entity_reference(metadata, world):
    found = metadata.get_entity_reference(MlModel, fqn(world.model))
    assert found.id == world.model.id
    assert found.type == "mlmodel"
    assert found.fullyQualifiedName == fqn(world.model)


def test_add_mlmodel_lineage_returns_the_models_lineage(metadata, world):
    lineage = metadata.add_mlmodel_lineage(model=world.model, description="Sources of the score")
    nodes = {node["id"] for node in lineage["nodes"]}
    assert nodes == {str(world.table_1.id.root), str(world.table_2.id.root)}
    assert {edge["description"] for edge in lineage["upstreamEdges"]} == {"Sources of the score"}
    EntityLineage(**lineage)


def test_lineage_from_the_models_side_by_name(metadata, world):
    lineage = EntityLineage(
        **metadata.get_lineage_by_name(MlModel, fqn(world.model), up_depth=2, down_depth=0)
    )
    assert {node.fullyQualifiedName for node in lineage.nodes} == {
        fqn(world.table_1),
        fqn(world.table_2),
    }
    assert {node.type for node in lineage.nodes} == {"table"}


def test_lineage_from_the_tables_side(metadata, world):
    for lineage in (
        metadata.get_lineage_by_id(Table, world.table_1.id),
        metadata.get_lineage_by_name("table", fqn(world.table_1)),
    ):
        read = EntityLineage(**lineage)
        assert ids(read.nodes) == [str(world.model.id.root)]
        assert read.nodes[0].type == "mlmodel"
        assert read.downstreamEdges[0].toEntity == world.model.id
        assert not read.upstreamEdges


def test_the_model_did_not_change_by_all_that(metadata, world):
    read = metadata.get_by_name(MlModel, fqn(world.model))
    assert version(read) == 0.1
    assert read.updatedAt == world.model.updatedAt
    listed = metadata.get_list_entity_versions(entity=MlModel, entity_id=world.model.id)
    assert len(listed.versions) == 1
    assert json.loads(listed.versions[0])["version"] == 0.1

"""The data platform around the models: services, databases, tables, dashboards, people, tags."""

from making import fqn, ids, text, version
from metadata.generated.schema.api.classification.createClassification import (
    CreateClassificationRequest,
)
from metadata.generated.schema.api.classification.createTag import CreateTagRequest
from metadata.generated.schema.api.data.createChart import CreateChartRequest
from metadata.generated.schema.api.data.createDashboard import CreateDashboardRequest
from metadata.generated.schema.api.data.createDatabase import CreateDatabaseRequest
from metadata.generated.schema.api.data.createDatabaseSchema import CreateDatabaseSchemaRequest
from metadata.generated.schema.api.data.createPipeline import CreatePipelineRequest
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.api.domains.createDomain import CreateDomainRequest
from metadata.generated.schema.api.services.createDashboardService import (
    CreateDashboardServiceRequest,
)
from metadata.generated.schema.api.services.createDatabaseService import (
    CreateDatabaseServiceRequest,
)
from metadata.generated.schema.api.services.createMlModelService import CreateMlModelServiceRequest
from metadata.generated.schema.api.services.createPipelineService import (
    CreatePipelineServiceRequest,
)
from metadata.generated.schema.api.teams.createTeam import CreateTeamRequest
from metadata.generated.schema.api.teams.createUser import CreateUserRequest
from metadata.generated.schema.entity.classification.classification import Classification
from metadata.generated.schema.entity.classification.tag import Tag
from metadata.generated.schema.entity.data.chart import Chart, ChartType
from metadata.generated.schema.entity.data.dashboard import Dashboard
from metadata.generated.schema.entity.data.database import Database
from metadata.generated.schema.entity.data.databaseSchema import DatabaseSchema
from metadata.generated.schema.entity.data.pipeline import Pipeline, Task
from metadata.generated.schema.entity.data.table import Column, Constraint, DataType, Table
from metadata.generated.schema.entity.domains.domain import Domain, DomainType
from metadata.generated.schema.entity.services.connections.dashboard.supersetConnection import (
    SupersetConnection,
)
from metadata.generated.schema.entity.services.connections.database.common.basicAuth import (
    BasicAuth,
)
from metadata.generated.schema.entity.services.connections.database.mysqlConnection import (
    MysqlConnection,
)
from metadata.generated.schema.entity.services.connections.mlmodel.mlflowConnection import (
    MlflowConnection,
)
from metadata.generated.schema.entity.services.connections.serviceConnection import (
    ServiceConnection,
)
from metadata.generated.schema.entity.services.dashboardService import (
    DashboardService,
    DashboardServiceType,
)
from metadata.generated.schema.entity.services.databaseService import (
    DatabaseConnection,
    DatabaseService,
    DatabaseServiceType,
)
from metadata.generated.schema.entity.services.mlmodelService import (
    MlModelConnection,
    MlModelService,
    MlModelServiceType,
)
from metadata.generated.schema.entity.services.pipelineService import (
    PipelineService,
    PipelineServiceType,
)
from metadata.generated.schema.entity.teams.team import Team, TeamType
from metadata.generated.schema.entity.teams.user import User
from metadata.generated.schema.metadataIngestion.mlmodelServiceMetadataPipeline import (
    MlModelServiceMetadataPipeline,
)
from metadata.generated.schema.metadataIngestion.workflow import Source, SourceConfig


def test_the_server_speaks_the_clients_version(metadata):
    assert metadata.config.enableVersionValidation
    assert metadata.health_check()
    ours, theirs = metadata.client_version, metadata.server_version
    assert ours.split(".")[:2] == theirs.split(".")[:2]


def test_a_database_service_with_its_connection(metadata, world):
    world.database_service = metadata.create_or_update(
        CreateDatabaseServiceRequest(
            name=world.named("mysql"),
            displayName="The warehouse",
            serviceType=DatabaseServiceType.Mysql,
            connection=DatabaseConnection(
                config=MysqlConnection(
                    username="reader",
                    authType=BasicAuth(password="not for everyone"),
                    hostPort="warehouse:3306",
                )
            ),
        )
    )
    made = world.database_service
    assert isinstance(made, DatabaseService)
    assert fqn(made) == world.named("mysql")
    assert version(made) == 0.1
    assert made.changeDescription is None
    assert made.updatedBy == "admin"
    assert made.connection.config.username == "reader"
    assert made.connection.config.type.value == "Mysql"


def test_a_database_and_its_schema(metadata, world):
    world.database = metadata.create_or_update(
        CreateDatabaseRequest(name="shop", service=fqn(world.database_service))
    )
    world.schema = metadata.create_or_update(
        CreateDatabaseSchemaRequest(name="crm", database=fqn(world.database))
    )
    assert isinstance(world.database, Database)
    assert isinstance(world.schema, DatabaseSchema)
    assert fqn(world.schema) == f"{world.named('mysql')}.shop.crm"
    assert world.schema.database.id == world.database.id
    assert world.schema.service.id == world.database_service.id
    assert world.schema.serviceType is DatabaseServiceType.Mysql


def test_two_tables_with_columns(metadata, world):
    world.table_1 = metadata.create_or_update(
        CreateTableRequest(
            name="customers",
            databaseSchema=fqn(world.schema),
            description="One row per *customer*.",
            columns=[
                Column(name="id", dataType=DataType.BIGINT, constraint=Constraint.PRIMARY_KEY),
                Column(name="age", dataType=DataType.INT, description="In years."),
                Column(
                    name="address",
                    dataType=DataType.STRUCT,
                    children=[Column(name="city", dataType=DataType.STRING)],
                ),
            ],
        )
    )
    world.table_2 = metadata.create_or_update(
        CreateTableRequest(
            name="schooling",
            databaseSchema=fqn(world.schema),
            columns=[
                Column(name="customer_id", dataType=DataType.BIGINT),
                Column(name="education", dataType=DataType.VARCHAR, dataLength=40),
            ],
        )
    )
    made = world.table_1
    assert isinstance(made, Table)
    assert fqn(made) == f"{fqn(world.schema)}.customers"
    assert made.databaseSchema.id == world.schema.id
    assert made.database.id == world.database.id
    assert made.service.id == world.database_service.id
    assert [text(column.name) for column in made.columns] == ["id", "age", "address"]
    assert fqn(made.columns[1]) == f"{fqn(made)}.age"
    assert fqn(made.columns[2].children[0]) == f"{fqn(made)}.address.city"
    assert made.columns[0].constraint is Constraint.PRIMARY_KEY
    assert made.columns[1].dataTypeDisplay == "int"
    assert world.table_2.columns[1].dataLength == 40


def test_a_dashboard_with_a_chart(metadata, world):
    world.dashboard_service = metadata.create_or_update(
        CreateDashboardServiceRequest(
            name=world.named("superset"), serviceType=DashboardServiceType.Superset
        )
    )
    world.chart = metadata.create_or_update(
        CreateChartRequest(
            name="gini",
            service=fqn(world.dashboard_service),
            chartType=ChartType.Line,
            sourceUrl="https://superset.example.org/chart/7",
        )
    )
    world.dashboard = metadata.create_or_update(
        CreateDashboardRequest(
            name="evolution",
            displayName="Evolution of the scores",
            service=fqn(world.dashboard_service),
            charts=[fqn(world.chart)],
        )
    )
    assert isinstance(world.dashboard_service, DashboardService)
    assert world.dashboard_service.connection is None
    assert isinstance(world.chart, Chart)
    assert isinstance(world.dashboard, Dashboard)
    assert fqn(world.dashboard) == f"{world.named('superset')}.evolution"
    read = metadata.get_by_name(Dashboard, fqn(world.dashboard), fields=["charts"])
    assert ids(read.charts) == [str(world.chart.id.root)]


def test_a_dashboard_service_keeps_its_type_when_it_gets_a_connection(metadata, world):
    assert SupersetConnection.model_fields["type"].default.value == "Superset"
    again = metadata.create_or_update(
        CreateDashboardServiceRequest(
            name=world.named("superset"), serviceType=DashboardServiceType.Superset
        )
    )
    assert again.id == world.dashboard_service.id
    assert version(again) == 0.1


def test_a_pipeline_with_tasks(metadata, world):
    world.pipeline_service = metadata.create_or_update(
        CreatePipelineServiceRequest(
            name=world.named("airflow"), serviceType=PipelineServiceType.Airflow
        )
    )
    world.pipeline = metadata.create_or_update(
        CreatePipelineRequest(
            name="features_daily",
            service=fqn(world.pipeline_service),
            tasks=[
                Task(name="extract", downstreamTasks=["encode"], taskType="PythonOperator"),
                Task(name="encode", displayName="Encode the persona"),
            ],
        )
    )
    assert isinstance(world.pipeline_service, PipelineService)
    assert isinstance(world.pipeline, Pipeline)
    assert fqn(world.pipeline) == f"{world.named('airflow')}.features_daily"
    read = metadata.get_by_name(Pipeline, fqn(world.pipeline), fields=["tasks"])
    assert [task.name for task in read.tasks] == ["extract", "encode"]
    assert fqn(read.tasks[0]) == f"{fqn(world.pipeline)}.extract"
    assert read.tasks[0].downstreamTasks == ["encode"]


def test_a_task_is_added_and_another_cleaned_away(metadata, world):
    current = metadata.get_by_name(Pipeline, fqn(world.pipeline), fields=["tasks"])
    metadata.add_task_to_pipeline(current, Task(name="load", description="Into the store."))
    current = metadata.get_by_name(Pipeline, fqn(world.pipeline), fields=["tasks"])
    assert {task.name for task in current.tasks} == {"extract", "encode", "load"}
    metadata.clean_pipeline_tasks(current, ["extract", "load"])
    current = metadata.get_by_name(Pipeline, fqn(world.pipeline), fields=["tasks"])
    assert {task.name for task in current.tasks} == {"extract", "load"}


def test_an_ml_model_service_of_type_mlflow(metadata, world):
    world.service = metadata.create_or_update(
        CreateMlModelServiceRequest(
            name=world.named("mlflow"),
            serviceType=MlModelServiceType.Mlflow,
            connection=MlModelConnection(
                config=MlflowConnection(
                    trackingUri="http://mlflow:5000", registryUri="http://mlflow:5000"
                )
            ),
        )
    )
    assert isinstance(world.service, MlModelService)
    assert fqn(world.service) == world.named("mlflow")
    assert world.service.serviceType is MlModelServiceType.Mlflow
    config = world.service.connection.config
    assert isinstance(config, MlflowConnection)
    assert config.type.value == "Mlflow"
    assert config.trackingUri == "http://mlflow:5000"
    again = metadata.get_by_name(MlModelService, fqn(world.service))
    assert again.id == world.service.id
    assert isinstance(again.connection.config, MlflowConnection)


def test_a_connector_finds_its_service_or_makes_it(metadata, world):
    config = Source(
        type="mlflow",
        serviceName=world.named("found"),
        serviceConnection=ServiceConnection(
            MlModelConnection(
                config=MlflowConnection(
                    trackingUri="http://mlflow:5000", registryUri="http://mlflow:5000"
                )
            )
        ),
        sourceConfig=SourceConfig(config=MlModelServiceMetadataPipeline()),
    )
    made = metadata.get_service_or_create(MlModelService, config)
    assert fqn(made) == world.named("found")
    assert made.serviceType is MlModelServiceType.Mlflow
    assert metadata.get_service_or_create(MlModelService, config).id == made.id


def test_people_and_a_team(metadata, world):
    world.alice = metadata.create_or_update(
        CreateUserRequest(
            name=world.named("Alice"),
            email=f"{world.named('alice')}@example.org",
            displayName="Alice Example",
        )
    )
    world.bob = metadata.create_or_update(
        CreateUserRequest(name=world.named("bob"), email=f"{world.named('bob')}@example.org")
    )
    world.team = metadata.create_or_update(
        CreateTeamRequest(
            name=world.named("Scoring"),
            teamType=TeamType.Group,
            users=[world.alice.id, world.bob.id],
        )
    )
    assert isinstance(world.alice, User)
    assert fqn(world.alice) == world.named("alice")
    assert isinstance(world.team, Team)
    read = metadata.get_by_name(Team, world.named("Scoring"), fields=["users", "parents"])
    assert set(ids(read.users)) == {str(world.alice.id.root), str(world.bob.id.root)}
    assert [one.name for one in read.parents.root] == ["Organization"]
    member = metadata.get_by_name(User, world.named("alice"), fields=["teams"])
    assert str(world.team.id.root) in ids(member.teams)


def test_a_classification_with_tags(metadata, world):
    world.classification = metadata.create_or_update(
        CreateClassificationRequest(
            name=world.named("Use"), description="What it may be used for.", mutuallyExclusive=True
        )
    )
    world.tags = [
        metadata.create_or_update(
            CreateTagRequest(
                name=name, description=f"{name} use.", classification=fqn(world.classification)
            )
        )
        for name in ("Free", "Restricted")
    ]
    assert isinstance(world.classification, Classification)
    assert world.classification.mutuallyExclusive
    assert isinstance(world.tags[0], Tag)
    assert text(world.tags[0].fullyQualifiedName) == f"{world.named('Use')}.Free"
    assert world.tags[0].classification.id == world.classification.id
    below = metadata.create_or_update(
        CreateTagRequest(
            name="Internal",
            description="Only inside the house.",
            classification=fqn(world.classification),
            parent=text(world.tags[1].fullyQualifiedName),
        )
    )
    assert text(below.fullyQualifiedName) == f"{world.named('Use')}.Restricted.Internal"
    assert below.parent.id == world.tags[1].id


def test_a_domain(metadata, world):
    world.domain = metadata.create_or_update(
        CreateDomainRequest(
            name=world.named("Credit"),
            description="Everything about credit.",
            domainType=DomainType.Consumer_aligned,
        )
    )
    assert isinstance(world.domain, Domain)
    again = metadata.get_by_name(Domain, fqn(world.domain))
    assert again.id == world.domain.id
    assert again.domainType is DomainType.Consumer_aligned

"""People, teams and bots, and what each of them may see and do."""

import pytest
from making import fqn, ids, references, shell, text, version
from metadata.generated.schema.api.createBot import CreateBot
from metadata.generated.schema.api.services.createDatabaseService import (
    CreateDatabaseServiceRequest,
)
from metadata.generated.schema.api.services.createMlModelService import CreateMlModelServiceRequest
from metadata.generated.schema.api.teams.createTeam import CreateTeamRequest
from metadata.generated.schema.api.teams.createUser import CreateUserRequest
from metadata.generated.schema.entity.bot import Bot
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.services.connections.database.common.basicAuth import (
    BasicAuth,
)
from metadata.generated.schema.entity.services.connections.database.mysqlConnection import (
    MysqlConnection,
)
from metadata.generated.schema.entity.services.databaseService import (
    DatabaseConnection,
    DatabaseService,
    DatabaseServiceType,
)
from metadata.generated.schema.entity.services.mlmodelService import (
    MlModelService,
    MlModelServiceType,
)
from metadata.generated.schema.entity.teams.team import Team, TeamType
from metadata.generated.schema.entity.teams.user import (
    AuthenticationMechanism,
    AuthType,
    User,
)
from metadata.generated.schema.security.client.openMetadataJWTClientConfig import (
    OpenMetadataJWTClientConfig,
)
from metadata.ingestion.ometa.client import APIError


def password_in(service: DatabaseService) -> str:
    return service.connection.config.authType.password.get_secret_value(skip_secret_manager=True)


def test_a_user_is_found_whatever_the_case(metadata, world):
    for name in (world.named("alice"), world.named("ALICE")):
        found = metadata.get_by_name(User, name)
        assert found.id == world.alice.id
    assert found.displayName == "Alice Example"
    assert found.isBot is not True
    assert found.isAdmin is not True
    assert text(found.email) == f"{world.named('alice')}@example.org".lower()


def test_a_user_put_again_is_the_same_user(metadata, world):
    again = metadata.create_or_update(
        CreateUserRequest(
            name=world.named("Alice"),
            email=f"{world.named('alice')}@example.org",
            displayName="Alice the Example",
        )
    )
    assert again.id == world.alice.id
    assert version(again) > version(world.alice)
    read = metadata.get_by_id(User, world.alice.id, fields=["teams"])
    assert str(world.team.id.root) in ids(read.teams)


def test_a_team_below_a_department(metadata, world):
    department = metadata.create_or_update(
        CreateTeamRequest(name=world.named("Risk"), teamType=TeamType.Department)
    )
    below = metadata.create_or_update(
        CreateTeamRequest(
            name=world.named("Market risk"), teamType=TeamType.Group, parents=[department.id]
        )
    )
    read = metadata.get_by_name(Team, fqn(below), fields=["parents"])
    assert ids(read.parents) == [str(department.id.root)]
    read = metadata.get_by_name(Team, fqn(department), fields=["children"])
    assert ids(read.children) == [str(below.id.root)]


def test_only_a_group_owns(metadata, world):
    department = metadata.get_by_name(Team, world.named("Risk"))
    with pytest.raises(APIError) as refused:
        metadata.create(shell(world.service, "disowned", owners=references(department)))
    assert refused.value.code == 400


def test_owners_are_people_or_one_team(metadata, world):
    with pytest.raises(APIError) as refused:
        metadata.create(shell(world.service, "torn", owners=references(world.alice, world.team)))
    assert refused.value.code == 400
    made = metadata.create(shell(world.service, "owned", owners=references(world.alice, world.bob)))
    read = metadata.get_by_id(MlModel, made.id, fields=["owners"])
    assert set(ids(read.owners)) == {str(world.alice.id.root), str(world.bob.id.root)}


def test_the_ingestion_bot_is_there(metadata):
    bot = metadata.get_by_name(Bot, "ingestion-bot")
    assert bot.botUser.type == "user"
    user = metadata.get_by_name(User, "ingestion-bot")
    assert user.id == bot.botUser.id
    assert user.isBot


def test_the_bots_token_opens_the_catalogue(metadata, world, connect_as):
    user = metadata.get_by_name(User, "ingestion-bot")
    mechanism = metadata.get_by_id(AuthenticationMechanism, user.id)
    assert mechanism.authType is AuthType.JWT
    world.bot = connect_as(mechanism.config.JWTToken.get_secret_value())
    assert world.bot.get_by_name(MlModel, fqn(world.model)).id == world.model.id


def test_a_password_is_masked_for_people_and_not_for_bots(metadata, world):
    masked = metadata.get_by_name(DatabaseService, fqn(world.database_service))
    assert password_in(masked) == "*********"
    clear = world.bot.get_by_name(DatabaseService, fqn(world.database_service))
    assert password_in(clear) == "not for everyone"


def test_a_masked_password_sent_back_is_not_stored(metadata, world):
    masked = metadata.get_by_name(DatabaseService, fqn(world.database_service))
    again = metadata.create_or_update(
        CreateDatabaseServiceRequest(
            name=world.named("mysql"),
            displayName="The warehouse",
            serviceType=DatabaseServiceType.Mysql,
            connection=masked.connection,
        )
    )
    assert version(again) == version(masked)
    clear = world.bot.get_by_name(DatabaseService, fqn(world.database_service))
    assert password_in(clear) == "not for everyone"
    metadata.create_or_update(
        CreateDatabaseServiceRequest(
            name=world.named("mysql"),
            displayName="The warehouse",
            serviceType=DatabaseServiceType.Mysql,
            connection=DatabaseConnection(
                config=MysqlConnection(
                    username="reader",
                    authType=BasicAuth(password="a new one"),
                    hostPort="warehouse:3306",
                )
            ),
        )
    )
    clear = world.bot.get_by_name(DatabaseService, fqn(world.database_service))
    assert password_in(clear) == "a new one"


def test_a_bots_put_keeps_what_people_wrote(metadata, world):
    metadata.create_or_update(shell(world.service, "tended", description="By hand."))
    again = world.bot.create_or_update(shell(world.service, "tended", description="By robot."))
    assert text(again.description) == "By hand."
    assert version(again) == 0.1
    empty = metadata.create_or_update(shell(world.service, "untended"))
    filled = world.bot.create_or_update(shell(world.service, "untended", description="By robot."))
    assert filled.id == empty.id
    assert text(filled.description) == "By robot."
    assert filled.updatedBy == "ingestion-bot"


def test_a_bot_of_ones_own(metadata, world):
    name = world.named("nightly-bot")
    user = metadata.create_or_update(
        CreateUserRequest(
            name=name,
            email=f"{name}@example.org",
            isBot=True,
            authenticationMechanism=AuthenticationMechanism(
                authType=AuthType.JWT, config={"JWTTokenExpiry": "Unlimited"}
            ),
        )
    )
    bot = metadata.create_or_update(CreateBot(name=name, botUser=text(user.name)))
    assert isinstance(bot, Bot)
    assert bot.botUser.id == user.id
    mechanism = metadata.get_by_id(AuthenticationMechanism, user.id)
    assert isinstance(mechanism.config.JWTToken.get_secret_value(), str)


def test_a_model_is_in_its_services_domain(metadata, world):
    service = metadata.create_or_update(
        CreateMlModelServiceRequest(
            name=world.named("in a domain"),
            serviceType=MlModelServiceType.Sklearn,
            domains=[fqn(world.domain)],
        )
    )
    made = metadata.create_or_update(shell(service, "inheriting"))
    read = metadata.get_by_id(MlModel, made.id, fields=["domains"])
    assert ids(read.domains) == [str(world.domain.id.root)]
    assert read.domains.root[0].inherited is True
    own = metadata.get_by_id(MlModelService, service.id, fields=["domains"])
    assert not own.domains.root[0].inherited


def test_the_token_is_sent_as_it_was_given(metadata):
    config = metadata.config.securityConfig
    assert isinstance(config, OpenMetadataJWTClientConfig)
    assert config.jwtToken.get_secret_value().strip()

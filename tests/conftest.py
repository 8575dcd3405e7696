"""What every test shares: a PostgreSQL of the tests' own unless DATABASE_URL names one."""

import pytest
from hypothesis import settings

from catalog import database, embedded
from tests import builders
from tests.wire import V1_13, Caller, at, told

# The same examples each time, and no clock: a slow machine is no reason to fail.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")

# What a crash would lose is made anew by the next run.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Start the embedded server when the first test asks for a database."""
    if not database.is_embedded():
        yield
        return
    embedded.start(**CARELESS)
    yield
    embedded.stop()


# --- The cast. Alice owns, Bob is in her team, Charlie is an outsider. ---


@pytest.fixture
def alice(db):
    return builders.a_user("alice")


@pytest.fixture
def bob(db):
    return builders.a_user("bob")


@pytest.fixture
def charlie(db):
    return builders.a_user("charlie")


@pytest.fixture
def growth(alice, bob):
    """The team of Alice and Bob."""
    return builders.a_team("growth", alice, bob)


@pytest.fixture
def admin(db):
    return builders.an_admin("ada")


@pytest.fixture
def robot(db):
    """The account of a connector."""
    return builders.a_bot("robot")


# --- Callers of the API. ---


@pytest.fixture
def api(admin):
    """The API, called by an admin."""
    return Caller(admin)


@pytest.fixture
def old_api(api):
    """The same caller with a client of the 1.13 line."""
    return Caller(token=api.token, mount=V1_13)


@pytest.fixture
def robot_api(robot):
    return Caller(robot)


@pytest.fixture
def model(robot):
    """A model as a connector left it, so that a person's first edit is a version of its own."""
    return builders.a_model(by=robot)


@pytest.fixture
def patched(api, model):
    """Apply operations to the model and return the answer's document."""

    def patch(*operations, **options):
        return told(api.patch(at(model), list(operations), **options))

    return patch

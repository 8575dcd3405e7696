"""What every test shares: a PostgreSQL of the tests' own unless DATABASE_URL names one."""

import pytest

from catalog import database, embedded

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

"""Compat tests: the story is told by each SDK's own pytest, in the SDK's own environment."""

import pytest

from tests.compat.environments import LINES
from tests.compat.server import running_server
from tests.compat.telling import Telling, steps

# These modules import the SDK, which this environment does not have.
collect_ignore = ["story"]


@pytest.fixture(scope="session")
def server():
    """One empty catalogue that both SDK lines talk to, each under names of its own."""
    with running_server() as started:
        yield started


@pytest.fixture(scope="session")
def telling(server, tmp_path_factory):
    """Tell the story once with each SDK line, when its first step is asked for."""
    told: dict[str, Telling] = {}

    def tell(line):
        if line.name not in told:
            told[line.name] = Telling(line, server, tmp_path_factory.mktemp(f"sdk-{line.name}"))
        return told[line.name]

    return tell


def pytest_generate_tests(metafunc):
    """Make one test of each step of the story with each SDK line."""
    if "step" in metafunc.fixturenames:
        cases = [(line, step) for line in LINES for step in steps(line)]
        names = [f"{line.name}-{step}" for line, step in cases]
        metafunc.parametrize(("line", "step"), cases, ids=names)

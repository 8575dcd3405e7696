"""What a request costs in queries is known exactly, and does not grow with what it answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.benchmarks import filling, training

pytestmark = pytest.mark.django_db


@pytest.fixture
def models(db):
    """Ten models of 50 features × 3 sources, with owners, tags and followers."""
    ...


def queries(call, *arguments, **options) -> list[str]:
    """Return the queries of a successful call."""
    with CaptureQueriesContext(connection) as captured:
        response = call(*arguments, **options)
    assert response.status_code in (200, 201), response.content
    return [query["sql"] for query in captured]

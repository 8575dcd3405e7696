"""A kept connection is checked before each request, without a question to the server."""

import psycopg
import pytest
from django.db import close_old_connections, connection


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_kept_from_one_request_to_the_next():
    first = backend()
    close_old_connections()  # what a request begins with
    assert backend() == first


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_replaced():
    first = backend()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    close_old_connections()
    assert backend() != first

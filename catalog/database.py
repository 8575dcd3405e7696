"""The PostgreSQL behind the catalogue: the one DATABASE_URL names, else the embedded one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from catalog import embedded
from catalog.home import CannotStart

# How Django names what libpq's addresses consist of; everything else is an option.
DJANGO_NAMES = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}
PATIENCE_S = 5


def is_embedded() -> bool:
    """Tell whether Almanac runs its own PostgreSQL."""
    return not os.environ.get("DATABASE_URL")


def settings() -> dict[str, Any]:
    """Return Django's DATABASES["default"]; nothing is started and nothing connected to."""
    parts = address()
    options = {name: value for name, value in parts.items() if name not in DJANGO_NAMES}
    return {
        "ENGINE": "catalog.postgresql",
        # Each server thread keeps its connection; one that broke is replaced at the next request.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        **{django: parts.get(libpq, "") for libpq, django in DJANGO_NAMES.items()},
        "OPTIONS": {"connect_timeout": PATIENCE_S, "application_name": "almanac", **options},
    }


def address() -> dict[str, str]:
    """Return libpq's connection parameters of the database in use."""
    if is_embedded():
        return embedded.address()
    url = os.environ["DATABASE_URL"]
    # libpq parses the address itself: percent-encoding, sockets (?host=/folder), sslmode and all.
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        parts = {}
    if not url.startswith(("postgresql://", "postgres://")) or not parts.get("dbname"):
        # The address is not repeated: it may hold a password.
        raise CannotStart(
            "DATABASE_URL is not an address like postgresql://user:password@host:5432/name."
        )
    return {name: str(value) for name, value in parts.items()}


@contextmanager
def available() -> Iterator[None]:
    """Hold the embedded server while the block runs, or check that the other one answers."""
    if not is_embedded():
        reach()
        yield
        return
    try:
        embedded.start()
        yield
    finally:
        embedded.stop()


def reach() -> None:
    """Connect once to the database that DATABASE_URL names, to fail early and in one sentence."""
    try:
        psycopg.connect(**{"connect_timeout": str(PATIENCE_S), **address()}).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotStart(
            f"The database that DATABASE_URL names cannot be used: {reason}"
        ) from None

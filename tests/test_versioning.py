"""Version numbers (contract §5.1) and when an edit continues the session before it (§5.5)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.versioning import FIRST_VERSION, SESSION, LastChange, continues_session, next_version

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
VERSIONS = st.integers(1, 100_000).map(lambda tenths: Decimal(tenths) / 10)


def a_last_change(**values):
    usual = {
        "version": Decimal("0.2"),
        "author": "alice",
        "at": NOON,
        "has_previous": True,
        "deleted": False,
    }
    return LastChange(**usual | values)


def test_the_first_version_is_0_1():
    assert Decimal("0.1") == FIRST_VERSION


@pytest.mark.parametrize(
    ("current", "minor", "major"),
    [
        ("0.1", "0.2", "1.1"),
        ("0.2", "0.3", "1.2"),
        ("0.9", "1.0", "1.9"),
        ("1.0", "1.1", "2.0"),
        ("9.9", "10.0", "10.9"),
        ("598.4", "598.5", "599.4"),
    ],
)
def test_minor_adds_a_tenth_and_major_adds_one(current, minor, major):
    assert next_version(Decimal(current), major=False) == Decimal(minor)
    assert next_version(Decimal(current), major=True) == Decimal(major)


@given(VERSIONS, st.booleans())
def test_the_next_version_is_later_and_stays_a_multiple_of_a_tenth(version, major):
    following = next_version(version, major=major)
    assert following > version
    assert following * 10 == int(following * 10)
    assert str(float(following)) == str(following.quantize(Decimal("0.1")))


@given(st.lists(st.booleans(), max_size=200))
def test_versions_do_not_drift(majors):
    version = FIRST_VERSION
    for major in majors:
        version = next_version(version, major=major)
    assert version == FIRST_VERSION + sum(majors) + Decimal(majors.count(False)) / 10


def test_an_edit_by_the_same_person_soon_after_continues_the_session():
    assert continues_session(a_last_change(), author="alice", now=NOON + timedelta(minutes=3))


def test_the_tenth_minute_still_belongs_to_the_session():
    assert continues_session(a_last_change(), author="alice", now=NOON + SESSION)
    late = NOON + SESSION + timedelta(milliseconds=1)
    assert not continues_session(a_last_change(), author="alice", now=late)


@pytest.mark.parametrize(
    "last",
    [
        a_last_change(author="bob"),
        a_last_change(version=FIRST_VERSION),
        a_last_change(has_previous=False),
        a_last_change(deleted=True),
    ],
    ids=["another author", "first version", "nothing before it", "deleted"],
)
def test_an_edit_starts_a_version_of_its_own_after(last):
    assert not continues_session(last, author="alice", now=NOON)

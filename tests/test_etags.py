"""Entity tags (contract §6.5): the three forms the two SDK lines and browsers send."""

import hashlib
from decimal import Decimal

import pytest

from catalog import etags

NOW = 1_700_000_000_000


def test_the_strong_tag_is_what_the_1_13_sdk_computes_for_itself():
    digest = hashlib.sha256(b"0.2-1700000000000").hexdigest()[:16]
    assert etags.strong(Decimal("0.2"), NOW) == f'"{digest}"'


def test_a_version_makes_the_same_tag_however_it_is_held():
    assert etags.strong(Decimal("1.0"), NOW) == etags.strong(1.0, NOW) == etags.strong("1.0", NOW)


@pytest.mark.parametrize("version", [Decimal("0.2"), Decimal("1.0"), Decimal("10.0")])
def test_the_three_forms_name_the_present_state(version):
    for tag in (etags.strong(version, NOW), f'W/"{float(version)}"', "*"):
        assert etags.matches(tag, version, NOW)


def test_one_of_several_tags_is_enough():
    assert etags.matches('"other", W/"0.2"', Decimal("0.2"), NOW)


@pytest.mark.parametrize(
    "tag",
    [
        'W/"0.3"',
        '"0.2"',
        "0.2",
        "",
        '"deadbeefdeadbeef"',
        etags.strong("0.2", NOW - 1),
        etags.strong("0.1", NOW),
        etags.strong("0.2", NOW).strip('"'),
    ],
)
def test_anything_else_names_another_state(tag):
    assert not etags.matches(tag, Decimal("0.2"), NOW)

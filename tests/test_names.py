"""Fully qualified names (contract §4): written and taken apart again, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import names

# What a client may send as a name: a quoted part stands for its content, so it is left out here.
NAMES = st.text(min_size=1, max_size=30).filter(
    lambda name: names.quote(name) != name or '"' not in name
)
AWKWARD = [
    "churn",
    "churn.v2",
    "a/b",
    "with space",
    '5" disk',
    "ünïcode",
    "🦉.parquet",
    ".",
    "..",
    "a.",
    ".a",
    '"',
    '""',
    'say "hi".',
    "f::1",
    "line\nbreak",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_a_name_comes_back_out_of_its_qualified_name(name):
    qualified = names.join("mlflow", name, "age")
    assert names.split(qualified) == ["mlflow", name, "age"]


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_split_undoes_join(parts):
    qualified = names.join(names.quote(parts[0]), *parts[1:])
    assert names.split(qualified) == parts


@given(st.lists(NAMES, min_size=2, max_size=4))
def test_the_parent_of_a_joined_name_is_what_it_was_joined_to(parts):
    parent = names.join(names.quote(parts[0]), *parts[1:-1])
    assert names.parent_of(names.join(parent, parts[-1])) == parent


@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, min_size=1, max_size=3))
def test_two_lists_of_names_never_make_one_qualified_name(one, other):
    joined = [names.join(names.quote(parts[0]), *parts[1:]) for parts in (one, other)]
    assert (joined[0] == joined[1]) == (one == other)


@given(NAMES)
def test_quoting_twice_is_quoting_once(name):
    assert names.quote(names.quote(name)) == names.quote(name)


@pytest.mark.parametrize("name", ["churn", "a/b", "x (1)", "a-b", "ünï", "🦉", "a'b", "*"])
def test_only_dots_and_quotes_need_quoting(name):
    assert names.quote(name) == name


def test_a_name_with_a_dot_is_one_part():
    assert names.join("svc.db.sch", "foo.bar/baz") == 'svc.db.sch."foo.bar/baz"'


def test_a_part_that_came_quoted_passes_through():
    assert names.join("mlflow", '"churn.v2"') == 'mlflow."churn.v2"'


def test_quotes_inside_a_part_are_doubled():
    assert names.quote('5" disk') == '"5"" disk"'
    assert names.split('"5"" disk".age') == ['5" disk', "age"]


def test_a_name_at_the_top_has_no_parent():
    assert names.parent_of("mlflow") == ""
    assert names.parent_of('"my.mlflow"') == ""


def test_a_name_of_256_characters_survives_three_levels():
    longest = "." * names.MAX_NAME
    assert names.split(names.join(names.quote(longest), longest, longest)) == [longest] * 3

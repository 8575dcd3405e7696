"""What a PUT keeps (contract §6.1): each way to merge, without a database."""

import pytest

from catalog import merging

ABSENT = [None, "", [], {}]


def label(name, **values):
    return {"tagFQN": name, "labelType": "Manual", "state": "Confirmed"} | values


@pytest.mark.parametrize("absent", ABSENT)
def test_a_field_without_a_merge_is_removed_when_the_request_leaves_it_out(absent):
    after = merging.put_over({"a": "stored"}, {"a": absent}, ["a"], {}, by_robot=False)
    assert after == {}


def test_a_put_touches_only_the_fields_it_may_set():
    stored = {"id": "1", "a": "stored", "followers": ["x"]}
    after = merging.put_over(stored, {"id": "2", "a": "new"}, ["a"], {}, by_robot=False)
    assert after == {"id": "1", "a": "new", "followers": ["x"]}
    assert stored["a"] == "stored"


@pytest.mark.parametrize(
    ("merge", "stored", "requested", "by_person", "by_robot"),
    [
        # description, displayName: a robot never writes over words
        (merging.words_of_people, "stored", "new", "new", "stored"),
        (merging.words_of_people, "stored", None, None, "stored"),
        (merging.words_of_people, None, "new", "new", "new"),
        (merging.words_of_people, "", "new", "new", "new"),
        # domains, extension: nor over choices, and silence keeps them
        (merging.choices_of_people, ["s"], ["n"], ["n"], ["s"]),
        (merging.choices_of_people, ["s"], None, ["s"], ["s"]),
        (merging.choices_of_people, ["s"], [], ["s"], ["s"]),
        (merging.choices_of_people, [], ["n"], ["n"], ["n"]),
        # owners: the list that is given replaces, none is ignored
        (merging.keep_if_absent, ["s"], ["n"], ["n"], ["n"]),
        (merging.keep_if_absent, ["s"], [], ["s"], ["s"]),
        (merging.keep_if_absent, ["s"], None, ["s"], ["s"]),
        # certification, entityStatus: out of a PUT's reach
        (merging.keep_stored, "s", "n", "s", "s"),
        (merging.keep_stored, None, "n", None, None),
        # algorithm, server …: the request is the truth
        (merging.replace, "s", "n", "n", "n"),
        (merging.replace, "s", None, None, None),
    ],
)
def test_a_put_merges(merge, stored, requested, by_person, by_robot):
    assert merge(stored, requested, False) == by_person
    assert merge(stored, requested, True) == by_robot


def test_tags_are_united_and_sorted():
    united = merging.union_of_labels(
        [label("PII.None")], [label("A.x"), label("Tier.Tier1")], False
    )
    assert [item["tagFQN"] for item in united] == ["A.x", "PII.None", "Tier.Tier1"]


def test_no_tags_in_a_request_remove_none():
    assert merging.union_of_labels([label("A.x")], None, True) == [label("A.x")]


def test_a_tag_that_is_sent_again_is_the_request_s():
    again = label("A.x", labelType="Automated")
    assert merging.union_of_labels([label("A.x")], [again], False) == [again]


def test_a_later_access_replaces_an_earlier_one():
    stored = {"created": {"timestamp": 5}, "accessed": {"timestamp": 5}}
    requested = {"accessed": {"timestamp": 9}, "created": {"timestamp": 3}}
    merged = merging.later_of_each(stored, requested, False)
    assert merged == {"created": {"timestamp": 5}, "accessed": {"timestamp": 9}}


def test_no_life_cycle_in_a_request_keeps_the_stored_one():
    stored = {"created": {"timestamp": 5}}
    assert merging.later_of_each(stored, None, False) == stored


class TestParts:
    merge = staticmethod(merging.carry_over("description", "displayName", children="children"))

    def test_the_request_s_list_is_the_truth(self):
        stored = [{"name": "a"}, {"name": "b"}]
        assert self.merge(stored, [{"name": "b"}, {"name": "c"}], False) == [
            {"name": "b"},
            {"name": "c"},
        ]
        assert self.merge(stored, None, False) == []

    def test_words_are_carried_over_when_the_request_has_none(self):
        stored = [{"name": "a", "description": "words", "displayName": "A"}]
        assert self.merge(stored, [{"name": "a"}], False) == stored

    def test_a_person_replaces_words_and_a_robot_does_not(self):
        stored, requested = (
            [{"name": "a", "description": "old"}],
            [{"name": "a", "description": "new"}],
        )
        assert self.merge(stored, requested, False) == requested
        assert self.merge(stored, requested, True) == stored

    def test_a_robot_may_write_the_first_words(self):
        requested = [{"name": "a", "description": "new"}]
        assert self.merge([{"name": "a"}], requested, True) == requested

    def test_tags_of_a_part_are_united(self):
        stored = [{"name": "a", "tags": [label("A.x")]}]
        merged = self.merge(stored, [{"name": "a", "tags": [label("B.y")]}], True)
        assert [tag["tagFQN"] for tag in merged[0]["tags"]] == ["A.x", "B.y"]

    def test_parts_inside_parts_are_carried_over_too(self):
        stored = [{"name": "a", "children": [{"name": "b", "description": "words"}]}]
        merged = self.merge(stored, [{"name": "a", "children": [{"name": "b"}]}], False)
        assert merged == stored

    def test_a_part_of_another_type_is_still_the_same_name(self):
        stored = [{"name": "a", "dataType": "INT", "description": "words"}]
        merged = self.merge(stored, [{"name": "a", "dataType": "BIGINT"}], True)
        assert merged == [{"name": "a", "dataType": "BIGINT", "description": "words"}]

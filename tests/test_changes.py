"""What counts as a change and how it is told (contract §5.1–5.4): pure, on plain documents."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import changes
from catalog.changes import ALWAYS, FieldChange, How, describe_change

REFERENCE = {"id": "7", "type": "dashboard", "fullyQualifiedName": "superset.performance"}
FEATURES = changes.Parts(
    "mlFeatures",
    key=lambda part: changes.whole(
        {k: v for k, v in part.items() if k not in ("description", "tags")}
    ),
    inner=(changes.Value("description"), changes.Items("tags", key=changes.label_key)),
)
COLUMNS = changes.Parts(
    "columns",
    key=lambda column: (column["name"].lower(), column["dataType"]),
    inner=(changes.Value("description"), changes.Grade("dataLength", adding_is_major=True)),
    major=frozenset({How.DELETED}),
    children="children",
)


def described(rule, before, after):
    return describe_change([rule], before, after)


def told(rule, before, after):
    """Return the wire's three lists without the empty ones."""
    lists = described(rule, before, after).as_json()
    return {name: changes for name, changes in lists.items() if changes}


class TestValue:
    rule = changes.Value("server", major=ALWAYS)

    @pytest.mark.parametrize("absent", [None, "", [], {}])
    def test_from_absent_to_a_value_is_added(self, absent):
        expected = {"fieldsAdded": [{"name": "server", "newValue": "x"}]}
        assert told(self.rule, {}, {"server": "x"}) == expected
        assert told(self.rule, {"server": absent}, {"server": "x"}) == expected

    @pytest.mark.parametrize("absent", [None, "", [], {}])
    def test_from_a_value_to_absent_is_deleted(self, absent):
        expected = {"fieldsDeleted": [{"name": "server", "oldValue": "x"}]}
        assert told(self.rule, {"server": "x"}, {}) == expected
        assert told(self.rule, {"server": "x"}, {"server": absent}) == expected

    def test_from_one_value_to_another_is_updated(self):
        assert told(self.rule, {"server": "x"}, {"server": "y"}) == {
            "fieldsUpdated": [{"name": "server", "oldValue": "x", "newValue": "y"}]
        }

    def test_equal_values_and_two_kinds_of_absent_are_no_change(self):
        assert not described(self.rule, {"server": "x"}, {"server": "x"})
        assert not described(self.rule, {"server": ""}, {"server": None})
        assert not described(self.rule, {}, {"server": []})

    @pytest.mark.parametrize("value", [False, 0, 0.0])
    def test_false_and_nought_are_values(self, value):
        assert told(self.rule, {}, {"server": value}) == {
            "fieldsAdded": [{"name": "server", "newValue": value}]
        }

    def test_every_way_can_be_major_or_none(self):
        pairs = [({}, {"server": "x"}), ({"server": "x"}, {}), ({"server": "x"}, {"server": "y"})]
        for before, after in pairs:
            assert described(self.rule, before, after).is_major
            assert not described(changes.Value("server"), before, after).is_major

    def test_objects_are_told_as_json_text(self):
        stored = {"storage": "s3://b"}
        change = told(changes.Value("mlStore"), {}, {"mlStore": stored})["fieldsAdded"][0]
        assert isinstance(change["newValue"], str)
        assert json.loads(change["newValue"]) == stored

    def test_a_reference_with_other_words_is_the_same_reference(self):
        rule = changes.Value("dashboard", key=changes.reference_key)
        renamed = REFERENCE | {"displayName": "New words"}
        assert not described(rule, {"dashboard": REFERENCE}, {"dashboard": renamed})
        assert described(rule, {"dashboard": REFERENCE}, {"dashboard": REFERENCE | {"id": "8"}})

    def test_secrets_are_compared_as_they_are_and_told_as_they_may_be_shown(self):
        rule = changes.Value("connection", shown=lambda value: {"password": "***"})
        change = told(rule, {"connection": {"password": "a"}}, {"connection": {"password": "b"}})
        assert change == {
            "fieldsUpdated": [
                {
                    "name": "connection",
                    "oldValue": '{"password":"***"}',
                    "newValue": '{"password":"***"}',
                }
            ]
        }


class TestItems:
    rule = changes.Items("mlHyperParameters")

    def test_list_changes_are_what_came_and_what_went_and_never_an_update(self):
        before = {"mlHyperParameters": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}
        after = {"mlHyperParameters": [{"name": "b", "value": "2"}, {"name": "a", "value": "9"}]}
        assert told(self.rule, before, after) == {
            "fieldsAdded": [
                {"name": "mlHyperParameters", "newValue": '[{"name":"a","value":"9"}]'}
            ],
            "fieldsDeleted": [
                {"name": "mlHyperParameters", "oldValue": '[{"name":"a","value":"1"}]'}
            ],
        }

    def test_another_order_is_no_change(self):
        items = [{"name": "a"}, {"name": "b"}]
        one, other = ({"mlHyperParameters": it} for it in (items, items[::-1]))
        assert not described(self.rule, one, other)

    def test_another_order_of_members_is_no_change(self):
        one = {"mlHyperParameters": [{"name": "a", "value": "1"}]}
        other = {"mlHyperParameters": [{"value": "1", "name": "a"}]}
        assert not described(self.rule, one, other)

    def test_absent_and_empty_lists_are_the_same(self):
        assert not described(self.rule, {}, {"mlHyperParameters": []})

    def test_labels_are_the_same_by_name_and_source(self):
        rule = changes.Items("tags", key=changes.label_key)
        label = {"tagFQN": "PII.Sensitive", "source": "Classification", "state": "Confirmed"}
        assert not described(rule, {"tags": [label]}, {"tags": [label | {"description": "x"}]})
        assert described(rule, {"tags": [label]}, {"tags": [label | {"tagFQN": "PII.None"}]})

    def test_references_are_the_same_by_id(self):
        rule = changes.Items("owners", key=changes.reference_key)
        assert not described(rule, {"owners": [REFERENCE]}, {"owners": [{"id": "7"}]})


class TestParts:
    feature = {"name": "age", "dataType": "numerical"}

    def test_a_new_part_is_added_and_a_lost_one_deleted_under_the_list_s_name(self):
        change = told(FEATURES, {"mlFeatures": [self.feature]}, {})
        assert change == {
            "fieldsDeleted": [
                {"name": "mlFeatures", "oldValue": '[{"name":"age","dataType":"numerical"}]'}
            ]
        }

    def test_a_part_that_differs_in_its_identity_is_another_one(self):
        other = self.feature | {"dataType": "categorical"}
        description = described(FEATURES, {"mlFeatures": [self.feature]}, {"mlFeatures": [other]})
        assert description.names(How.ADDED) == description.names(How.DELETED) == ["mlFeatures"]
        assert not description.names(How.UPDATED)

    def test_words_of_a_part_have_a_path_of_their_own(self):
        worded = self.feature | {"description": "years"}
        before, after = {"mlFeatures": [self.feature]}, {"mlFeatures": [worded]}
        assert told(FEATURES, before, after) == {
            "fieldsAdded": [{"name": "mlFeatures.age.description", "newValue": "years"}]
        }

    def test_a_part_with_a_dot_in_its_name_is_quoted_in_the_path(self):
        dotted = self.feature | {"name": "age.years"}
        worded = dotted | {"description": "x"}
        names = described(FEATURES, {"mlFeatures": [dotted]}, {"mlFeatures": [worded]}).names()
        assert names == ['mlFeatures."age.years".description']

    def test_another_order_of_parts_is_no_change(self):
        other = {"name": "city", "dataType": "categorical"}
        before, after = [self.feature, other], [other, self.feature]
        assert not described(FEATURES, {"mlFeatures": before}, {"mlFeatures": after})

    def test_playing_with_features_is_never_major(self):
        for after in ([], [self.feature | {"dataType": "categorical"}]):
            change = described(FEATURES, {"mlFeatures": [self.feature]}, {"mlFeatures": after})
            assert change
            assert not change.is_major

    def test_a_lost_column_is_major_and_a_new_one_is_minor(self):
        column = {"name": "age", "dataType": "INT"}
        assert described(COLUMNS, {"columns": [column]}, {"columns": []}).is_major
        assert not described(COLUMNS, {"columns": []}, {"columns": [column]}).is_major

    def test_a_column_of_another_type_is_lost_and_new(self):
        column = {"name": "age", "dataType": "INT"}
        retyped = column | {"dataType": "BIGINT"}
        change = described(COLUMNS, {"columns": [column]}, {"columns": [retyped]})
        assert change.is_major
        assert change.names() == ["columns", "columns"]

    def test_a_column_in_other_letters_is_the_same(self):
        before = {"columns": [{"name": "Age", "dataType": "INT"}]}
        after = {"columns": [{"name": "AGE", "dataType": "INT", "description": "x"}]}
        assert described(COLUMNS, before, after).names() == ["columns.Age.description"]

    def test_columns_inside_columns_are_compared_too(self):
        def address(*children):
            return {"columns": [{"name": "address", "dataType": "STRUCT", "children": [*children]}]}

        city = {"name": "city", "dataType": "STRING"}
        worded = city | {"description": "where"}
        assert described(COLUMNS, address(city), address(worded)).names() == [
            "columns.address.city.description"
        ]
        gone = described(COLUMNS, address(city), address())
        assert gone.is_major
        assert gone.names(How.DELETED) == ["columns.address"]


class TestGrade:
    @pytest.mark.parametrize(
        ("before", "after", "major", "major_if_added"),
        [
            (None, 5, False, True),
            (5, 9, False, False),
            (9, 5, True, True),
            (5, None, True, True),
            (5, 0, True, True),
            (0, 5, False, False),
        ],
    )
    def test_shrinking_is_major_and_growing_is_not(self, before, after, major, major_if_added):
        one, other = {"precision": before}, {"precision": after}
        assert described(changes.Grade("precision"), one, other).is_major is major
        adding = changes.Grade("precision", adding_is_major=True)
        assert described(adding, one, other).is_major is major_if_added

    def test_the_same_number_is_no_change(self):
        assert not described(changes.Grade("precision"), {"precision": 5}, {"precision": 5})
        assert not described(changes.Grade("precision"), {"precision": None}, {})


class TestProperties:
    rule = changes.Properties("extension")

    def test_added_and_deleted_properties_are_lists_and_updated_ones_have_a_path(self):
        before = {"extension": {"cost": 1, "stage": "test"}}
        after = {"extension": {"cost": 2, "team": {"size": 3}}}
        assert told(self.rule, before, after) == {
            "fieldsAdded": [{"name": "extension", "newValue": '[{"team":{"size":3}}]'}],
            "fieldsUpdated": [{"name": "extension.cost", "oldValue": 1, "newValue": 2}],
            "fieldsDeleted": [{"name": "extension", "oldValue": '[{"stage":"test"}]'}],
        }

    def test_no_properties_and_no_extension_are_the_same(self):
        assert not described(self.rule, {}, {"extension": {}})


class TestFlag:
    def test_a_flag_goes_from_false_to_true_and_back_and_is_never_added(self):
        rule = changes.Flag("deleted")
        assert told(rule, {}, {"deleted": True}) == {
            "fieldsUpdated": [{"name": "deleted", "oldValue": False, "newValue": True}]
        }
        assert told(rule, {"deleted": True}, {}) == {
            "fieldsUpdated": [{"name": "deleted", "oldValue": True, "newValue": False}]
        }
        assert not described(rule, {}, {"deleted": False})


def test_what_no_rule_names_is_no_change():
    assert not describe_change([], {"a": 1}, {"a": 2})


def test_changes_come_in_the_order_of_the_rules():
    rules = [changes.Value("b"), changes.Value("a")]
    assert describe_change(rules, {}, {"a": 1, "b": 2}).names() == ["b", "a"]


def test_one_major_change_makes_the_whole_major():
    rules = [changes.Value("a"), changes.Value("b", major=ALWAYS)]
    assert describe_change(rules, {}, {"a": 1, "b": 1}).is_major
    assert not describe_change(rules, {}, {"a": 1}).is_major


def test_the_wire_s_three_lists_are_always_there():
    assert describe_change([], {}, {}).as_json() == {
        "fieldsAdded": [],
        "fieldsUpdated": [],
        "fieldsDeleted": [],
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (3, 3), (0.5, 0.5), (True, True), (None, None), ([1], "[1]"), ({}, "{}")],
)
def test_scalars_are_told_as_they_are_and_the_rest_as_text(value, text):
    assert changes.as_text(value) == text


def test_a_change_knows_how_it_came():
    assert FieldChange("a", None, 1).how is How.ADDED
    assert FieldChange("a", 1, None).how is How.DELETED
    assert FieldChange("a", 0, False).how is How.UPDATED


# --- Laws that hold for every pair of documents ---

ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from("abcd"),
            "dataType": st.sampled_from(["numerical", "categorical"]),
        },
        optional={"description": st.sampled_from(["", "x", "y"])},
    ),
    max_size=4,
    unique_by=lambda item: item["name"],
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "server": st.sampled_from(["", "x", "y", None]),
        "precision": st.integers(0, 3),
        "mlHyperParameters": ITEMS,
        "mlFeatures": ITEMS,
        "extension": st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3),
        "deleted": st.booleans(),
    },
)
RULES = (
    changes.Value("server", major=ALWAYS),
    changes.Grade("precision"),
    changes.Items("mlHyperParameters"),
    FEATURES,
    changes.Properties("extension"),
    changes.Flag("deleted"),
)
OPPOSITE = {How.ADDED: How.DELETED, How.DELETED: How.ADDED, How.UPDATED: How.UPDATED}


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(document):
    assert not describe_change(RULES, document, document)


@given(DOCUMENTS, DOCUMENTS)
def test_the_way_back_tells_the_opposite(before, after):
    there, back = describe_change(RULES, before, after), describe_change(RULES, after, before)
    assert sorted((c.name, c.how) for c in there.changes) == sorted(
        (c.name, OPPOSITE[c.how]) for c in back.changes
    )


@given(DOCUMENTS, DOCUMENTS)
def test_a_description_is_plain_json(before, after):
    told = describe_change(RULES, before, after).as_json()
    assert json.loads(json.dumps(told)) == told
    for change in (change for found in told.values() for change in found):
        assert not isinstance(change.get("newValue"), list | dict)

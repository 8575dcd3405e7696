"""Changes are said in plain sentences; pure, so each kind of change is one line here."""

import orjson
import pytest

from catalog.web.sentences import ADDED, CHANGED, REMOVED, Sentence, label_of, sentences


def said(**lists):
    """Return the sentences for {name: (old, new)}, encoded as the write path records them."""
    description = {"fieldsAdded": [], "fieldsUpdated": [], "fieldsDeleted": []}
    for name, (old, new) in lists.items():
        where = "Added" if old is None else "Deleted" if new is None else "Updated"
        values = {"oldValue": old, "newValue": new}
        change = {"name": name} | {k: told(v) for k, v in values.items() if v is not None}
        description[f"fields{where}"].append(change)
    return sentences(description)


def told(value):
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value


@pytest.mark.parametrize(
    ("name", "old", "new", "change", "sentence"),
    [
        ("description", None, "What it is", ADDED, "Added the description"),
        ("description", "a", "b", CHANGED, "Changed the description"),
        ("description", "a", None, REMOVED, "Removed the description"),
        (
            "algorithm",
            "xgboost",
            "lightgbm",
            CHANGED,
            "Changed the algorithm from “xgboost” to “lightgbm”",
        ),
        ("target", None, "left", ADDED, "Set the target to “left”"),
        ("target", "left", None, REMOVED, "Removed the target, “left”"),
        ("target", "x" * 200, "y", CHANGED, "Changed the target"),
        ("displayName", None, "[1]", ADDED, "Set the display name to “[1]”"),
        ("deleted", False, True, REMOVED, "Deleted it"),
        ("deleted", True, False, ADDED, "Restored it"),
        ("isAdmin", False, True, CHANGED, "Changed the right to administer from “no” to “yes”"),
        ("mlStore", {"storage": "a"}, {"storage": "b"}, CHANGED, "Changed the ML store"),
        (
            "dashboard",
            {"id": "1", "name": "old"},
            {"id": "2", "name": "new", "displayName": "New one"},
            CHANGED,
            "Changed the dashboard from “old” to “New one”",
        ),
        ("owners", None, [{"id": "1", "name": "alice"}], ADDED, "Added the owner alice"),
        (
            "owners",
            None,
            [{"id": "1", "name": "alice"}, {"id": "2", "name": "bob"}],
            ADDED,
            "Added the owners alice and bob",
        ),
        (
            "tags",
            [{"tagFQN": "PII.None", "name": "None"}],
            None,
            REMOVED,
            "Removed the tag PII.None",
        ),
        ("columns", None, [{"name": "age", "dataType": "INT"}], ADDED, "Added the column age"),
        (
            "columns.address",
            None,
            [{"name": "city", "dataType": "STRING"}],
            ADDED,
            "Added the column city to the column address",
        ),
        (
            "columns.address.tags",
            None,
            [{"name": "city", "dataType": "STRING"}],
            ADDED,
            "Added the column city to the column address.tags",
        ),
        (
            "columns.address.tags",
            None,
            [{"tagFQN": "PII.Sensitive"}],
            ADDED,
            "Added the tag PII.Sensitive to the column address",
        ),
        (
            'columns."a.b".description',
            "old",
            "new",
            CHANGED,
            "Changed the description of the column a.b",
        ),
        (
            "columns.name.dataLength",
            10,
            20,
            CHANGED,
            "Changed the data length of the column name from “10” to “20”",
        ),
        ("mlFeatures", None, [{"name": "persona"}], ADDED, "Added the feature persona"),
        ("mlFeatures", [{"name": "persona"}], None, REMOVED, "Removed the feature persona"),
        (
            "mlFeatures.persona.description",
            None,
            "Who",
            ADDED,
            "Added the description of the feature persona",
        ),
        (
            "mlFeatures.persona.tags",
            [{"tagFQN": "PII.None"}],
            None,
            REMOVED,
            "Removed the tag PII.None from the feature persona",
        ),
        ("extension", None, [{"cost": 3}], ADDED, "Added the custom property cost"),
        (
            "extension.cost",
            3,
            4,
            CHANGED,
            "Changed the custom property cost from “3” to “4”",
        ),
        (
            "tableConstraints",
            None,
            [{"constraintType": "PRIMARY_KEY", "columns": ["id"]}],
            ADDED,
            "Added the table constraint PRIMARY_KEY (id)",
        ),
        ("somethingNew", None, 3, ADDED, "Set the something new to “3”"),
    ],
)
def test_each_change_is_one_sentence(name, old, new, change, sentence):
    assert said(**{name: (old, new)}) == [Sentence(change, sentence)]


def both(name, old, new):
    """Return the sentences for a list of which some items went and others came."""
    return sentences(
        {
            "fieldsAdded": [{"name": name, "newValue": told(new)}],
            "fieldsDeleted": [{"name": name, "oldValue": told(old)}],
        }
    )


def test_a_hyperparameter_that_went_and_came_was_changed():
    found = both(
        "mlHyperParameters", [{"name": "eta", "value": "0.3"}], [{"name": "eta", "value": "0.1"}]
    )
    assert found == [Sentence(CHANGED, "Changed the hyperparameter eta from “0.3” to “0.1”")]


def test_a_feature_that_went_and_came_was_changed_and_it_is_said_in_what():
    old = {"name": "age", "dataType": "numerical", "featureSources": [{"name": "age"}]}
    new = {"name": "age", "dataType": "categorical", "featureSources": []}
    assert both("mlFeatures", [old], [new]) == [
        Sentence(CHANGED, "Changed the feature age: type and sources")
    ]


def test_a_column_of_another_type_is_said_with_both_types():
    old = {"name": "age", "dataType": "INT", "dataTypeDisplay": "int"}
    new = {"name": "age", "dataType": "BIGINT", "dataTypeDisplay": "bigint"}
    assert both("columns", [old], [new]) == [
        Sentence(CHANGED, "Changed the column age: type from “INT” to “BIGINT”")
    ]


def test_what_went_and_what_came_under_another_name_are_two_sentences():
    assert [s.sentence for s in both("owners", [{"name": "a"}], [{"name": "b"}])] == [
        "Added the owner b",
        "Removed the owner a",
    ]


def test_many_names_are_counted_after_the_first():
    columns = [{"name": f"c{n}", "dataType": "INT"} for n in range(12)]
    [only] = said(columns=(None, columns))
    assert only.sentence == "Added the columns c0, c1, c2, c3 and 8 more"


def test_nothing_changed_says_nothing():
    assert sentences({}) == []
    assert sentences({"fieldsAdded": [], "fieldsUpdated": [], "fieldsDeleted": None}) == []


@pytest.mark.parametrize("value", ["[", "{broken", "[1,", "{}", "[]", '[["x"]]', "[null]"])
def test_text_that_only_looks_like_json_does_no_harm(value):
    for name in ("description", "owners", "columns.a.tags", "mlStore", "whatever"):
        assert all(s.sentence for s in said(**{name: (None, value)}))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("description", "Description"),
        ("mlFeatures.persona.description", "Description of the feature persona"),
        ('columns."a.b".city.tags', "Tags of the column a.b.city"),
        ("extension.cost", "Custom property cost"),
        ("mlHyperParameters", "Hyperparameters"),
    ],
)
def test_fields_are_named_in_words(name, label):
    assert label_of(name) == label

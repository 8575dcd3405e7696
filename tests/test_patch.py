"""JSON Patch on documents (contract §6.3, §6.4), with the odd patches that the SDK really sends."""

import copy

import pytest

from catalog import patch


def model():
    return {
        "id": "1",
        "name": "churn",
        "algorithm": "a",
        "version": 0.3,
        "deleted": False,
        "server": "https://x/",
        "mlFeatures": [{"name": "f1", "dataType": "numerical"}, {"name": "f2"}],
    }


def op(kind, path, *value):
    return {"op": kind, "path": path} | ({"value": value[0]} if value else {})


@pytest.mark.parametrize(
    ("operations", "changed"),
    [
        ([op("add", "/description", "x")], {"description": "x"}),
        ([op("replace", "/algorithm", "b")], {"algorithm": "b"}),
        (
            [op("replace", "/mlFeatures/0/name", "g")],
            {"mlFeatures": [{"name": "g", "dataType": "numerical"}, {"name": "f2"}]},
        ),
        (
            [op("add", "/mlFeatures/1/description", "x")],
            {
                "mlFeatures": [
                    {"name": "f1", "dataType": "numerical"},
                    {"name": "f2", "description": "x"},
                ]
            },
        ),
        (
            [op("add", "/mlFeatures/-", {"name": "f3"})],
            {"mlFeatures": [*model()["mlFeatures"], {"name": "f3"}]},
        ),
        (
            [{"op": "move", "from": "/server", "path": "/target"}],
            {"server": None, "target": "https://x/"},
        ),
        ([{"op": "copy", "from": "/algorithm", "path": "/target"}], {"target": "a"}),
        ([op("test", "/algorithm", "a"), op("replace", "/algorithm", "b")], {"algorithm": "b"}),
    ],
)
def test_an_operation_changes_what_it_names_and_nothing_else(operations, changed):
    after = patch.apply(model(), operations)
    for name, value in changed.items():
        assert after.get(name) == value
    others = model().keys() - changed.keys()
    assert {name: after[name] for name in others} == {name: model()[name] for name in others}


def test_the_document_stays_as_it_was():
    document = model()
    before = copy.deepcopy(document)
    patch.apply(document, [op("replace", "/mlFeatures/0/name", "g"), op("add", "/tags/0", {})])
    assert document == before


def test_deleting_the_first_feature_arrives_as_rename_and_remove():
    after = patch.apply(
        model(),
        [
            op("replace", "/mlFeatures/0/name", "f2"),
            op("remove", "/mlFeatures/0/dataType"),
            op("remove", "/mlFeatures/1"),
        ],
    )
    assert after["mlFeatures"] == [{"name": "f2"}]


@pytest.mark.parametrize("name", ["tags", "owners", "domains", "dataProducts"])
def test_items_can_be_added_to_a_list_that_is_still_empty(name):
    assert patch.apply(model(), [op("add", f"/{name}/0", {"x": 1})])[name] == [{"x": 1}]
    assert patch.apply(model(), [op("add", f"/{name}/-", {"x": 1})])[name] == [{"x": 1}]


def test_lists_of_the_kind_are_there_as_well():
    document = {"name": "shell"}
    after = patch.apply(document, [op("add", "/mlFeatures/0", {"name": "f"})], lists=["mlFeatures"])
    assert after["mlFeatures"] == [{"name": "f"}]


def test_a_whole_list_can_be_replaced_even_if_it_was_absent():
    after = patch.apply({"name": "t"}, [op("replace", "/tasks", [{"name": "x"}])], lists=["tasks"])
    assert after["tasks"] == [{"name": "x"}]


def test_custom_properties_can_be_added_one_by_one():
    assert patch.apply(model(), [op("add", "/extension/cost", 3)])["extension"] == {"cost": 3}


def test_nulls_in_a_list_are_taken_out_after_the_last_operation():
    # "Replace with null, then remove": the SDK counts the nulls when it numbers the items.
    after = patch.apply(
        model(),
        [
            op("replace", "/mlFeatures/0", None),
            op("replace", "/mlFeatures/1/name", "g"),
            op("remove", "/mlFeatures/0"),
        ],
    )
    assert after["mlFeatures"] == [{"name": "g"}]
    assert patch.apply(model(), [op("replace", "/mlFeatures/0", None)])["mlFeatures"] == [
        {"name": "f2"}
    ]


def test_null_means_absent():
    after = patch.apply(model(), [op("replace", "/server", None), op("add", "/target", None)])
    assert "server" not in after
    assert "target" not in after


@pytest.mark.parametrize(
    "path",
    ["/href", "/target", "/tags/3", "/mlFeatures/0/description", "/mlFeatures/7/name", "/a/b/c"],
)
def test_removing_what_is_not_there_does_nothing(path):
    assert (
        patch.without_nulls(model()).items() <= patch.apply(model(), [op("remove", path)]).items()
    )


def test_what_only_the_server_may_say_can_be_removed_from_the_patched_copy():
    operations = [
        op("remove", f"/{name}")
        for name in "fullyQualifiedName version updatedAt href serviceType deleted tags".split()
    ]
    assert patch.apply(model(), operations)["name"] == "churn"


@pytest.mark.parametrize(
    "operations",
    [
        None,
        {},
        "replace",
        [1],
        [None],
        [{}],
        [{"op": "replace"}],
        [{"path": "/name"}],
        [{"op": "add", "path": "/a"}],
        [op("frobnicate", "/name", 1)],
        [op("replace", "name", 1)],
        [op("add", "/nothing/here", 1)],
        [op("add", "/mlFeatures/9", {})],
        [op("add", "/mlFeatures/x", {})],
        [op("add", "/name/0", "x")],
        [op("replace", "/mlFeatures/9/name", "x")],
        [op("test", "/algorithm", "b")],
        [{"op": "move", "from": "/nothing", "path": "/name"}],
        [{"op": "move", "path": "/name"}],
        [{"op": ["add"], "path": "/name", "value": 1}],
        [{"op": "add", "path": 7, "value": 1}],
        [op("replace", "", [])],
        [op("replace", "", "text")],
    ],
)
def test_what_does_not_apply_is_an_error_of_the_patch(operations):
    with pytest.raises(patch.PatchError):
        patch.apply(model(), operations)


def test_the_message_names_the_operation_and_not_the_document():
    with pytest.raises(patch.PatchError) as caught:
        patch.apply(model(), [op("add", "/target", "t"), op("replace", "/mlFeatures/9/name", "x")])
    assert "Operation 1" in str(caught.value)
    assert "/mlFeatures/9/name" in str(caught.value)
    assert "churn" not in str(caught.value)


def test_one_operation_that_does_not_apply_undoes_the_others():
    document = model()
    with pytest.raises(patch.PatchError):
        patch.apply(document, [op("replace", "/algorithm", "b"), op("test", "/name", "no")])
    assert document == model()

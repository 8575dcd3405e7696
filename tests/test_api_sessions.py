"""Several edits over the API: If-Match, what makes one version of them, and who may edit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import etags
from catalog.models import Entity, EntityVersion
from tests import builders
from tests.wire import Caller, at, changed, label, op, reference, refused, told

pytestmark = pytest.mark.django_db


# --- If-Match ---


def test_each_form_of_if_match_is_understood(api, model):
    for number in range(3):
        document = told(api.get(at(model)))
        tag = etags.strong(document["version"], document["updatedAt"])
        assert api.get(at(model))["ETag"] == tag
        form = (tag, f'W/"{document["version"]}"', "*")[number]
        answer = api.patch(at(model), [op("add", "/description", f"{number}")], if_match=form)
        assert told(answer)["version"] == round(document["version"] + 0.1, 1)


@pytest.mark.parametrize(
    "stale",
    ['W/"0.7"', '"0123456789abcdef"', "", "nonsense", 'W/"0.1', "0.1", 'w/"0.1"', "\t", "é"],
)
def test_any_other_if_match_is_412(api, model, stale):
    answer = api.patch(at(model), [op("add", "/description", "x")], if_match=stale)
    refused(answer, 412, "mlflow.churn")
    assert "description" not in str(EntityVersion.objects.get(entity=model.pk).change_description)


def test_one_tag_of_several_is_enough(api, model):
    told(api.patch(at(model), [op("add", "/description", "x")], if_match='"abc", W/"0.1"'))


def test_a_tag_is_used_up_by_the_edit(api, model):
    tag = api.get(at(model))["ETag"]
    answer = api.patch(at(model), [op("add", "/description", "x")], if_match=tag)
    assert answer["ETag"] != tag
    refused(api.patch(at(model), [op("add", "/description", "y")], if_match=tag), 412)
    told(api.patch(at(model), [op("add", "/description", "y")], if_match=answer["ETag"]))


def test_edits_of_columns_with_if_match(api):
    inner = builders.a_column("city STRING")
    table = builders.a_table(
        "t", "a INT", builders.a_column("address STRUCT") | {"children": [inner]}
    )
    for number, (operation, name) in enumerate(
        (
            (op("add", "/columns/0/description", "The first."), "columns.a.description"),
            (
                op("add", "/columns/1/children/0/description", "Inside."),
                "columns.address.city.description",
            ),
            (op("add", "/columns/0/tags/0", label("PII.Sensitive")), "columns.a.tags"),
            (
                op("add", "/columns/1/children/0/tags/0", label("PII.None")),
                "columns.address.city.tags",
            ),
        ),
        1,
    ):
        document = told(api.patch(at(table), [operation], if_match=f'W/"0.{number}"'))
        assert changed(document) == {"fieldsAdded": [name]}
    answer = api.patch(at(table), [op("remove", "/columns/0/tags/0")], if_match='W/"0.5"')
    assert changed(told(answer)) == {"fieldsDeleted": ["columns.a.tags"]}


# --- Sessions ---


def version_numbers(model):
    rows = EntityVersion.objects.filter(entity=model.pk)
    return [float(number) for number in rows.values_list("version", flat=True)]


def test_edits_of_one_person_are_one_version(patched, model):
    patched(op("add", "/description", "One."))
    document = patched(op("add", "/displayName", "Two"))
    assert document["version"] == 0.2
    assert document["changeDescription"]["previousVersion"] == 0.1
    assert changed(document) == {
        "fieldsAdded": ["displayName"],
        "fieldsUpdated": ["description"],
    }
    increment = document["incrementalChangeDescription"]
    assert [change["name"] for change in increment["fieldsAdded"]] == ["displayName"]
    assert version_numbers(model) == [0.2, 0.1]


def test_undoing_all_edits_brings_the_version_back(api, patched, model):
    before = told(api.get(at(model)))
    patched(op("add", "/displayName", "X"))
    document = patched(op("remove", "/displayName"))
    assert document["version"] == 0.1
    assert version_numbers(model) == [0.1]
    assert told(api.get(at(model))) == before


def test_a_major_edit_makes_the_whole_session_major(patched, model):
    patched(op("add", "/displayName", "X"))
    document = patched(op("replace", "/algorithm", "other"))
    assert document["version"] == 1.1
    assert version_numbers(model) == [1.1, 0.1]
    document = patched(op("replace", "/algorithm", "xgboost"))
    assert (document["version"], document["displayName"]) == (1.1, "X")  # it stays major


def test_another_person_a_put_or_if_match_ends_a_session(api, patched, model, robot_api):
    patched(op("add", "/displayName", "1"))
    told(robot_api.patch(at(model), [op("add", "/displayName", "2")]))
    assert version_numbers(model) == [0.3, 0.2, 0.1]
    assert patched(op("add", "/displayName", "3"))["version"] == 0.4
    assert patched(op("add", "/displayName", "4"), if_match="*")["version"] == 0.5
    told(api.put("mlmodels", builders.churn_document(displayName="5")))
    assert version_numbers(model)[0] == 0.6


def test_after_ten_minutes_there_is_a_new_version(patched, model):
    patched(op("add", "/displayName", "1"))
    earlier = timezone.now() - timedelta(minutes=10, seconds=1)
    Entity.objects.filter(pk=model.pk).update(updated_at=earlier)
    assert patched(op("add", "/displayName", "2"))["version"] == 0.3


# --- Who may ---


def test_an_outsider_may_not_patch_what_others_own(api, model, alice, charlie):
    told(api.patch(at(model), [op("add", "/owners/0", reference(alice))]))
    outsider = Caller(charlie)
    for operation in (
        op("add", "/description", "x"),
        op("replace", "/algorithm", "x"),
        op("remove", "/owners"),
    ):
        refused(outsider.patch(at(model), [operation]), 403, "charlie may not change")
    told(Caller(alice).patch(at(model), [op("replace", "/algorithm", "mine")]))


def test_anybody_may_describe_what_nobody_owns(model, charlie):
    outsider = Caller(charlie)
    told(outsider.patch(at(model), [op("add", "/description", "x")]))
    refused(outsider.patch(at(model), [op("replace", "/algorithm", "x")]), 403, "algorithm")
    told(outsider.patch(at(model), [op("add", "/owners/0", reference(charlie))]))
    told(outsider.patch(at(model), [op("replace", "/algorithm", "x")]))

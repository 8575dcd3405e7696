"""Edits of one person within ten minutes are one version (contract §5.5)."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog import etags, lifecycle
from catalog.access import SYSTEM
from catalog.lifecycle import writing
from catalog.models import EntityVersion
from catalog.models.lineage import milliseconds
from tests.builders import a_model, tags
from tests.history import (
    events_of,
    fresh,
    last_event,
    recorded,
    recorded_of,
    version_of,
    versions_of,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


class Clock:
    """What time the write path thinks it is."""

    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at

    def move(self, **time):
        self.at += timedelta(**time)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    for module in (writing, lifecycle.edges, lifecycle.recording):
        monkeypatch.setattr(module, "now", clock)
    return clock


@pytest.fixture
def model(clock):
    """A model that is at version 0.1 since eleven minutes, so that nothing of its making counts."""
    model = a_model()
    clock.move(minutes=11)
    return model


def edit(model, actor, **edits):
    return lifecycle.update(model, edits, actor=actor).entity


def operations(**edits):
    return [{"op": "add", "path": f"/{name}", "value": value} for name, value in edits.items()]


def row(model):
    """Return what a version row says, beside the document."""
    newest = EntityVersion.objects.filter(entity=model.pk).first()
    return str(newest.version), newest.is_major, newest.updated_by, newest.updated_at


class TestOneSession:
    def test_two_edits_are_one_version_that_tells_both(self, model, alice, clock, admin):
        edit(model, admin, description="A")
        clock.move(minutes=3)
        edit(model, admin, displayName="B")
        assert versions_of(model) == ["0.1", "0.2"]
        assert recorded_of(model) == ["+displayName", "~description"]
        core = fresh(model).core
        assert core["changeDescription"]["previousVersion"] == 0.1
        assert row(model) == ("0.2", False, "ada", clock.at)

    def test_the_increment_tells_only_the_last_edit(self, model, admin):
        edit(model, admin, description="A")
        edit(model, admin, displayName="B")
        core = fresh(model).core
        assert recorded(core["incrementalChangeDescription"]) == ["+displayName"]
        assert core["incrementalChangeDescription"]["previousVersion"] == 0.2

    def test_each_edit_is_an_event_of_its_own(self, model, admin):
        edit(model, admin, description="A")
        edit(model, admin, displayName="B")
        assert events_of(model)[1:] == [
            ("entityUpdated", "0.1", "0.2"),
            ("entityUpdated", "0.2", "0.2"),
        ]
        assert recorded(last_event(model).change_description) == ["+displayName"]

    def test_the_stored_version_is_overwritten_with_the_whole_document(self, model, admin):
        edit(model, admin, description="A")
        edit(model, admin, tags=tags("PII.None"))
        stored = version_of(model, "0.2").document
        assert stored["description"] == "A"
        assert stored["tags"][0]["tagFQN"] == "PII.None"

    def test_a_value_that_changes_twice_is_told_from_the_first_to_the_last(self, model, admin):
        edit(model, admin, displayName="A")
        edit(model, admin, displayName="B")
        assert fresh(model).core["changeDescription"]["fieldsAdded"] == [
            {"name": "displayName", "newValue": "B"}
        ]

    def test_patches_and_form_edits_are_one_session(self, model, admin):
        edit(model, admin, displayName="A")
        lifecycle.patch(model, operations(description="B"), actor=admin)
        assert versions_of(model) == ["0.1", "0.2"]

    def test_each_edit_prolongs_the_session(self, model, admin, clock):
        for words in "ABC":
            edit(model, admin, displayName=words)
            clock.move(minutes=9)
        assert versions_of(model) == ["0.1", "0.2"]

    def test_an_edit_without_effect_does_not_prolong_it(self, model, admin, clock):
        edit(model, admin, displayName="A")
        clock.move(minutes=6)
        edit(model, admin, displayName="A")
        clock.move(minutes=6)
        edit(model, admin, displayName="B")
        assert versions_of(model) == ["0.1", "0.2", "0.3"]

    def test_a_session_may_follow_one_s_own_put(self, model, admin):
        a_model(by=admin, description="put")
        edit(model, admin, displayName="patched")
        assert versions_of(model) == ["0.1", "0.2"]
        assert recorded_of(model) == ["+displayName", "~description"]

    def test_a_form_that_shows_what_it_saw_still_continues_the_session(self, model, admin):
        edit(model, admin, displayName="A")
        now = fresh(model)
        seen = etags.strong(now.version, milliseconds(now.updated_at))
        lifecycle.update(model, {"description": "B"}, actor=admin, if_match=seen)
        assert versions_of(model) == ["0.1", "0.2"]


class TestNoSession:
    def test_after_ten_minutes(self, model, admin, clock):
        edit(model, admin, displayName="A")
        clock.move(minutes=10, milliseconds=1)
        edit(model, admin, displayName="B")
        assert versions_of(model) == ["0.1", "0.2", "0.3"]
        assert recorded_of(model) == ["~displayName"]

    def test_the_tenth_minute_is_still_within(self, model, admin, clock):
        edit(model, admin, displayName="A")
        clock.move(minutes=10)
        edit(model, admin, displayName="B")
        assert versions_of(model) == ["0.1", "0.2"]

    def test_by_somebody_else(self, model, admin):
        edit(model, admin, displayName="A")
        edit(model, SYSTEM, displayName="B")
        assert versions_of(model) == ["0.1", "0.2", "0.3"]
        edit(model, admin, displayName="C")
        assert versions_of(model) == ["0.1", "0.2", "0.3", "0.4"]

    def test_on_the_first_version(self, admin):
        model = a_model(by=admin)
        edit(model, admin, displayName="A")
        assert versions_of(model) == ["0.1", "0.2"]

    def test_by_put(self, model, admin):
        for words in "ABC":
            a_model(by=admin, displayName=words)
        assert versions_of(model) == ["0.1", "0.2", "0.3", "0.4"]

    def test_with_if_match(self, model, admin):
        edit(model, admin, displayName="A")
        lifecycle.patch(model, operations(displayName="B"), actor=admin, if_match='W/"0.2"')
        assert versions_of(model) == ["0.1", "0.2", "0.3"]

    def test_when_deleted(self, model, admin):
        edit(model, admin, displayName="A")
        lifecycle.delete(model, actor=admin)
        edit(model, admin, displayName="B")
        assert versions_of(model) == ["0.1", "0.2", "0.3", "0.4"]

    def test_deleting_and_restoring_are_versions_of_their_own(self, model, admin):
        edit(model, admin, displayName="A")
        lifecycle.delete(model, actor=admin)
        lifecycle.restore(model, actor=admin)
        assert versions_of(model) == ["0.1", "0.2", "0.3", "0.4"]


class TestRevert:
    def test_undoing_everything_brings_the_version_before_back(self, model, admin, clock):
        before = fresh(model)
        edit(model, admin, displayName="A")
        clock.move(minutes=1)
        edit(model, admin, displayName=None)
        after = fresh(model)
        assert versions_of(model) == ["0.1"]
        assert (after.version, after.updated_by) == (before.version, before.updated_by)
        assert after.updated_at == before.updated_at
        assert after.core == before.core

    def test_it_is_still_told_as_an_event(self, model, admin):
        edit(model, admin, displayName="A")
        edit(model, admin, displayName=None)
        assert last_event(model).change_description["fieldsDeleted"][0]["name"] == "displayName"

    def test_the_version_before_keeps_its_own_description(self, model, admin, clock):
        edit(model, SYSTEM, description="first")
        told = fresh(model).core["changeDescription"]
        clock.move(minutes=11)
        edit(model, admin, displayName="A")
        edit(model, admin, displayName=None)
        assert versions_of(model) == ["0.1", "0.2"]
        assert fresh(model).core["changeDescription"] == told
        assert fresh(model).core == {
            k: v for k, v in version_of(model, "0.2").document.items() if k in fresh(model).core
        }

    def test_undoing_a_major_change_and_nothing_else_is_a_revert_too(self, model, admin):
        edit(model, admin, algorithm="other")
        assert versions_of(model) == ["0.1", "1.1"]
        edit(model, admin, algorithm="xgboost")
        assert versions_of(model) == ["0.1"]

    def test_life_goes_on_after_a_revert(self, model, admin):
        edit(model, admin, displayName="A")
        edit(model, admin, displayName=None)
        edit(model, admin, displayName="B")
        assert versions_of(model) == ["0.1", "0.2"]
        assert recorded_of(model) == ["+displayName"]

    def test_what_no_rule_records_survives_a_revert(self, model, admin):
        edit(model, admin, displayName="A", sourceHash="abc")
        edit(model, admin, displayName=None)
        after = fresh(model)
        assert after.source_hash == "abc"
        assert version_of(model, "0.1").document["sourceHash"] == "abc"


class TestMajor:
    def test_a_major_edit_in_a_session_is_counted_from_before_the_session(self, model, admin):
        edit(model, admin, displayName="A")
        edit(model, admin, algorithm="other")
        assert versions_of(model) == ["0.1", "1.1"]
        assert recorded_of(model) == ["+displayName", "~algorithm"]
        assert row(model)[:2] == ("1.1", True)

    def test_a_minor_edit_after_a_major_one_stays_in_it(self, model, admin):
        edit(model, admin, algorithm="other")
        edit(model, admin, displayName="A")
        assert versions_of(model) == ["0.1", "1.1"]

    def test_a_session_stays_major_when_only_the_major_edit_is_undone(self, model, admin):
        edit(model, admin, algorithm="other", displayName="A")
        edit(model, admin, algorithm="xgboost")
        assert versions_of(model) == ["0.1", "1.1"]
        assert recorded_of(model) == ["+displayName"]
        assert row(model)[:2] == ("1.1", True)

    def test_the_next_session_starts_from_the_major_version(self, model, admin, clock):
        edit(model, admin, algorithm="other")
        clock.move(minutes=11)
        edit(model, admin, displayName="A")
        assert versions_of(model) == ["0.1", "1.1", "1.2"]
        assert row(model)[:2] == ("1.2", False)

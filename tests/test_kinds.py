"""What every kind of entity states about itself must fit together."""

import pytest

from catalog import changes
from catalog.models import Entity
from catalog.models.entity import column_name

KINDS = list(Entity.kinds().values())

# Stored without a version: contract §5.3 ("no bump"), and what only machines read.
SILENT = {
    "lifeCycle",
    "sourceHash",
    "provider",
    "serviceType",  # never changes
    "default",
    "fileFormat",
    "processedLineage",
    "dataModel",
    "tableProfilerConfig",
    "aliases",
    "startDate",
    "endDate",
    "reviewers",
}


def of_each_kind(test):
    return pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type_name)(test)


def test_all_kinds_are_known():
    assert len(KINDS) == len({kind.collection for kind in KINDS}) >= 17
    assert {"mlmodel", "table", "user", "team", "mlmodelService"} <= Entity.kinds().keys()


@of_each_kind
def test_each_field_has_one_rule(kind):
    names = [rule.name for rule in kind.rules]
    assert len(names) == len(set(names))


@of_each_kind
def test_what_a_request_may_set_is_recorded_or_known_to_be_silent(kind):
    recorded = {rule.name for rule in kind.rules}
    assert set(kind.contents()) - recorded <= SILENT


@of_each_kind
def test_deleting_and_restoring_is_recorded(kind):
    assert changes.Flag("deleted") in kind.rules


@of_each_kind
def test_plain_values_have_a_column_each(kind):
    for name in (*kind.plain, *kind.plain_on_request):
        assert kind._meta.get_field(column_name(name)).concrete


@of_each_kind
def test_every_kind_can_be_named_and_shown(kind):
    assert kind.collection
    assert kind.label
    assert kind.label_plural
    assert bool(kind.parent_field) == bool(kind.parent_types)
    assert set(kind.parent_types) <= Entity.kinds().keys()


@of_each_kind
def test_what_is_inherited_is_a_relation_of_the_kind(kind):
    assert set(kind.inherited) <= {relation.name for relation in kind.relations}

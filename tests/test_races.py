"""Simultaneous writers: nothing lost, nothing twice. Each lock has a test that fails without it.

The calls of a race meet at a barrier inside the write path, so that they overlap for certain and
not only when the machine is busy.
"""

import threading
import time
from decimal import Decimal

import pytest
from django.db import connection

from catalog import documents, lifecycle
from catalog.access import SYSTEM
from catalog.lifecycle import deleting, edges, recording, writing
from catalog.models import ChangeEvent, EntityVersion, LineageEdge
from mlmodels.models import MlModel
from tests.builders import a_model, a_shell, a_table, an_admin, churn_document, what_churn_needs
from tests.history import fresh, versions_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run every call in its own thread, all released together; return what went wrong."""
    errors = []
    start = threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait(timeout=10)
            call()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return errors


@pytest.fixture
def slowly(monkeypatch):
    """Make writers dawdle between reading and writing, where only a lock keeps others out."""

    def dawdling(function):
        def slow(*args, **kwargs):
            time.sleep(0.05)
            return function(*args, **kwargs)

        return slow

    monkeypatch.setattr(writing, "store", dawdling(recording.store))
    monkeypatch.setattr(edges, "_write_details", dawdling(edges._write_details))


def numbers(count):
    """Return the versions that so many minor changes make."""
    return [str(Decimal(n) / 10 + Decimal("0.0")) for n in range(1, count + 1)]


@pytest.mark.usefixtures("slowly")
class TestOneName:
    def test_eight_first_puts_leave_one_entity_and_an_unbroken_history(self):
        what_churn_needs()

        def put(number):
            document = churn_document(description=f"writer {number}")
            return lambda: lifecycle.put(MlModel, document, actor=SYSTEM)

        assert at_once(*map(put, range(8))) == []
        model = MlModel.objects.get(name="churn")
        assert versions_of(model) == numbers(8)
        events = ChangeEvent.objects.filter(entity_id=model.pk).order_by("id")
        assert [event.event_type for event in events] == ["entityCreated"] + ["entityUpdated"] * 7
        assert model.core == EntityVersion.objects.filter(entity=model.pk).first().document

    def test_of_eight_creators_one_succeeds_and_seven_are_told(self):
        what_churn_needs()
        create = lambda: lifecycle.create(MlModel, churn_document(), actor=SYSTEM)  # noqa: E731
        errors = at_once(*[create] * 8)
        assert [type(error) for error in errors] == [lifecycle.AlreadyExists] * 7
        assert versions_of(MlModel.objects.get()) == ["0.1"]

    def test_models_of_different_names_do_not_wait_for_each_other(self):
        what_churn_needs()

        def put(number):
            document = churn_document(name=f"model {number}")
            return lambda: lifecycle.put(MlModel, document, actor=SYSTEM)

        began = time.monotonic()
        assert at_once(*map(put, range(4))) == []
        assert MlModel.objects.count() == 4
        assert LineageEdge.objects.count() == 4
        assert time.monotonic() - began < 30


@pytest.mark.usefixtures("slowly")
class TestOneEntity:
    def test_eight_puts_of_one_model_each_get_a_version(self):
        model = a_model()

        def put(number):
            document = churn_document(description=f"writer {number}")
            return lambda: lifecycle.put(MlModel, document, actor=SYSTEM)

        assert at_once(*map(put, range(8))) == []
        assert versions_of(model) == numbers(9)

    def test_puts_and_edits_of_one_model_each_get_a_version(self):
        model = a_model()
        people = [an_admin(f"ada{number}") for number in range(4)]

        def put(number):
            document = churn_document(description=f"writer {number}")
            return lambda: lifecycle.put(MlModel, document, actor=SYSTEM)

        def edit(person):
            edits = {"displayName": f"by {person.username}"}
            return lambda: lifecycle.update(model, edits, actor=person)

        assert at_once(*map(put, range(4)), *map(edit, people)) == []
        assert fresh(model).core == EntityVersion.objects.filter(entity=model.pk).first().document
        told = ChangeEvent.objects.filter(entity_id=model.pk, event_type="entityUpdated")
        assert len(versions_of(model)) == told.count() + 1 == 9

    def test_eight_people_who_edit_each_get_a_version(self):
        model = a_model()
        people = [an_admin(f"ada{number}") for number in range(8)]

        def edit(person):
            edits = {"displayName": f"by {person.username}"}
            return lambda: lifecycle.update(model, edits, actor=person)

        assert at_once(*map(edit, people)) == []
        assert versions_of(model) == numbers(9)
        after = fresh(model)
        assert after.core["displayName"] == f"by {after.updated_by}"

    def test_edits_of_different_fields_are_all_kept(self):
        model = a_model()
        edits = {
            "displayName": "a",
            "description": "b",
            "target": "c",
            "sourceUrl": "d",
            "extension": {"e": 1},
        }
        people = {name: an_admin(f"for-{name}") for name in edits}

        def edit(name):
            return lambda: lifecycle.update(model, {name: edits[name]}, actor=people[name])

        assert at_once(*map(edit, edits)) == []
        stored = EntityVersion.objects.filter(entity=model.pk).first().document
        assert {name: stored[name] for name in edits} == edits

    def test_of_eight_edits_of_one_state_one_is_taken(self):
        model = a_model()

        def edit(number):
            return lambda: lifecycle.update(
                model, {"displayName": str(number)}, actor=SYSTEM, if_match='W/"0.1"'
            )

        errors = at_once(*map(edit, range(8)))
        assert [type(error) for error in errors] == [lifecycle.VersionConflict] * 7
        assert versions_of(model) == ["0.1", "0.2"]

    def test_a_delete_and_an_edit_leave_a_history_that_fits(self):
        for round_ in range(3):
            model = a_shell(f"shell {round_}")
            errors = at_once(
                lambda model=model: lifecycle.delete(model, actor=SYSTEM),
                lambda model=model: lifecycle.update(model, {"target": "x"}, actor=SYSTEM),
            )
            assert errors == []
            after = fresh(model)
            newest = EntityVersion.objects.filter(entity=model.pk).first()
            assert after.deleted
            assert after.target == "x"
            assert newest.document["deleted"] is True
            assert newest.document["target"] == "x"
            assert after.version == newest.version

    def test_a_hard_delete_and_an_edit_leave_all_or_nothing(self):
        model = a_shell()
        errors = at_once(
            lambda: lifecycle.hard_delete(model, actor=SYSTEM),
            lambda: lifecycle.update(model, {"target": "x"}, actor=SYSTEM),
        )
        assert [type(error) for error in errors] in ([], [MlModel.DoesNotExist])
        assert not EntityVersion.objects.filter(entity=model.pk).exists()

    def test_two_hard_deletes_are_one(self, monkeypatch):
        model = a_shell()
        tell = deleting.tell

        def dawdling(*args, **values):
            time.sleep(0.05)
            return tell(*args, **values)

        monkeypatch.setattr(deleting, "tell", dawdling)
        errors = at_once(*[lambda: lifecycle.hard_delete(model, actor=SYSTEM)] * 2)
        assert [type(error) for error in errors] == [MlModel.DoesNotExist]
        assert ChangeEvent.objects.filter(event_type="entityDeleted").count() == 1

    def test_a_child_put_while_its_service_is_deleted_is_no_orphan(self):
        service = a_shell().parent
        errors = at_once(
            lambda: lifecycle.hard_delete(service, actor=SYSTEM, recursive=True),
            lambda: lifecycle.put(MlModel, {"name": "new", "service": "mlflow"}, actor=SYSTEM),
        )
        assert len(errors) <= 1
        for model in MlModel.objects.all():
            assert model.parent_id == service.pk


@pytest.mark.usefixtures("slowly")
class TestTwoEntities:
    def test_two_models_that_come_to_refer_to_each_other_do_not_wait_for_ever(self):
        one, other = a_shell("one"), a_shell("other")

        def refer(model, to):
            source = {"name": "score", "dataSource": str(to)}
            edits = {"mlFeatures": [{"name": "f", "featureSources": [source]}]}
            return lambda: lifecycle.update(model, edits, actor=SYSTEM)

        assert at_once(refer(one, other), refer(other, one)) == []
        assert LineageEdge.objects.count() == 2

    def test_a_table_and_a_model_made_from_it_change_together(self):
        table, model = what_churn_needs(), a_model()
        columns = [{"name": "amount", "dataType": "DECIMAL"}]
        source = {"name": "id", "dataSource": str(table)}
        features = [{"name": "sales", "featureSources": [source]}]
        errors = at_once(
            lambda: lifecycle.update(table, {"columns": columns}, actor=SYSTEM),
            lambda: lifecycle.update(model, {"mlFeatures": features}, actor=SYSTEM),
        )
        assert errors == []
        assert fresh(table).core == fresh(table).document() | _stamp(table)
        assert [f["name"] for f in fresh(model).core["mlFeatures"]] == ["sales"]

    def test_edges_both_ways_are_put_together(self):
        one, other = a_shell("one"), a_shell("other")
        errors = at_once(
            *[lambda: lifecycle.put_edge(one, other, actor=SYSTEM)] * 2,
            *[lambda: lifecycle.put_edge(other, one, actor=SYSTEM)] * 2,
        )
        assert errors == []
        assert LineageEdge.objects.count() == 2


def _stamp(entity):
    return {name: value for name, value in fresh(entity).core.items() if name in documents.STAMP}


@pytest.mark.usefixtures("slowly")
class TestOneEdge:
    def test_eight_puts_of_one_edge_leave_one(self):
        table, model = a_table(), a_shell()

        def put(number):
            details = {"description": str(number)}
            return lambda: lifecycle.put_edge(table, model, actor=SYSTEM, details=details)

        assert at_once(*map(put, range(8))) == []
        assert LineageEdge.objects.count() == 1
        told = ChangeEvent.objects.filter(event_type__startswith="entityLineage").order_by("id")
        assert [event.event_type for event in told] == ["entityLineageAdded"] + [
            "entityLineageUpdated"
        ] * 7

    def test_column_mappings_of_two_puts_do_not_mix(self):
        table, other = a_table("a", "x INT", "y INT"), a_table("b", "x INT", "y INT")
        edge = lifecycle.put_edge(table, other, actor=SYSTEM)

        def put(name):
            mapping = {"fromColumns": [f"{table}.{name}"], "toColumn": f"{other}.{name}"}
            details = {"columnsLineage": [mapping]}
            return lambda: lifecycle.put_edge(table, other, actor=SYSTEM, details=details)

        assert at_once(put("x"), put("y"), put("x"), put("y")) == []
        assert edge.column_mappings.count() == 1

    def test_an_edge_by_hand_and_one_that_follows_from_a_source_are_one(self):
        table, model = what_churn_needs(), a_shell()
        features = churn_document()["mlFeatures"]
        errors = at_once(
            lambda: lifecycle.put_edge(table, model, actor=SYSTEM, description="by hand"),
            lambda: lifecycle.update(model, {"mlFeatures": features}, actor=SYSTEM),
        )
        assert errors == []
        edge = LineageEdge.objects.get()
        assert edge.description == "by hand"
        assert not edge.is_implied

    def test_an_edge_is_ended_once(self):
        table, model = a_table(), a_shell()
        lifecycle.put_edge(table, model, actor=SYSTEM)
        errors = at_once(*[lambda: lifecycle.end_edge(table, model, actor=SYSTEM)] * 4)
        assert len(errors) == 3
        ended = ChangeEvent.objects.filter(event_type="entityLineageDeleted")
        assert ended.count() == 1

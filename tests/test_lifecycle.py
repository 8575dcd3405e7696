"""The write path: each call leaves rows, one version and one event, or nothing at all."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from catalog import documents, etags, lifecycle, references
from catalog.access import SYSTEM
from catalog.models import (
    ChangeEvent,
    Entity,
    EntityVersion,
    LineageEdge,
    Responsibility,
    TagLabel,
)
from catalog.models.lineage import milliseconds
from catalog.patch import PatchError
from mlmodels.models import MlFeature, MlModel
from tests.builders import (
    ORDERS,
    a_dashboard,
    a_domain,
    a_model,
    a_model_service,
    a_shell,
    a_tag,
    churn_document,
    persona_feature,
    sales_feature,
    tags,
    what_churn_needs,
    with_references,
)
from tests.history import events_of, fresh, versions_of

pytestmark = pytest.mark.django_db


def everything():
    """Return how many rows there are of all that a write may leave behind."""
    kinds = Entity, EntityVersion, ChangeEvent, LineageEdge, TagLabel, Responsibility, MlFeature
    return [kind.objects.count() for kind in kinds]


class TestCreate:
    def test_a_new_entity_has_version_0_1_one_event_and_no_change_description(self, alice):
        what_churn_needs()
        written = lifecycle.create(MlModel, churn_document(), actor=SYSTEM)
        assert written.is_new
        assert written.how == "entityCreated"
        model = fresh(written.entity)
        assert model.version == Decimal("0.1")
        assert model.updated_by == "system"
        assert versions_of(model) == ["0.1"]
        assert events_of(model) == [("entityCreated", "None", "0.1")]
        assert "changeDescription" not in model.core
        assert "incrementalChangeDescription" not in model.core

    def test_a_model_needs_only_a_name_and_a_service(self):
        model = a_shell()
        assert model.core["algorithm"] == "mlmodel"
        assert model.fully_qualified_name == "mlflow.shell"
        assert model.core["service"]["type"] == "mlmodelService"
        assert model.core["serviceType"] == "Mlflow"

    def test_the_stored_version_is_the_whole_document(self, growth):
        model = a_model(owners=[growth], tags=tags("Tier.Tier1"), domains=[a_domain()])
        stored = EntityVersion.objects.get(entity=model.pk).document
        assert [owner["name"] for owner in stored["owners"]] == ["growth"]
        assert [label["tagFQN"] for label in stored["tags"]] == ["Tier.Tier1"]
        assert [domain["name"] for domain in stored["domains"]] == ["Sales"]
        assert stored["version"] == 0.1
        assert stored["mlFeatures"][0]["featureSources"][0]["dataSource"]["name"] == "orders"

    def test_what_is_there_cannot_be_created_again_not_even_when_deleted(self):
        model = a_shell()
        for prepare in (lambda: None, lambda: lifecycle.delete(model, actor=SYSTEM)):
            prepare()
            with pytest.raises(lifecycle.AlreadyExists):
                lifecycle.create(MlModel, {"name": "shell", "service": "mlflow"}, actor=SYSTEM)

    def test_two_kinds_may_share_a_name(self, growth):
        assert a_tag("growth.x").classification.name == growth.name

    def test_names_of_qualified_parts_are_filled_in(self):
        model = a_model()
        sales, persona = model.core["mlFeatures"]
        assert sales["fullyQualifiedName"] == "mlflow.churn.sales"
        assert sales["featureSources"][0]["fullyQualifiedName"] == f"{ORDERS}.amount"
        assert persona["featureSources"][0]["fullyQualifiedName"] == "city"

    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ({"service": "nowhere"}, references.NotFound),
            ({"dashboard": "superset.nothing"}, references.NotFound),
            ({"tags": [{"tagFQN": "PII.Nothing"}]}, references.NotFound),
            (
                {"owners": [{"id": "00000000-0000-4000-8000-000000000000", "type": "user"}]},
                references.NotFound,
            ),
            ({"domains": ["Nowhere"]}, references.NotFound),
            ({"owners": [{"type": "user"}]}, references.WrongReference),
            ({"owners": [{"id": "7", "type": "user"}]}, references.WrongReference),
            ({"owners": [{"id": "7", "type": "table"}]}, references.WrongReference),
            (
                {"mlFeatures": [sales_feature(featureSources=[{"name": "x", "dataSource": "no"}])]},
                references.NotFound,
            ),
        ],
    )
    def test_a_reference_to_nothing_is_refused_and_leaves_nothing_behind(self, values, error):
        what_churn_needs()
        before = everything()
        with pytest.raises(error):
            lifecycle.create(MlModel, churn_document(**values), actor=SYSTEM)
        assert everything() == before

    def test_a_name_that_is_too_long_in_all_is_refused(self):
        what_churn_needs()
        service = a_model_service("s" * 256)
        assert a_shell("m" * 256, service=service.name).version == Decimal("0.1")
        with pytest.raises(lifecycle.Invalid, match="3072"):
            lifecycle.create(MlModel, {"name": "m" * 3000, "service": service.name}, actor=SYSTEM)

    def test_a_failure_in_the_middle_leaves_nothing_behind(self):
        what_churn_needs()
        before = everything()
        twice = [{"name": "f", "dataType": "x" * 99}]  # the shape would refuse it
        with pytest.raises(Exception, match="too long"), transaction.atomic():
            lifecycle.create(MlModel, churn_document(mlFeatures=twice), actor=SYSTEM)
        assert everything() == before

    @pytest.mark.parametrize(
        "lists",
        [
            {"mlFeatures": [sales_feature(), sales_feature(dataType="categorical")]},
            {"mlHyperParameters": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]},
        ],
    )
    def test_two_parts_of_one_name_are_refused(self, lists):
        what_churn_needs()
        with pytest.raises((lifecycle.Invalid, IntegrityError)), transaction.atomic():
            lifecycle.create(MlModel, churn_document(**lists), actor=SYSTEM)


class TestPutAgain:
    def test_the_same_put_changes_nothing(self, admin):
        model = a_model()
        written = lifecycle.put(MlModel, churn_document(), actor=admin)
        assert not written.is_new
        assert written.how == "entityNoChange"
        after = fresh(model)
        assert (after.core, after.updated_at, after.updated_by) == (
            model.core,
            model.updated_at,
            "system",
        )
        assert versions_of(model) == ["0.1"]
        assert len(events_of(model)) == 1

    def test_a_put_of_something_else_is_a_version_with_an_event(self, admin):
        model = a_model()
        written = lifecycle.put(MlModel, churn_document(description="Other"), actor=admin)
        assert written.how == "entityUpdated"
        assert written.document["description"] == "Other"
        assert versions_of(model) == ["0.1", "0.2"]
        assert events_of(model)[1:] == [("entityUpdated", "0.1", "0.2")]
        assert fresh(model).updated_by == "ada"

    def test_it_is_the_same_entity(self):
        assert a_model().pk == a_model(algorithm="other").pk

    def test_features_that_stay_keep_their_rows(self):
        model = a_model()
        persona = model.features.get(name="persona").pk
        source = model.features.get(name="sales").sources.get().pk
        new = {"name": "tenure", "dataType": "numerical"}
        a_model(mlFeatures=[new, persona_feature(), sales_feature()])
        assert [f.name for f in model.features.all()] == ["tenure", "persona", "sales"]
        assert model.features.get(name="persona").pk == persona
        assert model.features.get(name="sales").sources.get().pk == source

    def test_another_order_is_stored_without_a_version(self):
        model = a_model()
        a_model(mlFeatures=[persona_feature(), sales_feature()])
        after = fresh(model)
        assert after.version == Decimal("0.1")
        assert [f["name"] for f in after.core["mlFeatures"]] == ["persona", "sales"]
        assert [f["name"] for f in after.document()["mlFeatures"]] == ["persona", "sales"]

    def test_a_put_never_consolidates(self):
        model = a_model()
        for target in "xyz":
            a_model(description=target)
        assert versions_of(model) == ["0.1", "0.2", "0.3", "0.4"]

    def test_ten_minor_changes_land_on_a_whole_number_that_is_not_major(self):
        model = a_model()
        for number in range(9):
            a_model(description=str(number))
        newest = EntityVersion.objects.filter(entity=model.pk).first()
        assert str(newest.version) == "1.0"
        assert not newest.is_major

    def test_a_failure_leaves_the_old_state(self):
        model = a_model()
        before = everything()
        with pytest.raises(references.NotFound):
            a_model(algorithm="other", tags=[{"tagFQN": "No.Such"}])
        assert everything() == before
        assert fresh(model).core == model.core


class TestUpdate:
    def test_an_edit_names_only_what_changes(self, admin):
        model = a_model()
        lifecycle.update(model, {"target": "other"}, actor=admin)
        after = fresh(model)
        assert after.core["target"] == "other"
        assert after.core["algorithm"] == "xgboost"
        assert len(after.core["mlFeatures"]) == 2

    @pytest.mark.parametrize("nothing", [None, "", [], {}])
    def test_nothing_takes_a_field_away(self, nothing, admin):
        model = a_model(tags=tags("PII.None"))
        lifecycle.update(model, {"server": nothing, "tags": nothing}, actor=admin)
        after = fresh(model)
        assert "server" not in after.core
        assert documents.read(MlModel, [after], ["tags"])[0]["tags"] == []

    def test_what_only_the_server_says_cannot_be_edited(self, admin):
        model = a_model()
        edits = {"id": "x", "name": "y", "fullyQualifiedName": "z", "version": 9.9, "href": "/"}
        written = lifecycle.update(model, edits | {"deleted": True}, actor=admin)
        assert written.how == "entityNoChange"
        assert fresh(model).core == model.core

    def test_a_stale_edit_is_refused_and_says_who_was_faster(self, admin, alice):
        model = a_model()
        seen = etags.strong(model.version, milliseconds(model.updated_at))
        lifecycle.update(model, {"target": "theirs"}, actor=admin, if_match=seen)
        with pytest.raises(lifecycle.VersionConflict, match="ada") as caught:
            lifecycle.update(model, {"target": "mine"}, actor=SYSTEM, if_match=seen)
        assert caught.value.entity.core["target"] == "theirs"
        assert fresh(model).core["target"] == "theirs"

    def test_references_may_be_names_ids_or_objects(self, admin, alice):
        model, dashboard = a_shell(), a_dashboard()
        for form in (
            "superset.performance",
            {"id": str(dashboard.pk), "type": "dashboard"},
            {"fullyQualifiedName": "superset.performance", "type": "dashboard"},
        ):
            lifecycle.update(model, {"dashboard": None}, actor=admin)
            lifecycle.update(model, {"dashboard": form}, actor=admin)
            assert fresh(model).dashboard_id == dashboard.pk


class TestPatch:
    def test_operations_apply_to_the_whole_document(self, admin, alice):
        model = a_model()
        tags("PII.None")
        operations = [
            {"op": "replace", "path": "/algorithm", "value": "other"},
            {"op": "add", "path": "/tags/0", "value": {"tagFQN": "PII.None"}},
            {"op": "add", "path": "/owners/0", "value": with_references(alice)},
            {"op": "remove", "path": "/mlFeatures/1"},
        ]
        written = lifecycle.patch(model, operations, actor=admin)
        assert written.entity.version == Decimal("1.1")
        assert written.content["algorithm"] == "other"
        assert [owner["name"] for owner in written.content["owners"]] == ["alice"]
        assert [feature["name"] for feature in fresh(model).core["mlFeatures"]] == ["sales"]

    def test_what_only_the_server_says_is_put_back(self, admin):
        model = a_model()
        names = "id name fullyQualifiedName service serviceType version updatedAt href deleted"
        removes = [{"op": "remove", "path": f"/{name}"} for name in names.split()]
        renames = [
            {"op": "replace", "path": "/name", "value": "other"},
            {"op": "replace", "path": "/id", "value": "x"},
            {"op": "add", "path": "/version", "value": 7.7},
        ]
        for operations in (removes, renames):
            assert lifecycle.patch(model, operations, actor=admin).how == "entityNoChange"
        assert fresh(model).core == model.core

    def test_deleted_cannot_be_patched(self, admin):
        model = a_model()
        operations = [{"op": "replace", "path": "/deleted", "value": True}]
        with pytest.raises(lifecycle.Invalid, match="attribute deleted can't be modified"):
            lifecycle.patch(model, operations, actor=admin)

    def test_a_patch_that_does_not_apply_changes_nothing(self, admin):
        model = a_model()
        before = everything()
        operations = [
            {"op": "replace", "path": "/algorithm", "value": "other"},
            {"op": "replace", "path": "/mlFeatures/9/name", "value": "x"},
        ]
        with pytest.raises(PatchError):
            lifecycle.patch(model, operations, actor=admin)
        assert everything() == before
        assert fresh(model).core == model.core

    def test_the_shape_is_checked_before_anything_is_written(self, admin):
        model = a_model()

        def refuse(document):
            raise lifecycle.Invalid(document["algorithm"])

        operations = [{"op": "replace", "path": "/algorithm", "value": "other"}]
        with pytest.raises(lifecycle.Invalid, match="other"):
            lifecycle.patch(model, operations, actor=admin, check=refuse)
        assert fresh(model).core == model.core

    def test_a_stale_patch_is_refused(self, admin):
        model = a_model()
        operations = [{"op": "add", "path": "/displayName", "value": "x"}]
        with pytest.raises(lifecycle.VersionConflict):
            lifecycle.patch(model, operations, actor=admin, if_match='W/"0.9"')
        lifecycle.patch(model, operations, actor=admin, if_match='W/"0.1"')
        assert fresh(model).display_name == "x"

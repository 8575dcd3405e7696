"""Delete, restore, and delete for good (contract §5.7)."""

import pytest

from catalog import lifecycle, references
from catalog.models import (
    ChangeEvent,
    Dashboard,
    Entity,
    EntityVersion,
    Following,
    LineageEdge,
    Table,
    Tag,
    TagLabel,
)
from mlmodels.models import FeatureSource, MlModel
from tests import builders
from tests.builders import (
    ORDERS,
    a_chart,
    a_column,
    a_dashboard,
    a_domain,
    a_model,
    a_pipeline,
    a_shell,
    a_table,
    churn_document,
    sales_feature,
    tags,
    what_churn_needs,
)
from tests.history import events_of, fresh, last_event, recorded_of, version_of, versions_of

pytestmark = pytest.mark.django_db


class TestSoftDelete:
    def test_a_deleted_model_is_hidden_and_gets_a_version(self, admin):
        model = a_model()
        lifecycle.delete(model, actor=admin)
        after = fresh(model)
        assert after.deleted
        assert after.core["deleted"] is True
        assert versions_of(model) == ["0.1", "0.2"]
        assert recorded_of(model) == ["~deleted"]
        with pytest.raises(references.NotFound):
            references.find(MlModel, "mlflow.churn")
        for include in ("deleted", "all"):
            assert references.find(MlModel, "mlflow.churn", include=include).pk == model.pk

    def test_it_is_told_as_a_soft_delete(self, admin):
        model = a_model()
        lifecycle.delete(model, actor=admin)
        assert events_of(model)[-1] == ("entitySoftDeleted", "0.1", "0.2")

    @pytest.mark.parametrize(
        "build",
        [
            builders.a_user,
            builders.a_team,
            builders.a_classification,
            builders.a_tag,
            builders.a_domain,
            builders.a_database_service,
            builders.a_model_service,
            builders.a_database,
            builders.a_schema,
            builders.a_table,
            builders.a_chart,
            builders.a_dashboard,
            builders.a_pipeline,
        ],
    )
    def test_every_kind_records_that_it_was_deleted_and_restored(self, build, admin):
        entity = build()
        lifecycle.delete(entity, actor=admin)
        assert recorded_of(entity) == ["~deleted"]
        lifecycle.restore(entity, actor=admin)
        assert recorded_of(entity) == ["~deleted"]
        assert events_of(entity) == [
            ("entityCreated", "None", "0.1"),
            ("entitySoftDeleted", "0.1", "0.2"),
            ("entityRestored", "0.2", "0.3"),
        ]

    def test_deleting_twice_is_deleting_once(self, admin):
        model = a_model()
        lifecycle.delete(model, actor=admin)
        assert lifecycle.delete(model, actor=admin).how == "entityNoChange"
        assert versions_of(model) == ["0.1", "0.2"]

    def test_a_container_is_not_deleted_while_something_is_inside(self, admin):
        table = a_table()
        for container in (table.parent, table.parent.parent):
            with pytest.raises(lifecycle.Invalid, match="is not empty"):
                lifecycle.delete(container, actor=admin)
        lifecycle.delete(table, actor=admin)
        lifecycle.delete(table.parent, actor=admin)
        assert fresh(table.parent).deleted

    def test_recursive_delete_takes_everything_inside_along_and_restore_brings_it_back(self, admin):
        table = a_table()
        service = table.parent.parent.parent
        lifecycle.delete(service, actor=admin, recursive=True)
        inside = Entity.objects.filter(fully_qualified_name__startswith="warehouse")
        assert {entity.deleted for entity in inside} == {True}
        assert versions_of(table) == ["0.1", "0.2"]
        lifecycle.restore(service, actor=admin)
        assert {entity.deleted for entity in inside.all()} == {False}
        assert versions_of(table) == ["0.1", "0.2", "0.3"]


class TestRestore:
    def test_a_restored_model_is_as_it_was(self, admin):
        model = a_model(tags=tags("PII.None"))
        before = version_of(model, "0.1").document
        lifecycle.delete(model, actor=admin)
        lifecycle.restore(model, actor=admin)
        after = version_of(model, "0.3").document
        stamp = {"version", "updatedAt", "updatedBy", "changeDescription"}
        stamp.add("incrementalChangeDescription")
        assert {k: v for k, v in after.items() if k not in stamp} == {
            k: v for k, v in before.items() if k not in stamp
        }
        assert recorded_of(model) == ["~deleted"]
        assert events_of(model)[-1] == ("entityRestored", "0.2", "0.3")

    def test_a_put_restores_with_the_same_id_and_applies_the_update(self, admin):
        model = a_model()
        lifecycle.delete(model, actor=admin)
        written = lifecycle.put(MlModel, churn_document(target="other"), actor=admin)
        assert written.entity.pk == model.pk
        after = fresh(model)
        assert not after.deleted
        assert after.target == "other"
        assert recorded_of(model) == ["~deleted", "~target"]
        assert last_event(model).event_type == "entityRestored"

    def test_a_put_of_the_same_document_restores_too(self, admin):
        model = a_model()
        lifecycle.delete(model, actor=admin)
        lifecycle.put(MlModel, churn_document(), actor=admin)
        assert not fresh(model).deleted
        assert versions_of(model) == ["0.1", "0.2", "0.3"]

    def test_nothing_can_be_made_inside_what_is_deleted(self, admin):
        model = a_shell()
        lifecycle.delete(model.parent, actor=admin, recursive=True)
        with pytest.raises(references.NotFound):
            a_shell("other")


class TestHardDelete:
    def test_nothing_of_the_entity_stays_but_its_events(self, admin, alice):
        model = a_model(tags=tags("PII.None"))
        lifecycle.follow(model, alice, actor=alice)
        last = lifecycle.hard_delete(model, actor=admin)
        assert last["name"] == "churn"
        assert not Entity.objects.filter(pk=model.pk).exists()
        for rows in (EntityVersion, TagLabel, Following, LineageEdge, FeatureSource):
            assert not rows.objects.filter(**_of(rows, model)).exists(), rows
        assert last_event(model).event_type == "entityDeleted"
        with pytest.raises(MlModel.DoesNotExist):
            lifecycle.hard_delete(model, actor=admin)

    def test_a_soft_deleted_entity_can_be_deleted_for_good(self, admin):
        model = a_model()
        lifecycle.delete(model, actor=admin)
        lifecycle.hard_delete(model, actor=admin)
        assert a_model().pk != model.pk

    def test_a_container_needs_recursive_even_for_what_is_soft_deleted(self, admin):
        table = a_table()
        lifecycle.delete(table, actor=admin)
        with pytest.raises(lifecycle.Invalid, match="is not empty"):
            lifecycle.hard_delete(table.parent, actor=admin)
        lifecycle.hard_delete(table.parent, actor=admin, recursive=True)
        assert not Table.objects.exists()
        gone = ChangeEvent.objects.filter(event_type="entityDeleted")
        assert [event.entity_type for event in gone.order_by("id")] == ["table", "databaseSchema"]

    def test_a_model_whose_table_goes_gets_a_version_that_says_so(self, admin):
        model = a_model()
        lifecycle.hard_delete(Table.objects.named(ORDERS).get(), actor=admin)
        after = fresh(model)
        assert versions_of(model) == ["0.1", "0.2"]
        source = after.core["mlFeatures"][0]["featureSources"][0]
        assert "dataSource" not in source
        assert source["fullyQualifiedName"] == "amount"
        assert recorded_of(model) == ["+mlFeatures", "-mlFeatures"]
        assert after.core == version_of(model, "0.2").document
        assert not LineageEdge.objects.current().exists()

    def test_a_model_whose_dashboard_goes_gets_a_version_that_says_so(self, admin):
        model = a_model(dashboard=a_dashboard())
        lifecycle.hard_delete(Dashboard.objects.get(), actor=admin)
        assert recorded_of(model) == ["-dashboard"]
        assert "dashboard" not in version_of(model, "0.2").document

    def test_labels_on_features_outlive_the_loss_of_their_table(self, admin):
        what_churn_needs()
        model = a_model(mlFeatures=[sales_feature(tags=tags("PII.None"))])
        lifecycle.hard_delete(Table.objects.named(ORDERS).get(), actor=admin)
        assert version_of(model, "0.2").document["mlFeatures"][0]["tags"][0]["name"] == "None"
        assert TagLabel.objects.filter(entity=model.pk).count() == 1

    def test_what_carried_a_tag_that_goes_gets_a_version_that_says_so(self, admin):
        model = a_model(tags=tags("PII.None", "Tier.Tier1"))
        table = a_table("people", a_column("age INT", tags=tags("PII.None")))
        lifecycle.hard_delete(Tag.objects.named("PII.None").get(), actor=admin)
        assert recorded_of(model) == ["-tags"]
        assert recorded_of(table) == ["-columns.age.tags"]

    def test_what_an_owner_who_goes_owned_gets_a_version_that_says_so(self, admin, alice):
        model = a_model(owners=[alice])
        lifecycle.hard_delete(alice, actor=admin)
        assert recorded_of(model) == ["-owners"]

    def test_what_was_in_a_domain_that_goes_gets_a_version_that_says_so(self, admin):
        domain = a_domain()
        model = a_model(domains=[domain])
        lifecycle.hard_delete(domain, actor=admin)
        assert recorded_of(model) == ["-domains"]

    def test_a_dashboard_whose_chart_goes_gets_a_version_that_says_so(self, admin):
        chart = a_chart()
        dashboard = a_dashboard(charts=[chart])
        lifecycle.hard_delete(chart, actor=admin)
        assert recorded_of(dashboard) == ["-charts"]

    def test_an_edge_loses_the_pipeline_that_goes(self, admin):
        model, table, pipeline = a_shell(), a_table(), a_pipeline()
        details = {"pipeline": {"id": str(pipeline.pk), "type": "pipeline"}}
        lifecycle.put_edge(table, model, actor=admin, details=details)
        lifecycle.hard_delete(pipeline, actor=admin)
        assert LineageEdge.objects.current().get().details().get("pipeline") is None


def _of(rows, model):
    if rows is LineageEdge:
        return {"to_entity": model.pk}
    return {"feature__ml_model": model.pk} if rows is FeatureSource else {"entity": model.pk}

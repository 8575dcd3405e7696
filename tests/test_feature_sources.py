"""Lineage that follows from feature sources, and the columns those are matched with."""

import pytest

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import LineageEdge, Table
from mlmodels.models import FeatureSource, MlModel
from tests.builders import (
    ORDERS,
    a_column,
    a_dashboard,
    a_model,
    a_shell,
    a_table,
    churn_document,
    sales_feature,
    what_churn_needs,
)
from tests.history import fresh, last_event

pytestmark = pytest.mark.django_db


def feature(*sources, name="sales"):
    """Return a feature made from sources such as ("amount", "warehouse.shop.public.orders")."""
    return {
        "name": name,
        "featureSources": [{"name": source, "dataSource": table} for source, table in sources],
    }


def upstream_of(model):
    edges = LineageEdge.objects.current().filter(to_entity=model.pk)
    return sorted(edges.values_list("from_entity__name", flat=True))


def edit(model, *features):
    lifecycle.update(model, {"mlFeatures": list(features)}, actor=SYSTEM)


def column_of(model, name="amount"):
    source = FeatureSource.objects.get(feature__ml_model=model.pk, name=name)
    return source.column.path if source.column else None


@pytest.fixture
def people():
    return a_table("people", "age INT", "city STRING")


class TestImpliedLineage:
    def test_it_begins_with_the_model(self):
        model = a_model()
        edge = LineageEdge.objects.get()
        assert (edge.from_entity.name, edge.to_entity.name) == ("orders", "churn")
        assert edge.is_implied
        assert (edge.valid_from, edge.created_by) == (model.updated_at, "system")

    def test_two_sources_from_one_table_are_one_edge(self):
        table = what_churn_needs()
        a_model(
            mlFeatures=[
                feature(("id", ORDERS), ("amount", ORDERS)),
                feature(("id", ORDERS), name="b"),
            ]
        )
        assert LineageEdge.objects.get().from_entity_id == table.pk

    def test_a_source_that_comes_later_adds_its_edge(self, people):
        model = a_shell()
        assert upstream_of(model) == []
        edit(model, feature(("age", str(people))))
        assert upstream_of(model) == ["people"]
        edit(model, feature(("age", str(people)), ("amount", str(what_churn_needs()))))
        assert upstream_of(model) == ["orders", "people"]

    def test_an_edge_ends_with_the_last_source_that_names_its_table(self, people):
        model = a_model(
            mlFeatures=[feature(("age", str(people))), feature(("city", str(people)), name="b")]
        )
        edit(model, feature(("age", str(people))))
        assert upstream_of(model) == ["people"]
        edit(model, feature())
        assert upstream_of(model) == []
        ended = LineageEdge.objects.get()
        assert ended.valid_to is not None
        assert ended.valid_to >= ended.valid_from

    def test_a_source_that_comes_back_begins_a_new_edge(self, people):
        model = a_model(mlFeatures=[feature(("age", str(people)))])
        edit(model, feature())
        edit(model, feature(("age", str(people))))
        assert upstream_of(model) == ["people"]
        assert LineageEdge.objects.count() == 2

    def test_an_edge_that_somebody_put_stays_without_sources(self, people):
        model = a_model(mlFeatures=[feature(("age", str(people)))])
        lifecycle.put_edge(people, model, actor=SYSTEM)
        edit(model, feature())
        assert upstream_of(model) == ["people"]

    def test_an_edge_that_was_there_by_hand_stays_by_hand(self, people):
        model = a_shell()
        lifecycle.put_edge(people, model, actor=SYSTEM, description="by hand")
        edit(model, feature(("age", str(people))))
        assert LineageEdge.objects.get().description == "by hand"
        edit(model, feature())
        assert upstream_of(model) == ["people"]

    def test_an_edge_whose_details_were_patched_stays(self, people):
        model = a_model(mlFeatures=[feature(("age", str(people)))])
        operations = [{"op": "add", "path": "/description", "value": "checked"}]
        lifecycle.patch_edge(people, model, operations, actor=SYSTEM, check=lambda details: details)
        edit(model, feature())
        assert upstream_of(model) == ["people"]

    def test_an_edge_that_was_ended_by_hand_comes_back_only_with_a_new_source(self, people):
        model = a_model(mlFeatures=[feature(("age", str(people)))])
        lifecycle.end_edge(people, model, actor=SYSTEM)
        edit(model, feature(("age", str(people)), ("city", str(people))))
        assert upstream_of(model) == []

    def test_a_source_may_be_a_dashboard_or_another_model_but_not_the_model_itself(self):
        dashboard, other = a_dashboard(), a_shell("other")
        model = a_model(mlFeatures=[feature(("a", str(dashboard)), ("b", str(other)))])
        assert upstream_of(model) == ["other", "performance"]
        edit(model, feature(("own", str(model))))
        assert upstream_of(model) == []

    def test_a_source_without_a_table_makes_no_lineage(self):
        model = a_shell()
        edit(model, {"name": "f", "featureSources": [{"name": "city"}]})
        assert upstream_of(model) == []


class TestEdges:
    def test_putting_an_edge_twice_replaces_its_details(self, people):
        model = a_shell()
        for words in ("first", "second"):
            lifecycle.put_edge(people, model, actor=SYSTEM, details={"description": words})
        assert LineageEdge.objects.get().details()["description"] == "second"
        assert last_event(model).event_type == "entityLineageUpdated"

    def test_an_edge_to_itself_is_refused(self, people):
        with pytest.raises(lifecycle.Invalid, match="itself"):
            lifecycle.put_edge(people, people, actor=SYSTEM)

    def test_an_edge_makes_no_version(self, people):
        model = a_shell()
        lifecycle.put_edge(people, model, actor=SYSTEM)
        lifecycle.end_edge(people, model, actor=SYSTEM)
        assert fresh(model).core == model.core
        assert last_event(model).event_type == "entityLineageDeleted"

    def test_column_lineage_names_columns_that_both_ends_have(self, people):
        table = a_table("summary", "age_group STRING")
        mapping = {"fromColumns": [f"{people}.age"], "toColumn": f"{table}.age_group"}
        lifecycle.put_edge(people, table, actor=SYSTEM, details={"columnsLineage": [mapping]})
        assert LineageEdge.objects.get().details()["columnsLineage"] == [mapping]
        for wrong in ({"fromColumns": [f"{people}.no"]}, {"toColumn": f"{table}.no"}):
            details = {"columnsLineage": [mapping | wrong]}
            with pytest.raises(lifecycle.Invalid, match="is not a column"):
                lifecycle.put_edge(people, table, actor=SYSTEM, details=details)

    def test_column_lineage_may_end_at_a_feature(self, people):
        model = a_model(mlFeatures=[sales_feature(featureSources=[])])
        mapping = {"fromColumns": [f"{people}.age"], "toColumn": f"{model}.sales"}
        lifecycle.put_edge(people, model, actor=SYSTEM, details={"columnsLineage": [mapping]})
        assert LineageEdge.objects.get().details()["columnsLineage"] == [mapping]

    def test_edges_of_one_source_end_together(self, people):
        model, other = a_shell(), a_table("other")
        lifecycle.put_edge(people, model, actor=SYSTEM, details={"source": "QueryLineage"})
        lifecycle.put_edge(other, model, actor=SYSTEM)
        assert lifecycle.end_edges_by_source(model, "QueryLineage", actor=SYSTEM) == 1
        assert upstream_of(model) == ["other"]

    def test_an_edge_may_begin_anew_after_it_ended(self, people):
        model = a_shell()
        for _ in range(2):
            lifecycle.put_edge(people, model, actor=SYSTEM)
            lifecycle.end_edge(people, model, actor=SYSTEM)
        assert LineageEdge.objects.count() == 2


class TestMatchedColumns:
    def test_a_source_points_to_the_column_of_its_name(self):
        assert column_of(a_model()) == "columns.amount"

    def test_letters_may_be_large_or_small(self):
        a_table("orders", "AMOUNT DOUBLE")
        assert column_of(a_model()) == "columns.AMOUNT"

    def test_a_source_without_such_a_column_points_to_none(self):
        a_table("orders", "id INT")
        assert column_of(a_model()) is None

    def test_the_column_is_found_when_the_table_gets_it_later(self):
        a_table("orders", "id INT")
        model = a_model()
        a_table("orders", "id INT", "amount DOUBLE")
        assert column_of(model) == "columns.amount"
        assert str(fresh(model).version) == "0.1"

    def test_the_column_is_forgotten_when_the_table_loses_it(self):
        model = a_model()
        a_table("orders", "id INT")
        assert column_of(model) is None
        a_table("orders", "id INT", "amount DOUBLE")
        assert column_of(model) == "columns.amount"

    def test_a_column_of_another_type_is_still_the_column_of_that_name(self):
        model = a_model()
        a_table("orders", "id INT", "amount DECIMAL")
        assert column_of(model) == "columns.amount"

    def test_a_column_that_is_renamed_in_letters_only_stays(self):
        model = a_model()
        a_table("orders", "id INT", "Amount DOUBLE")
        assert column_of(model) == "columns.Amount"

    def test_a_source_that_changes_its_table_changes_its_column(self):
        a_table("other", "amount INT")
        model = a_model()
        edit(model, feature(("amount", f"{ORDERS[:-6]}other")))
        source = FeatureSource.objects.get(feature__ml_model=model.pk)
        assert source.column.entity.name == "other"

    def test_a_column_with_a_dot_in_its_name_is_found(self):
        table = a_table("dotted", {"name": "total.net", "dataType": "INT"})
        model = a_model(mlFeatures=[feature(("total.net", str(table)))])
        assert column_of(model, "total.net") == 'columns."total.net"'

    def test_a_nested_column_is_found_by_its_path(self):
        table = a_table("nested", a_column("address STRUCT", "city STRING"))
        model = a_model(mlFeatures=[feature(("address.city", str(table)))])
        assert column_of(model, "address.city") == "columns.address.city"

    def test_a_source_keeps_its_column_while_the_table_is_only_soft_deleted(self, admin):
        model = a_model()
        lifecycle.delete(Table.objects.named(ORDERS).get(), actor=admin)
        assert column_of(model) == "columns.amount"
        again = lifecycle.put(MlModel, churn_document(), actor=SYSTEM)
        assert again.how == "entityNoChange"

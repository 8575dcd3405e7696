"""What each kind records of a change, under which name, and which version it makes (§5.3, §5.4)."""

import json
from decimal import Decimal

import pytest
from django.db import connection

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import ChangeEvent, EntityVersion
from catalog.models.fields import SecretField
from tests.builders import (
    a_chart,
    a_classification,
    a_column,
    a_dashboard,
    a_database,
    a_database_service,
    a_domain,
    a_model,
    a_pipeline,
    a_schema,
    a_table,
    a_tag,
    a_team,
    a_user,
    persona_feature,
    sales_feature,
    tags,
    with_references,
)
from tests.history import fresh, recorded

pytestmark = pytest.mark.django_db

CERTIFICATION = {
    "tagLabel": {"tagFQN": "Certification.Gold"},
    "appliedDate": 1,
    "expiryDate": 2,
}
SAME = Decimal("0.1")
MINOR = Decimal("0.2")
MAJOR = Decimal("1.1")


def after_edit(entity, edits):
    lifecycle.update(entity, with_references(edits), actor=SYSTEM)
    return fresh(entity)


def check(entity, edits, names, version):
    """Edit the entity and see that row, version and event tell the same."""
    after = after_edit(entity, edits)
    description = after.core.get("changeDescription")
    assert recorded(description) == sorted(names.split())
    assert after.version == version
    newest = EntityVersion.objects.filter(entity=entity.pk).first()
    assert (newest.version, newest.is_major) == (version, version == MAJOR)
    assert newest.change_description == (description or {})
    events = ChangeEvent.objects.filter(entity_id=entity.pk).order_by("id")
    if version == SAME:
        assert [event.event_type for event in events] == ["entityCreated"]
        return after
    assert description["previousVersion"] == 0.1
    event = events.last()
    assert event.is_major == (version == MAJOR)
    assert recorded(event.change_description) == sorted(names.split())
    return after


class TestMlModel:
    @pytest.mark.parametrize(
        ("edits", "names", "version"),
        [
            ({"algorithm": "lightgbm"}, "~algorithm", MAJOR),
            ({"server": "https://other.example.org/"}, "~server", MAJOR),
            ({"server": None}, "-server", MAJOR),
            ({"target": "left_within_30_days"}, "~target", MAJOR),
            ({"target": None}, "-target", MAJOR),
            ({"mlStore": {"storage": "s3://elsewhere"}}, "~mlStore", MINOR),
            ({"mlStore": None}, "-mlStore", MINOR),
            ({"mlFeatures": None}, "-mlFeatures", MINOR),
            (
                {"mlFeatures": [sales_feature(), persona_feature(), {"name": "age"}]},
                "+mlFeatures",
                MINOR,
            ),
            ({"mlFeatures": [sales_feature()]}, "-mlFeatures", MINOR),
            (
                {"mlFeatures": [sales_feature(), persona_feature(featureAlgorithm="UMAP")]},
                "+mlFeatures -mlFeatures",
                MINOR,
            ),
            (
                {"mlFeatures": [sales_feature(featureSources=[]), persona_feature()]},
                "+mlFeatures -mlFeatures",
                MINOR,
            ),
            (
                {"mlFeatures": [sales_feature(description="x"), persona_feature()]},
                "+mlFeatures.sales.description",
                MINOR,
            ),
            (
                {"mlFeatures": [sales_feature(), persona_feature(description="x")]},
                "~mlFeatures.persona.description",
                MINOR,
            ),
            (
                {"mlFeatures": [sales_feature(), persona_feature(description="")]},
                "-mlFeatures.persona.description",
                MINOR,
            ),
            ({"mlFeatures": [persona_feature(), sales_feature()]}, "", SAME),
            ({"mlHyperParameters": None}, "-mlHyperParameters", MINOR),
            (
                {"mlHyperParameters": [{"name": "eta", "value": "0.1"}]},
                "+mlHyperParameters -mlHyperParameters",
                MINOR,
            ),
            ({"sourceUrl": "https://mlflow.example.org/1"}, "+sourceUrl", MINOR),
            ({"description": "Other words"}, "~description", MINOR),
            ({"description": None}, "-description", MINOR),
            ({"displayName": "Churn"}, "+displayName", MINOR),
            ({"entityStatus": "Approved"}, "+entityStatus", MINOR),
            ({"certification": CERTIFICATION}, "+certification", MINOR),
            ({"extension": {"cost": 1}}, "+extension", MINOR),
            ({"lifeCycle": {"created": {"timestamp": 1}}}, "", SAME),
            ({"sourceHash": "abc"}, "", SAME),
            (
                {"algorithm": "lightgbm", "description": "Both at once"},
                "~algorithm ~description",
                MAJOR,
            ),
        ],
    )
    def test_a_change_is_recorded(self, edits, names, version):
        check(a_model(), edits, names, version)

    @pytest.mark.parametrize("name", ["server", "target"])
    def test_what_is_given_for_the_first_time_is_major_too(self, name):
        check(a_model(**{name: None}), {name: "https://x.example.org/"}, f"+{name}", MAJOR)

    def test_a_dashboard_is_told_as_a_reference_in_json_text(self):
        after = check(a_model(), {"dashboard": a_dashboard()}, "+dashboard", MINOR)
        told = json.loads(after.core["changeDescription"]["fieldsAdded"][0]["newValue"])
        assert (told["type"], told["fullyQualifiedName"]) == ("dashboard", "superset.performance")

    def test_another_dashboard_is_an_update_and_none_a_deletion(self):
        other = a_dashboard("other")
        check(a_model("a", dashboard=a_dashboard()), {"dashboard": other}, "~dashboard", MINOR)
        check(a_model("b", dashboard=other), {"dashboard": None}, "-dashboard", MINOR)

    def test_people_tags_and_domains_come_and_go_as_lists(self, alice, growth):
        given = {"owners": [alice], "tags": tags("PII.None"), "domains": [a_domain()]}
        model = a_model(**given)
        edits = {"owners": [growth], "tags": tags("Tier.Tier1"), "domains": [a_domain("HR")]}
        names = "+owners -owners +tags -tags +domains -domains"
        after = check(model, edits, names, MINOR)
        told = {c["name"]: c["newValue"] for c in after.core["changeDescription"]["fieldsAdded"]}
        assert [owner["name"] for owner in json.loads(told["owners"])] == ["growth"]
        assert [label["tagFQN"] for label in json.loads(told["tags"])] == ["Tier.Tier1"]

    def test_tags_of_a_feature_have_a_path(self):
        edits = {"mlFeatures": [sales_feature(tags=tags("PII.None")), persona_feature()]}
        check(a_model(), edits, "+mlFeatures.sales.tags", MINOR)

    def test_custom_properties_that_change_are_told_by_name(self):
        model = a_model(extension={"cost": 1, "stage": "test"})
        edits = {"extension": {"cost": 2, "team": "x"}}
        check(model, edits, "+extension -extension ~extension.cost", MINOR)

    def test_the_worked_example_of_the_contract(self, admin):
        model = a_model(algorithm="a", target=None)
        for words in "xy":
            a_model(algorithm="a", target=None, description=words)
        lifecycle.update(model, {"algorithm": "b", "target": "t"}, actor=admin)
        after = fresh(model)
        change = {k: v for k, v in after.core["changeDescription"].items() if k != "changeSummary"}
        assert after.version == Decimal("1.3")
        assert change == {
            "fieldsAdded": [{"name": "target", "newValue": "t"}],
            "fieldsUpdated": [{"name": "algorithm", "oldValue": "a", "newValue": "b"}],
            "fieldsDeleted": [],
            "previousVersion": 0.3,
        }

    def test_the_summary_says_who_wrote_each_description_last(self, admin, robot):
        model = a_model(description="")
        lifecycle.update(model, {"description": "by Ada"}, actor=admin)
        features = [sales_feature(description="by a robot"), persona_feature()]
        lifecycle.update(model, {"mlFeatures": features}, actor=robot)
        summary = fresh(model).core["changeDescription"]["changeSummary"]
        assert {name: (s["changedBy"], s["changeSource"]) for name, s in summary.items()} == {
            "description": ("ada", "Manual"),
            "mlFeatures.sales.description": ("robot", "Ingested"),
        }


class TestTable:
    @pytest.mark.parametrize(
        ("columns", "names", "version"),
        [
            ("age INT/age INT/new INT", "+columns", MINOR),
            ("age INT/old INT/age INT", "-columns", MAJOR),
            ("age INT//age BIGINT", "+columns -columns", MAJOR),
            ("age INT//AGE INT", "", SAME),
        ],
        ids=["added", "deleted", "of another type", "in other letters"],
    )
    def test_columns_come_and_go(self, columns, names, version):
        first, *rest = columns.split("/")
        before, after = {
            "+columns": ([first], rest),
            "-columns": ([first, rest[0]], rest[1:]),
        }.get(names, ([first], rest[1:]))
        edits = {"columns": [a_column(column) for column in after]}
        check(a_table("t", *before), edits, names, version)

    @pytest.mark.parametrize(
        ("before", "after", "names", "version"),
        [
            ({}, {"description": "x"}, "+columns.c.description", MINOR),
            ({"description": "x"}, {"description": "y"}, "~columns.c.description", MINOR),
            ({}, {"displayName": "x"}, "+columns.c.displayName", MINOR),
            ({}, {"constraint": "NOT_NULL"}, "+columns.c.constraint", MINOR),
            ({}, {"dataLength": 5}, "+columns.c.dataLength", MAJOR),
            ({"dataLength": 9}, {"dataLength": 5}, "~columns.c.dataLength", MAJOR),
            ({"dataLength": 5}, {"dataLength": 9}, "~columns.c.dataLength", MINOR),
            ({"dataLength": 5}, {}, "-columns.c.dataLength", MAJOR),
            ({}, {"precision": 5}, "+columns.c.precision", MINOR),
            ({"precision": 9}, {"precision": 5}, "~columns.c.precision", MAJOR),
            ({"precision": 5}, {"precision": 9}, "~columns.c.precision", MINOR),
            ({"precision": 5}, {}, "-columns.c.precision", MAJOR),
            ({"scale": 2}, {"scale": 1}, "~columns.c.scale", MAJOR),
            ({"scale": 1}, {"scale": 2}, "~columns.c.scale", MINOR),
            ({"scale": 1}, {"scale": 0}, "~columns.c.scale", MAJOR),
            ({}, {"ordinalPosition": 3}, "", SAME),
            ({}, {"dataTypeDisplay": "number(9)"}, "", SAME),
        ],
    )
    def test_a_column_changes_inside(self, before, after, names, version):
        table = a_table("t", a_column("c DECIMAL", **before))
        check(table, {"columns": [a_column("c DECIMAL", **after)]}, names, version)

    def test_columns_inside_columns_have_longer_paths(self):
        table = a_table("t", a_column("address STRUCT", "city STRING", "zip STRING"))
        worded = a_column("city STRING", description="x", tags=tags("PII.None"))
        edits = {"columns": [a_column("address STRUCT", worded, "zip STRING")]}
        names = "+columns.address.city.description +columns.address.city.tags"
        check(table, edits, names, MINOR)
        after = after_edit(table, {"columns": [a_column("address STRUCT", "city STRING")]})
        assert after.version == MAJOR
        assert "-columns.address" in recorded(after.core["changeDescription"])

    @pytest.mark.parametrize(
        ("edits", "names"),
        [
            ({"tableType": "View"}, "~tableType"),
            ({"sourceUrl": "https://x.example.org/"}, "+sourceUrl"),
            ({"retentionPeriod": "P30D"}, "+retentionPeriod"),
            (
                {"tableConstraints": [{"constraintType": "UNIQUE", "columns": ["id"]}]},
                "+tableConstraints",
            ),
            ({"schemaDefinition": "select 1"}, "+schemaDefinition"),
        ],
    )
    def test_a_property_of_the_table_is_minor(self, edits, names):
        check(a_table(), edits, names, MINOR)


@pytest.mark.parametrize(
    ("build", "edits", "names", "version"),
    [
        (a_database, {"retentionPeriod": "P1Y"}, "+retentionPeriod", MINOR),
        (a_database, {"sourceUrl": "https://x.example.org/"}, "+sourceUrl", MINOR),
        (a_schema, {"retentionPeriod": "P1Y"}, "+retentionPeriod", MINOR),
        (a_schema, {"sourceUrl": "https://x.example.org/"}, "+sourceUrl", MINOR),
        (a_pipeline, {"sourceUrl": "https://x.example.org/"}, "+sourceUrl", MINOR),
        (a_pipeline, {"concurrency": 3}, "+concurrency", MINOR),
        (a_pipeline, {"pipelineLocation": "/dags"}, "+pipelineLocation", MINOR),
        (a_pipeline, {"tasks": [{"name": "load"}]}, "+tasks", MINOR),
        (a_chart, {"chartType": "Bar"}, "~chartType", MINOR),
        (a_chart, {"sourceUrl": "https://x.example.org/"}, "+sourceUrl", MINOR),
        (a_dashboard, {"sourceUrl": "https://x.example.org/"}, "+sourceUrl", MINOR),
        (a_classification, {"disabled": True}, "~disabled", MINOR),
        (a_classification, {"mutuallyExclusive": True}, "~mutuallyExclusive", MINOR),
        (a_tag, {"disabled": True}, "~disabled", MINOR),
        (a_tag, {"mutuallyExclusive": True}, "~mutuallyExclusive", MINOR),
        (a_tag, {"description": "x"}, "~description", MINOR),
        (a_domain, {"domainType": "Source-aligned"}, "~domainType", MINOR),
        (a_user, {"timezone": "Europe/Berlin"}, "+timezone", MINOR),
        (a_user, {"isBot": True}, "~isBot", MINOR),
        (a_user, {"isAdmin": True}, "~isAdmin", MINOR),
        (a_user, {"profile": {"images": {}}}, "+profile", MINOR),
        (a_team, {"email": "growth@example.org"}, "+email", MINOR),
        (a_team, {"isJoinable": False}, "~isJoinable", MINOR),
        (a_team, {"teamType": "Department"}, "~teamType", MINOR),
    ],
)
def test_other_kinds_record(build, edits, names, version):
    check(build(), edits, names, version)


@pytest.mark.parametrize(("build", "name"), [(a_user, "teams"), (a_team, "users")])
def test_memberships_are_recorded(build, name, growth, alice):
    one = build("other")
    check(one, {name: [growth if name == "teams" else alice]}, f"+{name}", MINOR)


def test_experts_of_a_domain_are_recorded(alice):
    check(a_domain(), {"experts": [alice]}, "+experts", MINOR)


def test_charts_of_a_dashboard_are_recorded_as_references():
    check(a_dashboard(), {"charts": [a_chart()]}, "+charts", MINOR)


def test_words_and_tags_of_a_task_have_a_path():
    pipeline = a_pipeline(tasks=[{"name": "load"}, {"name": "train"}])
    task = {"name": "load", "description": "x", "tags": tags("PII.None")}
    names = "+tasks.load.description +tasks.load.tags -tasks"
    check(pipeline, {"tasks": [task]}, names, MINOR)


class TestConnection:
    secret = {"config": {"type": "Postgres", "username": "reader", "password": "s3cret"}}

    def changed(self):
        service = a_database_service(connection=self.secret)
        config = self.secret["config"] | {"password": "n3w s3cret"}
        return check(service, {"connection": {"config": config}}, "~connection", MINOR)

    def test_another_password_is_a_change_whose_values_are_masked(self):
        service = self.changed()
        assert service.connection["config"]["password"] == "n3w s3cret"

    def test_history_and_events_hold_no_secret(self):
        service = self.changed()
        told = [str(vars(row)) for row in EntityVersion.objects.filter(entity=service.pk)]
        told += [str(vars(row)) for row in ChangeEvent.objects.filter(entity_id=service.pk)]
        assert len(told) == 4
        assert not [text for text in told if "s3cret" in text]
        assert "s3cret" not in str(service.core)

    def test_secrets_are_encrypted_at_rest(self):
        service = a_database_service(connection=self.secret)
        table = service._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT connection FROM {table}")
            kept = bytes(cursor.fetchone()[0])
        assert kept
        for word in (b"s3cret", b"reader", b"password"):
            assert word not in kept
        assert isinstance(service._meta.get_field("connection"), SecretField)

    def test_sending_back_the_masks_changes_nothing(self):
        service = a_database_service(connection=self.secret)
        shown = type(service).shown({"connection": self.secret})
        written = lifecycle.update(service, shown, actor=SYSTEM)
        assert written.how == "entityNoChange"
        stored = type(service).objects.get(pk=service.pk).connection
        assert stored["config"]["password"] == "s3cret"

    def test_the_type_of_a_connection_comes_from_the_service(self):
        service = a_database_service(connection={"config": {"username": "reader"}})
        assert service.connection["config"]["type"] == "Postgres"

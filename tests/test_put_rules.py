"""What a PUT keeps and what it takes away, row by row of contract §6.1, by people and by robots."""

import pytest

from catalog import documents, lifecycle
from catalog.access import SYSTEM
from mlmodels.models import MlModel
from tests.builders import (
    a_column,
    a_dashboard,
    a_domain,
    a_model,
    a_table,
    churn_document,
    persona_feature,
    sales_feature,
    tags,
    with_references,
)
from tests.history import fresh, recorded_of

pytestmark = pytest.mark.django_db


def content(entity):
    return documents.content_of(fresh(entity))


def put_without(model, *names, actor=SYSTEM, **values):
    """PUT the churn document without some members; return the content that is there then."""
    document = churn_document(**values)
    request = {name: value for name, value in document.items() if name not in names}
    lifecycle.put(MlModel, request, actor=actor)
    return content(model)


class TestWhatARequestLeavesOut:
    @pytest.mark.parametrize(
        "name", ["mlFeatures", "mlHyperParameters", "mlStore", "server", "target"]
    )
    def test_what_belongs_to_the_model_is_removed(self, name, robot):
        model = a_model()
        assert name not in put_without(model, name, actor=robot)
        assert recorded_of(model) == [f"-{name}"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("sourceUrl", "https://mlflow.example.org/1"), ("dashboard", "superset.performance")],
    )
    def test_so_are_its_links(self, name, value):
        a_dashboard()
        model = a_model(**{name: value})
        assert name not in put_without(model)
        assert recorded_of(model) == [f"-{name}"]

    def test_the_algorithm_becomes_the_default_which_is_major(self):
        model = a_model()
        assert put_without(model, "algorithm")["algorithm"] == "mlmodel"
        assert str(fresh(model).version) == "1.1"

    def test_a_person_s_silence_removes_the_description_and_a_robot_s_keeps_it(self, admin, robot):
        model = a_model()
        assert "description" in put_without(model, "description", actor=robot)
        assert "description" not in put_without(model, "description", actor=admin)

    @pytest.mark.parametrize("absent", [None, []])
    def test_owners_tags_domains_and_properties_stay(self, absent, alice, admin, robot):
        given = {
            "owners": [alice],
            "tags": tags("PII.None"),
            "domains": [a_domain()],
            "extension": {"cost": 1},
        }
        model = a_model(**given)
        before = content(model)
        for actor in (admin, robot):
            assert put_without(model, actor=actor, **dict.fromkeys(given, absent)) == before
        assert str(fresh(model).version) == "0.1"

    def test_life_cycle_hash_status_and_certification_stay(self):
        model = a_model(lifeCycle={"created": {"timestamp": 5}}, sourceHash="abc")
        kept = {"entityStatus": "Approved", "certification": {"tagLabel": {}, "appliedDate": 1}}
        lifecycle.update(model, kept, actor=SYSTEM)
        after = put_without(model)
        assert after.items() >= kept.items()
        assert after["lifeCycle"] == {"created": {"timestamp": 5}}
        assert after["sourceHash"] == "abc"

    def test_followers_and_votes_stay(self, alice):
        model = a_model()
        lifecycle.follow(model, alice, actor=alice)
        lifecycle.vote(model, alice, True, actor=alice)
        a_model(description="other")
        shown = documents.read(MlModel, [fresh(model)], ["followers", "votes"])[0]
        assert [user["name"] for user in shown["followers"]] == ["alice"]
        assert shown["votes"]["upVotes"] == 1


class TestWhatARequestBringsAnew:
    @pytest.mark.parametrize(
        ("name", "stored", "sent"),
        [
            ("description", "by people", "by a robot"),
            ("displayName", "by people", "by a robot"),
            ("extension", {"cost": 1}, {"cost": 2}),
        ],
    )
    def test_a_robot_does_not_write_over_what_people_wrote(self, name, stored, sent, admin, robot):
        model = a_model(**{name: stored})
        assert put_without(model, actor=robot, **{name: sent})[name] == stored
        assert put_without(model, actor=admin, **{name: sent})[name] == sent

    def test_a_robot_may_when_it_says_so(self, robot):
        model = a_model()
        request = churn_document(description="by a robot")
        lifecycle.put(MlModel, request, actor=robot, override=True)
        assert content(model)["description"] == "by a robot"

    def test_a_robot_may_write_the_first_words(self, robot):
        model = a_model(description="")
        assert put_without(model, actor=robot, description="x")["description"] == "x"

    def test_a_robot_does_not_move_a_model_to_another_domain(self, admin, robot):
        model = a_model(domains=[a_domain("Sales")])
        other = [a_domain("HR")]
        for actor, domain in ((robot, "Sales"), (admin, "HR")):
            after = put_without(model, actor=actor, domains=other)
            assert [it["name"] for it in after["domains"]] == [domain]

    def test_owners_that_are_given_replace_the_stored_ones(self, alice, bob, robot):
        model = a_model(owners=[alice])
        after = put_without(model, actor=robot, owners=[bob])
        assert [owner["name"] for owner in after["owners"]] == ["bob"]

    def test_tags_are_united(self, robot):
        model = a_model(tags=tags("PII.None"))
        after = put_without(model, actor=robot, tags=tags("Tier.Tier1"))
        assert [label["tagFQN"] for label in after["tags"]] == ["PII.None", "Tier.Tier1"]

    def test_only_a_later_access_replaces_the_stored_one(self):
        model = a_model(lifeCycle={"created": {"timestamp": 5}, "accessed": {"timestamp": 5}})
        sent = {"created": {"timestamp": 3}, "accessed": {"timestamp": 9}}
        assert put_without(model, lifeCycle=sent)["lifeCycle"] == {
            "created": {"timestamp": 5},
            "accessed": {"timestamp": 9},
        }
        assert str(fresh(model).version) == "0.1"

    def test_status_and_certification_are_out_of_reach(self):
        model = a_model()
        after = put_without(model, certification={"tagLabel": {}}, entityStatus="Approved")
        assert "certification" not in after
        assert after.get("entityStatus") != "Approved"


class TestParts:
    def test_words_and_tags_of_features_are_carried_over(self, robot):
        model = a_model(
            mlFeatures=[sales_feature(description="kept", tags=tags("PII.None")), persona_feature()]
        )
        sent = [sales_feature(tags=tags("Tier.Tier1")), persona_feature(description="by a robot")]
        sales, persona = put_without(model, actor=robot, mlFeatures=sent)["mlFeatures"]
        assert sales["description"] == "kept"
        assert [label["tagFQN"] for label in sales["tags"]] == ["PII.None", "Tier.Tier1"]
        assert persona["description"] == persona_feature()["description"]

    def test_a_person_s_words_on_a_feature_are_taken(self, admin):
        model = a_model()
        sent = [sales_feature(), persona_feature(description="new")]
        assert (
            put_without(model, actor=admin, mlFeatures=sent)["mlFeatures"][1]["description"]
            == "new"
        )

    def test_words_and_tags_of_nested_columns_are_carried_over(self, robot):
        city = a_column("city STRING PII.None", description="kept", displayName="City")
        a_table("people", a_column("address STRUCT", city))
        sent = a_column("address STRUCT", a_column("city STRING", description="by a robot"))
        table = a_table("people", sent, by=robot)
        kept = content(table)["columns"][0]["children"][0]
        assert (kept["description"], kept["displayName"]) == ("kept", "City")
        assert [label["tagFQN"] for label in kept["tags"]] == ["PII.None"]
        assert str(fresh(table).version) == "0.1"

    def test_a_table_without_a_column_loses_it(self):
        table = a_table("people", "age INT", "city STRING")
        a_table("people", "age INT")
        assert recorded_of(table) == ["-columns"]
        assert str(fresh(table).version) == "1.1"


def test_a_robot_s_second_run_changes_nothing(robot, alice):
    """A connector sends what it sees; what people added meanwhile stays, and no version is made."""
    model = a_model(by=robot)
    edits = {"description": "By Alice", "tags": tags("PII.None"), "owners": [alice]}
    lifecycle.update(model, with_references(edits), actor=SYSTEM)
    assert str(fresh(model).version) == "0.2"
    written = lifecycle.put(MlModel, churn_document(), actor=robot)
    assert written.how == "entityNoChange"
    assert str(fresh(model).version) == "0.2"

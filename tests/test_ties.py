"""Ties to other entities: what is inherited, tags, followers, votes, tokens (contract §6.6–6.8)."""

import pytest
from django.db import IntegrityError, transaction

from catalog import documents, lifecycle, references
from catalog.access import SYSTEM
from catalog.models import ApiToken, EntityVersion, Following, Responsibility, Vote
from mlmodels.models import MlModel
from tests.builders import (
    a_bot,
    a_classification,
    a_domain,
    a_model,
    a_model_service,
    a_table,
    churn_document,
    persona_feature,
    tags,
    what_churn_needs,
    with_references,
)
from tests.history import fresh, versions_of

pytestmark = pytest.mark.django_db


class TestInheritance:
    def test_a_model_has_the_domain_of_its_service_and_not_its_owners(self, alice):
        a_model_service(domains=[a_domain()], owners=[alice])
        model = a_model()
        found = documents.read(MlModel, [model], ["domains", "owners"])[0]
        assert [(d["name"], d["inherited"]) for d in found["domains"]] == [("Sales", True)]
        assert found["owners"] == []

    def test_a_table_has_the_owners_and_domain_of_what_holds_it(self, alice):
        table = a_table()
        schema = table.parent.concrete
        lifecycle.update(schema, with_references({"owners": [alice]}), actor=SYSTEM)
        database = schema.parent.concrete
        lifecycle.update(database, with_references({"domains": [a_domain()]}), actor=SYSTEM)
        found = documents.read(type(table), [table], ["owners", "domains"])[0]
        assert [(o["name"], o["inherited"]) for o in found["owners"]] == [("alice", True)]
        assert [(d["name"], d["inherited"]) for d in found["domains"]] == [("Sales", True)]

    def test_what_is_inherited_is_never_stored(self, alice, admin):
        table = a_table()
        lifecycle.update(table.parent.concrete, with_references({"owners": [alice]}), actor=SYSTEM)
        shown = documents.read(type(table), [table], ["owners"])[0]["owners"]
        assert lifecycle.update(table, {"owners": shown}, actor=admin).how == "entityNoChange"
        assert not Responsibility.objects.filter(entity=table.pk).exists()
        assert "owners" not in EntityVersion.objects.get(entity=table.pk).document

    def test_own_values_come_before_inherited_ones(self, alice, bob):
        table = a_table(owners=[bob])
        lifecycle.update(table.parent.concrete, with_references({"owners": [alice]}), actor=SYSTEM)
        found = documents.read(type(table), [table], ["owners"])[0]["owners"]
        assert [(o["name"], "inherited" in o) for o in found] == [("bob", False)]


class TestTags:
    def test_labels_come_back_sorted_with_the_words_of_their_tags(self):
        model = a_model(tags=tags("Tier.Tier1", "PII.None"))
        labels = documents.read(MlModel, [model], ["tags"])[0]["tags"]
        assert [label["tagFQN"] for label in labels] == ["PII.None", "Tier.Tier1"]
        assert labels[0] == {
            "tagFQN": "PII.None",
            "name": "None",
            "description": "What is None",
            "source": "Classification",
            "labelType": "Manual",
            "state": "Confirmed",
        }

    @pytest.mark.parametrize("place", ["model", "feature", "source"])
    def test_two_tags_of_an_exclusive_classification_are_refused_together(self, place):
        what_churn_needs()
        a_classification("Tier", mutuallyExclusive=True)
        both = tags("Tier.Tier1", "Tier.Tier2")
        source = {"name": "x", "tags": both}
        values = {
            "model": {"tags": both},
            "feature": {"mlFeatures": [persona_feature(tags=both)]},
            "source": {"mlFeatures": [persona_feature(featureSources=[source])]},
        }[place]
        message = "Tag labels Tier.Tier1 and Tier.Tier2 are mutually exclusive"
        with pytest.raises(references.WrongReference, match=message):
            lifecycle.put(MlModel, churn_document(**values), actor=SYSTEM)

    def test_a_put_cannot_add_an_exclusive_tag_beside_a_stored_one(self):
        a_classification("Tier", mutuallyExclusive=True)
        tags("Tier.Tier1", "Tier.Tier2")
        a_model(tags=tags("Tier.Tier1"))
        with pytest.raises(references.WrongReference, match="mutually exclusive"):
            a_model(tags=tags("Tier.Tier2"))

    def test_tags_sit_on_features_sources_and_nested_columns(self):
        source = {"name": "city", "tags": tags("PII.None")}
        model = a_model(
            mlFeatures=[persona_feature(tags=tags("PII.Sensitive"), featureSources=[source])]
        )
        feature = documents.read(MlModel, [model], ["tags"])[0]["mlFeatures"][0]
        assert feature["tags"][0]["tagFQN"] == "PII.Sensitive"
        assert feature["featureSources"][0]["tags"][0]["tagFQN"] == "PII.None"
        without = documents.read(MlModel, [model])[0]["mlFeatures"][0]
        assert "tags" not in without
        assert "tags" not in without["featureSources"][0]


class TestTies:
    def test_following_makes_no_version_and_one_event(self, alice):
        model = a_model()
        event = lifecycle.follow(model, alice, actor=alice)
        assert event.event_type == "entityFieldsChanged"
        assert event.change_description["fieldsAdded"][0]["name"] == "followers"
        lifecycle.follow(model, alice, actor=alice)
        assert Following.objects.count() == 1
        gone = lifecycle.unfollow(model, alice, actor=alice)
        assert gone.change_description["fieldsDeleted"][0]["name"] == "followers"
        assert not Following.objects.exists()
        after = fresh(model)
        assert (after.core, after.updated_at) == (model.core, model.updated_at)
        assert versions_of(model) == ["0.1"]

    def test_votes_make_no_version(self, alice, bob):
        model = a_model()
        for user, is_up in ((alice, True), (bob, True), (bob, False)):
            lifecycle.vote(model, user, is_up, actor=user)
        votes = documents.read(MlModel, [model], ["votes"])[0]["votes"]
        assert (votes["upVotes"], votes["downVotes"]) == (1, 1)
        assert votes["upVoters"][0]["name"] == "alice"
        lifecycle.vote(model, alice, None, actor=alice)
        assert Vote.objects.count() == 1
        assert versions_of(model) == ["0.1"]

    def test_an_owner_is_a_user_or_a_team(self, alice, growth):
        model = a_model()
        for values in ({}, {"user": alice, "team": growth}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Responsibility.objects.create(entity=model, role="owner", **values)


class TestTokens:
    def test_a_token_is_kept_as_a_hash_and_can_be_revoked(self, alice):
        text = lifecycle.issue_token(alice, "laptop", actor=alice)
        token = ApiToken.objects.get()
        assert text not in str(vars(token))
        assert ApiToken.objects.user_of(text).pk == alice.pk
        lifecycle.revoke_token(token.pk, actor=alice)
        assert ApiToken.objects.user_of(text) is None

    def test_a_deleted_user_has_no_tokens(self, alice, admin):
        text = lifecycle.issue_token(alice, "laptop", actor=alice)
        lifecycle.delete(alice, actor=admin)
        assert ApiToken.objects.user_of(text) is None

    def test_the_token_of_a_robot_can_be_told_again(self):
        robot = a_bot()
        text = lifecycle.issue_token(robot, "ingestion", actor=SYSTEM)
        assert ApiToken.objects.get().derived() == text

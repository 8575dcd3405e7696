"""Users, teams and bots over the API; what is theirs; who follows and who votes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import ApiToken, ChangeEvent, User
from tests import builders
from tests.wire import Caller, at, changed, reference, refused, told

pytestmark = pytest.mark.django_db
UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def model(db):
    return builders.a_shell()


def names(references):
    return [item["name"] for item in references]


# --- Users ---


def test_a_user(api):
    request = {"name": "Grace.Hopper", "email": "Grace@Example.org", "displayName": "Grace"}
    document = told(api.put("users", request), 201)
    assert document["fullyQualifiedName"] == '"grace.hopper"'
    assert document["email"].lower() == "grace@example.org"
    assert (document["isBot"], document["isAdmin"]) == (False, False)
    for name in ("Grace.Hopper", "grace.hopper", "%22grace.hopper%22", "GRACE.HOPPER"):
        assert told(api.get(f"users/name/{name}"))["id"] == document["id"]


def test_an_email_belongs_to_one_user(api, alice):
    for verb in ("POST", "PUT"):
        answer = api(verb, "users", {"name": "other", "email": "Alice@example.org"})
        refused(answer, 409, "Another user has the email alice@example.org")
    refused(api.post("users", {"name": "x", "email": "no address"}), 400, "email")


def test_a_user_and_a_team_know_each_other(api, alice, growth):
    user = told(api.get(at(alice), fields="teams"))
    assert names(user["teams"]) == ["growth"]
    team = told(api.get(at(growth), fields="users,userCount"))
    assert names(team["users"]) == ["alice", "bob"]
    assert team["userCount"] == 2
    zoe = {"name": "zoe", "email": "zoe@example.org", "teams": [str(growth.pk)]}
    told(api.put("users", zoe), 201)
    team = told(api.get(at(growth), fields="users"))
    assert names(team["users"]) == ["alice", "bob", "zoe"]


def test_teams_form_a_tree(api):
    root = told(api.put("teams", {"name": "all", "teamType": "Organization"}), 201)
    below = {"name": "data", "teamType": "Department", "parents": [root["id"]]}
    child = told(api.put("teams", below), 201)
    assert names(told(api.get(f"teams/{child['id']}", fields="parents"))["parents"]) == ["all"]
    above = told(api.get(f"teams/{root['id']}", fields="children,childrenCount"))
    assert (names(above["children"]), above["childrenCount"]) == (["data"], 1)
    refused(api.put("teams", {"name": "odd", "teamType": "Gang"}), 400, "teamType must be one of")
    refused(api.put("teams", {"name": "x", "teamType": "Group", "users": [UUID]}), 404, "user inst")


def test_who_is_logged_in(api, admin, charlie):
    assert told(api.get("users/loggedInUser"))["id"] == str(admin.pk)
    assert told(Caller(charlie).get("users/loggedInUser", fields="teams"))["teams"] == []
    refused(Caller().get("users/loggedInUser"), 401)


def test_accounts_are_made_by_admins_and_changed_by_their_owners(api, alice, charlie, robot_api):
    request = {"name": "new", "email": "new@example.org"}
    for caller in (Caller(charlie), robot_api):
        refused(caller.put("users", request), 403, "may not create the user")
        refused(caller.patch(at(alice), [{"op": "add", "path": "/displayName", "value": "X"}]), 403)
        refused(caller.delete(at(alice)), 403)
    mine = [{"op": "add", "path": "/displayName", "value": "Alice A."}]
    told(Caller(alice).patch(at(alice), mine))
    for flag in ("isAdmin", "isBot"):
        operations = [{"op": "replace", "path": f"/{flag}", "value": True}]
        refused(Caller(alice).patch(at(alice), operations), 403)
    alice.refresh_from_db()
    assert not alice.is_admin


def test_passwords(api, admin, alice, charlie, robot_api):
    request = {"name": "zoe", "email": "zoe@example.org"}
    refused(api.put("users", request | {"password": "12345"}), 400, "password")
    assert not User.objects.filter(name="zoe").exists()
    created = told(api.put("users", request | {"password": "correct horse battery"}), 201)
    assert "password" not in created
    stored = User.objects.get(name="zoe")
    assert "horse" not in str(stored.core) + str(stored.versions.get().document)
    assert User.objects.get(name="zoe").check_password("correct horse battery")
    # A PUT that changes nothing else must not be a way to somebody else's log-in.
    same = {"name": "alice", "email": "alice@example.org", "password": "something else 5"}
    for caller in (Caller(charlie), robot_api):
        refused(caller.put("users", same), 403)
    told(Caller(alice).put("users", same))
    told(api.put("users", same | {"password": "yet another 7"}))
    assert User.objects.get(name="alice").check_password("yet another 7")


def test_a_deleted_user_cannot_come_in(api, charlie):
    caller = Caller(charlie)
    told(caller.get("users/loggedInUser"))
    told(api.delete(at(charlie)))
    refused(caller.get("users/loggedInUser"), 401)
    told(api.put("users/restore", {"id": str(charlie.pk)}))
    told(caller.get("users/loggedInUser"))


# --- Bots ---


def test_a_bots_token_is_for_admins_and_itself(api, charlie):
    mechanism = {"config": {"JWTTokenExpiry": "Unlimited"}, "authType": "JWT"}
    request = {
        "name": "nightly",
        "email": "nightly@example.org",
        "isBot": True,
        "authenticationMechanism": mechanism,
    }
    bot = told(api.put("users", request), 201)
    path = f"users/auth-mechanism/{bot['id']}"
    answer = told(api.get(path))
    assert answer["authType"] == "JWT"
    assert answer["config"]["JWTTokenExpiry"] == "Unlimited"
    itself = Caller(token=answer["config"]["JWTToken"])
    assert told(itself.get("users/loggedInUser"))["name"] == "nightly"
    assert told(itself.get(path)) == answer
    refused(Caller(charlie).get(path), 403)
    refused(api.get(f"users/auth-mechanism/{charlie.pk}"), 404)
    refused(api.get(f"users/auth-mechanism/{UUID}"), 404)
    told(api.put("users", request))
    assert told(api.get(path)) == answer  # the same token, not another


def test_a_bot_names_its_user(api, robot):
    bot = told(api.put("bots", {"name": "nightly", "botUser": "robot"}), 201)
    assert bot["botUser"]["id"] == str(robot.pk)
    assert told(api.get("bots/name/nightly"))["id"] == bot["id"]
    refused(api.put("bots", {"name": "x", "botUser": "nobody"}), 404, "user instance for nobody")
    refused(api.put("bots", {"name": "x"}), 400, "[botUser must not be null]")
    again = api.put("bots", {"name": "second", "botUser": "robot"})
    refused(again, 409, "Another bot has the bot user")


# --- Tokens ---


def test_a_token_that_is_not_valid_is_401(db, charlie):
    expired = lifecycle.issue_token(
        charlie, "old", actor=SYSTEM, expires_at=timezone.now() - timedelta(seconds=1)
    )
    revoked = builders.a_token(charlie)
    lifecycle.revoke_token(ApiToken.objects.get(name="tests").pk, actor=charlie)
    for text in (expired, revoked, "unknown", "x" * 5000, "é"):
        answer = Caller(token=text).get("users")
        refused(answer, 401, "unknown, expired or revoked")
        assert answer["WWW-Authenticate"] == "Bearer"
    refused(Caller().get("users"), 401)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YTpi", "bearer x", "\t", "Bearer a b"]
)
def test_an_odd_authorization_is_401(db, client, header):
    refused(client.get("/api/v1/users", headers={"Authorization": header}), 401)


def test_tokens_are_stored_as_hashes(charlie):
    text = builders.a_token(charlie)
    row = ApiToken.objects.get()
    assert text not in str(vars(row))


# --- Owning ---


def test_assets_of_people_teams_tags_and_domains(api, alice, growth):
    builders.a_domain("Sales")
    by_user = builders.a_shell("u", owners=builders.with_references([alice]))
    by_team = builders.a_shell("t", owners=builders.with_references([growth]))
    builders.a_shell("tagged", tags=builders.tags("PII.Sensitive"), domains=["Sales"])
    told(api.delete(at(builders.a_shell("gone", owners=builders.with_references([alice])))))
    for path, expected in (
        ("users/name/alice/assets", ["t", "u"]),  # her team's are hers
        ("users/name/bob/assets", ["t"]),
        ("teams/name/growth/assets", ["t"]),
        ("tags/name/PII.Sensitive/assets", ["tagged"]),
        ("domains/name/Sales/assets", ["tagged"]),
    ):
        answer = told(api.get(path))
        assert names(answer["data"]) == expected
        assert answer["paging"] == {"total": len(expected)}
    page = told(api.get("users/name/alice/assets", limit=1, offset=1))
    assert (names(page["data"]), page["paging"]["total"]) == (["u"], 2)
    assert {item["id"] for item in told(api.get("users/name/alice/assets"))["data"]} == {
        str(by_user.pk),
        str(by_team.pk),
    }
    for wrong in ({"limit": "x"}, {"offset": "x"}, {"offset": -1}):
        refused(api.get("users/name/alice/assets", **wrong), 400, "query param")
    refused(api.get("users/name/nobody/assets"), 404, "user instance for nobody")
    refused(api.get("mlmodels/name/mlflow.u/assets"), 404)


def test_owners_are_users_and_teams_that_are_there(api, model, alice, growth):
    request = {"name": "shell", "service": "mlflow"}
    document = told(api.put("mlmodels", request | {"owners": [reference(alice)]}))
    assert changed(document) == {"fieldsAdded": ["owners"]}
    told(api.put("mlmodels", request | {"owners": [reference(growth)]}))
    assert names(told(api.get(at(model), fields="owners"))["owners"]) == ["growth"]
    for owners, status in (
        ([{"id": UUID, "type": "user"}], 404),
        ([{"id": str(model.pk), "type": "user"}], 404),
        ([{"id": str(model.pk), "type": "mlmodel"}], 400),
        ([{"id": "x", "type": "user"}], 400),
        ([{"type": "user"}], 400),
        (["alice"], 400),
        ("alice", 400),
        ([None], 400),
    ):
        refused(api.put("mlmodels", request | {"owners": owners}), status)


def test_owners_are_people_or_one_group(api, model, alice, bob, growth):
    division = builders.a_team("all", teamType="Division")
    request = {"name": "shell", "service": "mlflow"}
    for owners in ([alice, growth], [growth, builders.a_team("other")], [division]):
        refused(api.put("mlmodels", request | {"owners": list(map(reference, owners))}), 400, "own")
    told(api.put("mlmodels", request | {"owners": [reference(alice), reference(bob)]}))
    assert names(told(api.get(at(model), fields="owners"))["owners"]) == ["alice", "bob"]


# --- Following and voting ---


def test_following(api, model, alice):
    path = f"{at(model)}/followers"
    before = told(api.get(at(model)))
    for _ in range(2):  # again is the same as once
        event = told(api.put(path, str(alice.pk)))
        assert event["eventType"] == "entityFieldsChanged"
        (change,) = event["changeDescription"]["fieldsAdded"]
        assert change["name"] == "followers"
        assert "alice" in change["newValue"]
        assert names(told(api.get(at(model), fields="followers"))["followers"]) == ["alice"]
    assert names(told(api.get(at(alice), fields="follows"))["follows"]) == ["shell"]
    assert told(api.get(at(model))) == before  # no new version
    for _ in range(2):
        event = told(api.delete(f"{path}/{alice.pk}"))
        assert [c["name"] for c in event["changeDescription"]["fieldsDeleted"]] == ["followers"]
    assert told(api.get(at(model), fields="followers"))["followers"] == []


@pytest.mark.parametrize("body", [None, {}, [], 5, True, "", "alice", {"id": UUID}, ..., "\x7f"])
def test_a_follower_is_a_bare_uuid(api, model, body):
    refused(api.put(f"{at(model)}/followers", body), 400, "[user must be a UUID]")


def test_unknown_followers_and_entities_are_404(api, model, alice):
    refused(api.put(f"{at(model)}/followers", UUID), 404, f"user instance for {UUID} not found")
    refused(api.delete(f"{at(model)}/followers/{UUID}"), 404)
    refused(api.put(f"{at(model)}/followers", str(model.pk)), 404)
    refused(api.put(f"mlmodels/{UUID}/followers", str(alice.pk)), 404, "mlmodel instance for")
    refused(api.put(f"mlmodels/{alice.pk}/vote", {"updatedVoteType": "votedUp"}), 404)


def test_one_follows_and_votes_for_oneself(model, alice, charlie, robot_api):
    caller = Caller(charlie)
    told(caller.put(f"{at(model)}/followers", str(charlie.pk)))
    refused(caller.put(f"{at(model)}/followers", str(alice.pk)), 403, "may not act for alice")
    told(robot_api.put(f"{at(model)}/followers", str(alice.pk)))
    refused(caller.delete(f"{at(model)}/followers/{alice.pk}"), 403)


def test_votes(api, model, charlie):
    path = f"{at(model)}/vote"
    before = told(api.get(at(model)))
    told(api.put(path, {"updatedVoteType": "votedUp"}))
    event = told(Caller(charlie).put(path, {"updatedVoteType": "votedDown"}))
    assert event["changeDescription"]["fieldsUpdated"][0]["newValue"] == "votedDown"
    votes = told(api.get(at(model), fields="votes"))["votes"]
    assert (votes["upVotes"], votes["downVotes"]) == (1, 1)
    assert names(votes["upVoters"]) == ["ada"]
    assert names(votes["downVoters"]) == ["charlie"]
    told(api.put(path, {"updatedVoteType": "votedDown"}))
    told(Caller(charlie).put(path, {"updatedVoteType": "unVoted"}))
    votes = told(api.get(at(model), fields="votes"))["votes"]
    assert (votes["upVotes"], votes["downVotes"]) == (0, 1)
    assert told(api.get(at(model))) == before
    for wrong in (None, {}, [], "votedUp", {"updatedVoteType": "up"}, {"updatedVoteType": []}):
        refused(api.put(path, wrong), 400, "updatedVoteType must be one of")
    assert ChangeEvent.objects.filter(event_type="entityFieldsChanged").count() == 4

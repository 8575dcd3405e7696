"""Who may do what: admins, robots, owners, their team, owners of the container, outsiders."""

import pytest

from catalog import access, lifecycle
from catalog.access import SYSTEM, Forbidden
from mlmodels.models import MlModel
from tests.builders import (
    a_database,
    a_domain,
    a_model,
    a_model_service,
    a_schema,
    a_shell,
    a_table,
    a_user,
    churn_document,
    tags,
    what_churn_needs,
    with_references,
)
from tests.history import fresh

pytestmark = pytest.mark.django_db

EVERYBODY = ["admin", "robot", "alice", "bob", "keeper", "charlie"]
"""Alice owns the model through her team, Bob is in it, the keeper owns the service."""


@pytest.fixture
def keeper(db):
    return a_user("keeper")


@pytest.fixture
def actor(request, who):
    return request.getfixturevalue(who)


@pytest.fixture
def service(keeper):
    return a_model_service(owners=[keeper])


@pytest.fixture
def model(service, growth):
    return a_model(owners=[growth])


@pytest.fixture
def nobodys(db):
    """A model without owner, in a service without owner."""
    return a_shell("nobodys", service="free")


def allowed(call):
    try:
        call()
    except Forbidden:
        return False
    return True


def everybody(*may):
    """Run the test for each of the cast, and tell it whether that one may."""
    return pytest.mark.parametrize(("who", "may"), [(who, who in may) for who in EVERYBODY])


@everybody("admin", "robot", "keeper")
def test_models_are_created_by_those_who_hold_the_service(actor, may, service):
    what_churn_needs()
    calls = (
        lambda: lifecycle.create(MlModel, churn_document(name="one"), actor=actor),
        lambda: lifecycle.put(MlModel, churn_document(name="two"), actor=actor),
    )
    assert [allowed(call) for call in calls] == [may, may]


@everybody("admin", "robot", "alice", "bob", "keeper")
@pytest.mark.parametrize(
    "edits",
    [
        {"algorithm": "other"},
        {"server": None},
        {"mlFeatures": []},
        {"mlHyperParameters": []},
        {"extension": {"x": 1}},
        {"description": "x"},
        {"displayName": "x"},
        {"owners": []},
    ],
    ids=lambda edits: next(iter(edits)),
)
def test_what_somebody_owns_is_changed_by_owners_only(actor, may, edits, model):
    assert allowed(lambda: lifecycle.update(model, edits, actor=actor)) is may


@everybody("admin", "robot", "alice", "bob", "keeper")
def test_tags_and_domains_of_what_somebody_owns_too(actor, may, model):
    for edits in ({"tags": tags("PII.None")}, {"domains": [a_domain()]}):
        edits = with_references(edits)
        assert allowed(lambda edits=edits: lifecycle.update(model, edits, actor=actor)) is may


@everybody("admin", "robot", "alice", "bob", "keeper")
def test_a_put_and_a_patch_ask_the_same_as_a_form(actor, may, model):
    operations = [{"op": "replace", "path": "/algorithm", "value": "patched"}]
    assert allowed(lambda: lifecycle.patch(model, operations, actor=actor)) is may
    document = churn_document(algorithm="put")
    assert allowed(lambda: lifecycle.put(MlModel, document, actor=actor)) is may


@everybody("admin", "robot", "alice", "bob", "keeper")
def test_what_somebody_owns_is_deleted_and_restored_by_owners_only(actor, may, model):
    assert allowed(lambda: lifecycle.delete(model, actor=actor)) is may
    if not may:
        lifecycle.delete(model, actor=SYSTEM)
    assert allowed(lambda: lifecycle.restore(model, actor=actor)) is may
    assert allowed(lambda: lifecycle.hard_delete(model, actor=actor)) is may


@everybody("admin", "robot", "alice", "bob", "keeper")
def test_lineage_is_drawn_by_owners_of_either_end(actor, may, model):
    table = a_table("other")
    calls = (
        lambda: lifecycle.put_edge(table, model, actor=actor),
        lambda: lifecycle.put_edge(model, table, actor=actor),
    )
    assert [allowed(call) for call in calls] == [may, may]
    lifecycle.put_edge(table, model, actor=SYSTEM)
    assert allowed(lambda: lifecycle.end_edge(table, model, actor=actor)) is may
    ending = lambda: lifecycle.end_edges_by_source(model, "Manual", actor=actor)  # noqa: E731
    assert allowed(ending) is may


@everybody(*EVERYBODY)
@pytest.mark.parametrize("name", ["description", "displayName", "tags", "owners"])
def test_what_nobody_owns_may_be_described_by_everybody(actor, may, name, nobodys, charlie):
    value = {"tags": tags("PII.None"), "owners": with_references([charlie])}.get(name, "words")
    assert allowed(lambda: lifecycle.update(nobodys, {name: value}, actor=actor)) is may


@everybody("admin", "robot")
@pytest.mark.parametrize(
    "edits",
    [
        {"algorithm": "other"},
        {"server": "https://x.example.org"},
        {"mlFeatures": [{"name": "f"}]},
        {"description": "x", "algorithm": "other"},
        {"extension": {"description": "no words of the model's"}},
    ],
)
def test_but_not_changed_otherwise(actor, may, edits, nobodys):
    assert allowed(lambda: lifecycle.update(nobodys, edits, actor=actor)) is may
    assert allowed(lambda: lifecycle.delete(nobodys, actor=actor)) is may


def test_parts_of_what_nobody_owns_may_be_described_too(charlie):
    model = a_model()
    features = [feature | {"description": "x"} for feature in model.core["mlFeatures"]]
    lifecycle.update(model, {"mlFeatures": features}, actor=charlie)
    assert fresh(model).updated_by == "charlie"


def test_a_custom_property_called_description_is_no_description(charlie, nobodys):
    lifecycle.update(nobodys, {"extension": {"description": "a"}}, actor=SYSTEM)
    edits = {"extension": {"description": "b"}}
    assert not allowed(lambda: lifecycle.update(nobodys, edits, actor=charlie))


def test_who_takes_over_what_nobody_owned_may_change_it(charlie, bob, nobodys):
    lifecycle.update(nobodys, with_references({"owners": [charlie]}), actor=charlie)
    lifecycle.update(nobodys, {"algorithm": "mine"}, actor=charlie)
    assert not allowed(lambda: lifecycle.update(nobodys, {"description": "x"}, actor=bob))


def test_owning_reaches_all_the_way_down(keeper, charlie):
    table = a_table()
    for holder in (table.parent, table.parent.parent, table.parent.parent.parent):
        holder = holder.concrete
        assert not access.may_edit(keeper, table)
        lifecycle.update(holder, with_references({"owners": [keeper]}), actor=SYSTEM)
        assert access.may_edit(keeper, table)
        assert not access.may_edit(charlie, table)
        lifecycle.update(holder, {"owners": []}, actor=SYSTEM)


def test_owning_does_not_reach_up(alice):
    schema = a_schema(owners=[alice])
    assert not access.may_edit(alice, schema.parent)
    assert not allowed(lambda: a_database(by=alice, retentionPeriod="P1Y"))


@everybody("admin", "robot", "charlie")
def test_following_and_voting_for_charlie(actor, may, model, charlie):
    for call in (lifecycle.follow, lifecycle.unfollow):
        assert allowed(lambda call=call: call(model, charlie, actor=actor)) is may
    assert allowed(lambda: lifecycle.vote(model, charlie, True, actor=actor)) is may


@everybody("admin", "charlie")
def test_an_account_is_changed_by_admins_and_its_holder(actor, may, charlie):
    edits = {"displayName": "Charlie"}
    assert allowed(lambda: lifecycle.update(charlie, edits, actor=actor)) is may


@everybody("admin")
@pytest.mark.parametrize("edits", [{"isAdmin": True}, {"isBot": True}])
def test_nobody_makes_themselves_more_than_they_are(actor, may, edits, charlie):
    assert allowed(lambda: lifecycle.update(charlie, edits, actor=actor)) is may


@pytest.mark.parametrize("flag", ["isAdmin", "isBot"])
def test_not_even_on_their_own_account(flag, charlie, robot):
    for actor in (charlie, robot):
        edits = {flag: not actor.core.get(flag)}
        assert not allowed(lambda a=actor, e=edits: lifecycle.update(a, e, actor=a))


@everybody("admin")
def test_accounts_are_made_and_deleted_by_admins(actor, may, charlie):
    other = {"name": "dora", "email": "dora@example.org"}
    kind = type(charlie)
    assert allowed(lambda: lifecycle.create(kind, other, actor=actor)) is may
    assert allowed(lambda: lifecycle.delete(charlie, actor=actor)) is may


def test_a_token_is_issued_for_oneself_or_by_those_who_act_for_others(charlie, bob, admin):
    assert allowed(lambda: lifecycle.issue_token(charlie, "t", actor=charlie))
    assert allowed(lambda: lifecycle.issue_token(charlie, "t", actor=admin))
    assert not allowed(lambda: lifecycle.issue_token(charlie, "t", actor=bob))


def test_a_robot_gets_no_token_and_no_password_of_a_person(robot, admin):
    """Else whoever holds a connector's token could become an admin with it."""
    assert not allowed(lambda: lifecycle.issue_token(admin, "t", actor=robot))
    assert not allowed(lambda: lifecycle.set_password(admin, "x", actor=robot))


def test_nobody_joins_a_closed_team_to_become_an_owner(charlie, growth, model):
    lifecycle.update(growth, {"isJoinable": False}, actor=SYSTEM)
    edits = with_references({"teams": [growth]})
    assert not allowed(lambda: lifecycle.update(charlie, edits, actor=charlie))
    assert not access.may_edit(charlie, model)
    lifecycle.update(growth, {"isJoinable": True}, actor=SYSTEM)
    assert allowed(lambda: lifecycle.update(charlie, edits, actor=charlie))


def test_nobody_lets_themselves_into_a_team_that_nobody_owns(charlie, growth, model):
    edits = with_references({"users": [charlie]})
    assert not allowed(lambda: lifecycle.update(growth, edits, actor=charlie))
    assert not access.may_edit(charlie, model)


def test_a_refusal_says_who_what_and_where(charlie, model):
    with pytest.raises(Forbidden, match=r"charlie may not change algorithm of the mlmodel mlflow"):
        lifecycle.update(model, {"algorithm": "x"}, actor=charlie)


def test_a_refusal_leaves_nothing_behind(charlie, model):
    assert not allowed(lambda: lifecycle.update(model, {"algorithm": "x"}, actor=charlie))
    assert fresh(model).core == model.core


def test_an_edit_without_effect_needs_no_right(charlie, model):
    written = lifecycle.update(model, {"algorithm": "xgboost"}, actor=charlie)
    assert written.how == "entityNoChange"


def test_what_no_rule_records_needs_the_right_all_the_same(charlie, model):
    """It is stored, if silently; even where everybody may describe."""
    for one in (model, a_model("unowned", service="free")):
        for edits in ({"mlFeatures": one.core["mlFeatures"][::-1]}, {"sourceHash": "x"}):
            assert not allowed(lambda o=one, e=edits: lifecycle.update(o, e, actor=charlie))

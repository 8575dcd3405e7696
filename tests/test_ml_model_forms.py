"""Editing a model in the browser, without JavaScript: what is saved, refused, and never lost."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from catalog import documents, lifecycle
from catalog.access import SYSTEM
from catalog.models import ChangeEvent, EntityVersion
from mlmodels.models import MlModel
from tests import builders
from tests.browsing import Page, logged_in

pytestmark = pytest.mark.django_db

MODEL = "mlmodel/mlflow.churn"
EDIT = f"/edit/{MODEL}"
PARAMETERS = f"/hyperparameters/{MODEL}"
ADD = f"/add-feature/{MODEL}"


def edit_feature(name):
    return f"/edit-feature/{MODEL}?name={quote(name, safe='')}"


def now(model):
    """Return everything that is versioned of the model."""
    return documents.content_of(MlModel.objects.get(pk=model.pk))


def version(model):
    return str(MlModel.objects.get(pk=model.pk).version)


def change(model):
    return EntityVersion.objects.filter(entity=model.pk).first().change_description


@pytest.fixture
def model(db):
    return builders.a_model()


@pytest.fixture
def page(admin, model):
    """The form for the model's properties, open in the browser of an admin."""
    return Page(logged_in(admin), EDIT)


# --- Properties ---


def test_every_property_can_be_changed(page, model, alice):
    dashboard = builders.a_dashboard("performance")
    builders.a_tag("Tier.Tier1")
    response = page.send(
        display_name="Churn risk",
        description="First line\r\n\r\nSecond",
        algorithm="random forest",
        target="left",
        server="https://models.example.org/v2",
        storage="s3://models/2",
        image_repository="",
        dashboard=dashboard.fully_qualified_name,
        source_url="https://mlflow.example.org/2",
        owners_more="alice",
        tags_more="Tier.Tier1",
    )
    assert (response.status_code, response.url) == (302, f"/{MODEL}")
    after = now(model)
    assert after["displayName"] == "Churn risk"
    assert after["description"] == "First line\n\nSecond"
    assert after["algorithm"] == "random forest"
    assert after["target"] == "left"
    assert after["server"] == "https://models.example.org/v2"
    assert after["mlStore"] == {"storage": "s3://models/2"}
    assert after["dashboard"]["fullyQualifiedName"] == "superset.performance"
    assert after["sourceUrl"] == "https://mlflow.example.org/2"
    assert [owner["name"] for owner in after["owners"]] == ["alice"]
    assert [label["tagFQN"] for label in after["tags"]] == ["Tier.Tier1"]
    assert version(model) == "1.1"  # another algorithm is a major change


def test_everything_optional_can_be_taken_away(admin, alice):
    model = builders.a_model(
        owners=[alice],
        tags=builders.tags("Tier.Tier1"),
        dashboard=builders.a_dashboard(),
        displayName="Churn",
    )
    optional = "display_name description target server storage image_repository dashboard"
    empty = dict.fromkeys([*optional.split(), "source_url"], "")
    response = Page(logged_in(admin), EDIT).send(without=("owners", "tags"), **empty)
    assert response.status_code == 302
    gone = {"displayName", "description", "target", "server", "mlStore", "dashboard", "owners"}
    assert not (gone | {"tags"}) & set(now(model))


def test_saving_without_a_change_makes_no_version(admin, alice, model):
    builders.a_model(
        description="with a line end at its end\n",
        displayName="  margins ",
        owners=[alice],
        tags=builders.tags("PII.Sensitive"),
        dashboard=builders.a_dashboard(),
    )
    before, events = version(model), ChangeEvent.objects.count()
    assert Page(logged_in(admin), EDIT).send().status_code == 302
    assert Page(logged_in(admin), PARAMETERS).send().status_code == 302
    assert Page(logged_in(admin), edit_feature("sales")).send().status_code == 302
    assert version(model) == before
    assert ChangeEvent.objects.count() == events


def test_only_what_was_touched_is_changed(admin):
    untidy = {"description": " kept as it is\r\n", "target": " spaced "}
    model = builders.a_model(**untidy)
    assert Page(logged_in(admin), EDIT).send(display_name="New").status_code == 302
    assert {name: now(model)[name] for name in untidy} == untidy


def test_a_label_that_stays_keeps_who_put_it_there(admin):
    builders.a_tag("PII.Sensitive")
    suggested = {"tagFQN": "PII.Sensitive", "labelType": "Automated", "state": "Suggested"}
    model = builders.a_model(tags=[suggested])
    builders.a_tag("Tier.Tier1")
    assert Page(logged_in(admin), EDIT).send(tags_more="Tier.Tier1").status_code == 302
    labels = {label["tagFQN"]: label for label in now(model)["tags"]}
    assert labels["PII.Sensitive"]["state"] == "Suggested"
    assert labels["Tier.Tier1"]["state"] == "Confirmed"


def test_several_owners_can_be_typed_at_once(page, model, alice, bob):
    assert page.send(owners_more="alice, bob").status_code == 302
    assert {owner["name"] for owner in now(model)["owners"]} == {"alice", "bob"}


def test_a_user_is_not_taken_for_a_team_of_the_same_name(admin):
    team = builders.a_team("growth")
    builders.a_user("growth")
    model = builders.a_model(owners=[team])
    builders.a_tag("Tier.Tier1")
    assert Page(logged_in(admin), EDIT).send(tags_more="Tier.Tier1").status_code == 302
    assert [owner["type"] for owner in now(model)["owners"]] == ["team"]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("algorithm", "", "A model has an algorithm"),
        ("algorithm", "x" * 257, "at most 256 characters"),
        ("server", "not a url", "This is not a URL"),
        ("source_url", "//", "This is not a URL"),
        ("dashboard", "no.such", "There is no dashboard called no.such"),
        ("owners_more", "nobody", "There is no user or team called nobody"),
        ("owners_more", "alice,nobody", "There is no user or team called nobody"),
        ("tags_more", "No.Tag", "There is no tag called No.Tag"),
        ("display_name", "x" * 257, "at most 256 characters"),
        ("description", "a\0b", "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    page, model, alice, field, value, complaint
):
    before = now(model)
    response = page.send(**{"target": "what I typed", "owners_more": "alice", field: value})
    assert response.status_code == 422
    assert complaint in page.html
    assert 'aria-invalid="true"' in page.html
    assert page.value("target") == "what I typed"
    if "\0" not in value:
        assert page.value(field) == value
    assert now(model) == before
    assert version(model) == "0.1"


def test_owners_are_people_or_one_team(page, model, alice, bob):
    builders.a_team("growth")
    response = page.send(owners=["alice", "growth"])
    assert response.status_code == 422
    assert "one team" in page.html
    assert page.values("owners") == ["alice", "growth"]
    assert page.send(owners=["growth"]).status_code == 302


def test_tags_that_exclude_each_other_are_refused(page, model):
    builders.a_classification("PII", mutuallyExclusive=True)
    names = ["PII.Sensitive", "PII.None"]
    for name in names:
        builders.a_tag(name)
    assert page.send(tags=names).status_code == 422
    assert "mutually exclusive" in page.html
    assert page.values("tags") == names


def test_words_with_markup_come_back_as_text(page):
    hostile = '"><script>alert(1)</script>'
    assert page.send(target=hostile, algorithm="").status_code == 422
    assert "<script>alert" not in page.html
    assert page.value("target") == hostile


# --- The same as the API ---


def test_a_form_records_what_a_patch_records(admin, api):
    by_form, by_api = builders.a_model("one"), builders.a_model("two")
    builders.a_dashboard("performance")
    page = Page(logged_in(admin), "/edit/mlmodel/mlflow.one")
    page.send(
        description="New words",
        algorithm="random forest",
        server="",
        dashboard="superset.performance",
    )
    dashboard = now(by_form)["dashboard"]
    answer = api.patch(
        f"mlmodels/{by_api.pk}",
        [
            {"op": "replace", "path": "/description", "value": "New words"},
            {"op": "replace", "path": "/algorithm", "value": "random forest"},
            {"op": "remove", "path": "/server"},
            {"op": "add", "path": "/dashboard", "value": dashboard},
        ],
    )
    assert answer.status_code == 200
    assert told_of(by_form) == told_of(by_api)
    assert version(by_form) == "1.1"


def test_a_feature_form_records_what_a_patch_records(admin, api):
    by_form, by_api = builders.a_model("one"), builders.a_model("two")
    page = Page(logged_in(admin), "/add-feature/mlmodel/mlflow.one")
    page.send(add="source")
    page.send(name="size", data_type="numerical", sources__0__where=f"{builders.ORDERS}.id")
    source = {"name": "id", "dataType": "integer", "dataSource": builders.what_churn_needs()}
    feature = {"name": "size", "dataType": "numerical", "featureSources": [source]}
    answer = api.patch(
        f"mlmodels/{by_api.pk}",
        [
            {
                "op": "add",
                "path": "/mlFeatures/-",
                "value": builders.with_references(feature),
            }
        ],
    )
    assert answer.status_code == 200
    assert told_of(by_form) == told_of(by_api)
    assert version(by_form) == "0.2"


def told_of(model):
    """Return what history and the outbox say of a model's last change, without its name."""
    row = EntityVersion.objects.filter(entity=model.pk).first()
    event = ChangeEvent.objects.filter(entity_id=model.pk).last()
    told = [
        str(row.version),
        row.is_major,
        row.updated_by,
        {k: v for k, v in row.change_description.items() if k != "changeSummary"},
        event.event_type,
        str(event.previous_version),
        str(event.current_version),
        event.is_major,
        event.user_name,
        event.change_description,
    ]
    return str(told).replace(model.name, "…").replace(str(model.pk), "…")


# --- Somebody was faster ---


def test_a_lost_update_shows_both_sides_and_keeps_the_text(page, model, alice):
    lifecycle.update(model, {"description": "Theirs", "target": "theirs"}, actor=SYSTEM)
    response = page.send(description="Mine", algorithm="my algorithm")
    assert response.status_code == 422
    assert "changed this while you were editing" in page.html
    assert "Theirs" in page.html
    assert page.value("description") == "Mine"
    assert page.value("algorithm") == "my algorithm"
    assert "my algorithm" not in page.html.partition('<form class="form"')[0]  # no conflict
    assert page.value("target") == "theirs"  # not touched here, so theirs is not undone
    assert now(model)["description"] == "Theirs"
    assert page.send().status_code == 302
    after = now(model)
    assert (after["description"], after["target"]) == ("Mine", "theirs")


def test_a_change_elsewhere_in_the_model_is_no_conflict(page, model):
    lifecycle.update(model, {"mlHyperParameters": None}, actor=SYSTEM)
    assert page.send(description="Mine").status_code == 302
    after = now(model)
    assert after["description"] == "Mine"
    assert "mlHyperParameters" not in after


def test_two_people_may_edit_two_features(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    other = Page(logged_in(builders.an_admin("eve")), edit_feature("persona"))
    assert other.send(feature_algorithm="t-SNE").status_code == 302
    assert page.send(description="What was sold").status_code == 302
    features = {feature["name"]: feature for feature in now(model)["mlFeatures"]}
    assert features["persona"]["featureAlgorithm"] == "t-SNE"
    assert features["sales"]["description"] == "What was sold"


def test_two_people_in_one_feature_see_both_sides(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    other = Page(logged_in(builders.an_admin("eve")), edit_feature("sales"))
    assert other.send(sources__0__where=f"{builders.ORDERS}.id").status_code == 302
    response = page.send(sources__0__name="revenue", description="Mine")
    assert response.status_code == 422
    assert "id (integer) from warehouse.shop.public.orders" in page.html
    assert "revenue (number) from warehouse.shop.public.orders" in page.html
    assert page.value("sources-0-name") == "revenue"
    assert page.value("description") == "Mine"
    assert page.send().status_code == 302
    assert now(model)["mlFeatures"][0]["featureSources"][0]["name"] == "revenue"


def test_a_feature_that_was_removed_meanwhile_is_not_lost(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    lifecycle.update(model, {"mlFeatures": None}, actor=SYSTEM)
    assert page.send(description="Mine").status_code == 422
    assert page.value("name") == "sales"
    assert page.send().status_code == 302
    assert [feature["name"] for feature in now(model)["mlFeatures"]] == ["sales"]


def test_a_form_without_its_stamp_does_not_overwrite(page, model):
    assert page.send(etag="", description="Mine").status_code == 422
    assert page.value("description") == "Mine"
    assert now(model)["description"] == "Who is about to leave."


# --- Who may ---


def test_an_outsider_gives_words_tags_and_owners_to_what_nobody_owns(charlie, model):
    builders.a_tag("Tier.Tier1")
    page = Page(logged_in(charlie), EDIT)
    fields = {name for name, _ in page.form.fields}
    assert not fields & {"algorithm", "server", "dashboard", "storage"}
    response = page.send(
        description="Mine", tags_more="Tier.Tier1", owners_more="charlie", server="https://x.org"
    )
    assert response.status_code == 302
    after = now(model)
    assert after["description"] == "Mine"
    assert after["owners"][0]["name"] == "charlie"
    assert after["server"] == "https://models.example.org/churn"


def test_an_outsider_describes_and_tags_a_feature_nobody_owns(charlie, model):
    builders.a_tag("Tier.Tier1")
    page = Page(logged_in(charlie), edit_feature("sales"))
    response = page.send(description="Mine", tags_more="Tier.Tier1", name="other")
    assert response.status_code == 302
    feature = now(model)["mlFeatures"][0]
    assert (feature["name"], feature["description"]) == ("sales", "Mine")
    assert feature["tags"][0]["tagFQN"] == "Tier.Tier1"
    assert feature["featureSources"]


@pytest.mark.parametrize(
    "url", [EDIT, PARAMETERS, ADD, edit_feature("sales"), f"/remove-feature/{MODEL}?name=sales"]
)
def test_an_outsider_is_refused_politely_where_others_own(alice, charlie, url):
    builders.a_model(owners=[alice])
    response = logged_in(charlie).get(url)
    assert response.status_code == 403
    assert "Only the owners of churn and admins may change it." in response.content.decode()


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        (EDIT, {"description": "Mine"}),
        (EDIT, {"algorithm": "mine"}),
        (PARAMETERS, {"parameters__0__value": "mine"}),
        (ADD, {"name": "mine"}),
        (edit_feature("sales"), {"feature_algorithm": "mine"}),
        (edit_feature("sales"), {"description": "mine"}),
    ],
)
def test_who_loses_the_right_while_editing_keeps_the_text(alice, admin, url, typed):
    model = builders.a_model(owners=[alice])
    page = Page(logged_in(alice), url)
    lifecycle.update(model, {"owners": builders.with_references([admin])}, actor=SYSTEM)
    before = version(model)
    assert page.send(etag=Page(logged_in(admin), EDIT).value("etag"), **typed).status_code == 403
    assert "alice may not change" in page.html
    for name, value in typed.items():
        assert page.value(name.replace("__", "-")) == value
    assert version(model) == before


def test_removing_a_feature_is_refused_by_the_write_path(alice, charlie):
    model = builders.a_model(owners=[alice])
    response = logged_in(charlie).post(f"/remove-feature/{MODEL}?name=sales")
    assert response.status_code == 403
    assert "charlie may not change" in response.content.decode()
    assert version(model) == "0.1"


def test_visitors_are_sent_to_log_in(model):
    response = Client().get(EDIT)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_a_model_that_is_not_there_has_no_form(admin, model):
    client = logged_in(admin)
    assert client.get("/edit/mlmodel/mlflow.other").status_code == 404
    assert client.get(edit_feature("other")).status_code == 404
    lifecycle.delete(model, actor=SYSTEM)
    assert client.get(EDIT).status_code == 404


# --- A new model ---


def test_an_admin_makes_a_model(admin):
    builders.a_model_service()
    page = Page(logged_in(admin), "/new/mlmodel")
    response = page.send(name="a/new.one", service="mlflow", algorithm="xgboost")
    assert (response.status_code, response.url) == (302, "/mlmodel/mlflow.%22a%2Fnew.one%22")
    assert MlModel.objects.get().algorithm == "xgboost"


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("name", "", "This field is required"),
        ("name", "a::b", "two colons"),
        ("name", "x" * 257, "at most 256 characters"),
        ("name", "churn", "This service has a model of this name"),
        ("service", "", "This field is required"),
        ("service", "other", "There is no ml model service called other"),
        ("algorithm", "", "This field is required"),
    ],
)
def test_a_wrong_new_model_is_explained(admin, model, field, value, complaint):
    page = Page(logged_in(admin), "/new/mlmodel")
    good = {"name": "new", "service": "mlflow", "algorithm": "xgboost"}
    assert page.send(**good | {field: value}).status_code == 422
    assert complaint.lower() in page.html.lower()
    assert page.value(field) == value
    assert MlModel.objects.count() == 1


def test_the_owner_of_a_service_adds_models_to_it_alone(alice, charlie):
    builders.a_model_service(owners=[alice])
    builders.a_model_service("sagemaker")
    assert logged_in(charlie).get("/new/mlmodel").status_code == 403
    page = Page(logged_in(alice), "/new/mlmodel")
    assert page.send(name="a", service="sagemaker", algorithm="x").status_code == 422
    assert "Only the owners of this service" in page.html
    assert page.send(service="mlflow").status_code == 302


def test_the_way_to_a_new_model_is_shown_to_those_who_may_make_one(admin, charlie):
    builders.a_model_service()
    for page in ("/mlmodel/", "/mlmodelService/mlflow"):
        assert "/new/mlmodel" in logged_in(admin).get(page).content.decode()
        assert "/new/mlmodel" not in logged_in(charlie).get(page).content.decode()
    page = Page(logged_in(admin), "/new/mlmodel?service=mlflow")
    assert page.value("service") == "mlflow"


# --- htmx ---


def test_htmx_gets_the_form_alone_and_is_sent_on_after_saving(admin, model):
    client, htmx = logged_in(admin), {"HX-Request": "true"}
    etag = Page(client, EDIT).value("etag")
    wrong = client.post(EDIT, {"etag": etag, "algorithm": ""}, headers=htmx)
    assert wrong.status_code == 422
    assert "<html" not in wrong.content.decode()
    assert "autofocus" in wrong.content.decode()
    saved = client.post(EDIT, {"etag": etag, "algorithm": "x"}, headers=htmx)
    assert saved["HX-Redirect"] == f"/{MODEL}"

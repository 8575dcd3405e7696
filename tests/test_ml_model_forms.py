"""Editing a model in the browser, without JavaScript: what is saved, refused, and never lost."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import documents, lifecycle
from catalog.access import SYSTEM
from catalog.models import ChangeEvent, EntityVersion, Table
from mlmodels.models import MlModel
from tests import builders
from tests.browsing import Page, logged_in
from tests.test_ml_model_pages import HOSTILE

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


# --- Features and their sources ---


def test_a_feature_is_added_with_sources_of_every_sort(admin, model):
    builders.a_table("people", "age INT", "born DATE")
    page = Page(logged_in(admin), ADD)
    for _ in range(3):
        assert page.send(add="source").status_code == 200
    response = page.send(
        name="persona 2",
        data_type="categorical",
        feature_algorithm="PCA",
        description="Who they are",
        sources__0__where=f"{builders.SCHEMA}.people.age",
        sources__1__where=f"{builders.SCHEMA}.people",
        sources__1__name="anything",
        sources__1__data_type="object",
        sources__2__name="city",
        sources__2__description="From the survey",
    )
    assert (response.status_code, response.url) == (302, f"/{MODEL}?tab=features")
    feature = now(model)["mlFeatures"][-1]
    assert feature["featureAlgorithm"] == "PCA"
    column, table, only_named = feature["featureSources"]
    assert (column["name"], column["dataType"]) == ("age", "integer")
    assert column["dataSource"]["fullyQualifiedName"] == f"{builders.SCHEMA}.people"
    assert (table["name"], table["dataType"]) == ("anything", "object")
    assert "dataSource" not in only_named
    assert only_named["description"] == "From the survey"
    assert version(model) == "0.2"


def test_mapping_a_feature_draws_lineage(admin, model):
    table = builders.a_table("people", "age INT")
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    page.send(name="age", sources__0__where=f"{table}.age")
    assert model.upstream_edges.current().filter(from_entity=table.pk).exists()


def test_an_untouched_new_row_is_no_source(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    page.send(add="source")
    assert page.send(description="x").status_code == 302
    assert len(now(model)["mlFeatures"][0]["featureSources"]) == 1


def test_adding_a_row_keeps_what_was_typed_and_saves_nothing(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    page.send(add="source", name="", description="half written", tags_more="No.Such")
    assert page.response.status_code == 200
    assert "errorlist" not in page.html
    assert page.value("description") == "half written"
    assert page.value("tags_more") == "No.Such"
    assert page.value("sources-TOTAL_FORMS") == "2"
    assert version(model) == "0.1"


def test_a_source_is_removed_by_its_tick(admin, model):
    page = Page(logged_in(admin), edit_feature("sales"))
    assert page.send(sources__0__DELETE="on").status_code == 302
    assert "featureSources" not in now(model)["mlFeatures"][0]


def test_choosing_another_column_takes_its_name_and_type(admin, model):
    builders.a_table("people", "born DATE")
    page = Page(logged_in(admin), edit_feature("sales"))
    assert page.send(sources__0__where=f"{builders.SCHEMA}.people.BORN").status_code == 302
    source = now(model)["mlFeatures"][0]["featureSources"][0]
    assert (source["name"], source["dataType"]) == ("born", "date")


def test_the_row_fills_itself_in_when_a_column_is_picked(admin, model):
    builders.a_table("people", "born DATE")
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    page.send(
        fill="0",
        sources__0__where=f"{builders.SCHEMA}.people.born",
        sources__0__name="something else",
        name="typed",
    )
    assert page.response.status_code == 200
    assert page.value("sources-0-name") == "born"
    assert page.value("sources-0-data_type") == "date"
    assert page.value("name") == "typed"
    assert version(model) == "0.1"


@pytest.mark.parametrize("fill", ["7", "-1", "x", "²", ""])
def test_a_row_that_is_not_there_cannot_be_filled_in(admin, model, fill):
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    assert page.send(fill=fill, sources__0__where="x").status_code in (200, 422)


@pytest.mark.parametrize(
    ("where", "name", "complaint"),
    [
        ("no.such.table", "", "There is no table or column called no.such.table"),
        (f"{builders.ORDERS}.nothing", "", "has no column nothing"),
        ("alice", "", "There is no table or column called alice"),
        (f"{builders.ORDERS}.id", "other", "has its name"),
        (builders.ORDERS, "", "Name the source"),
        ("", "x" * 257, "at most 256 characters"),
    ],
)
def test_a_wrong_source_is_named_beside_its_field(admin, model, alice, where, name, complaint):
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    response = page.send(
        name="size", sources__0__where=where, sources__0__name=name, sources__0__data_type="date"
    )
    assert response.status_code == 422
    assert complaint in page.html
    assert "nothing has been saved yet" in page.html
    assert page.value("sources-0-where") == where
    assert page.value("sources-0-name") == name
    assert page.value("sources-0-data_type") == "date"
    assert version(model) == "0.1"


def test_a_table_with_dots_in_its_name_is_found(admin, model):
    table = builders.a_table('daily."big".orders', "the.id INT")
    page = Page(logged_in(admin), ADD)
    page.send(add="source")
    where = table.core["columns"][0]["fullyQualifiedName"]
    assert page.send(name="size", sources__0__where=where).status_code == 302
    assert now(model)["mlFeatures"][-1]["featureSources"][0]["name"] == "the.id"
    html = logged_in(admin).get(f"/{MODEL}?tab=features").content.decode()
    assert "Column is gone" not in html


def test_features_have_names_of_their_own(admin, model):
    page = Page(logged_in(admin), ADD)
    assert page.send(name="sales").status_code == 422
    assert "There is another feature called sales" in page.html
    assert page.send(name="").status_code == 422
    assert "This field is required" in page.html
    page = Page(logged_in(admin), edit_feature("persona"))
    assert page.send(name="sales").status_code == 422


@pytest.mark.parametrize("name", [*HOSTILE, "a::b"])
def test_a_feature_may_have_any_name(admin, model, name):
    assert Page(logged_in(admin), ADD).send(name=name).status_code == 302
    assert Page(logged_in(admin), edit_feature(name)).send(description="x").status_code == 302
    assert now(model)["mlFeatures"][-1]["name"] == name
    assert Page(logged_in(admin), f"/remove-feature/{MODEL}?name={quote(name)}").send().status_code
    assert name not in [feature["name"] for feature in now(model)["mlFeatures"]]


def test_a_feature_keeps_its_place_and_the_others_stay(admin, model):
    Page(logged_in(admin), edit_feature("sales")).send(name="revenue")
    assert [feature["name"] for feature in now(model)["mlFeatures"]] == ["revenue", "persona"]


def test_a_feature_is_removed_after_asking(admin, model):
    page = Page(logged_in(admin), f"/remove-feature/{MODEL}?name=sales")
    assert "Remove the feature sales?" in page.html
    assert len(now(model)["mlFeatures"]) == 2
    assert page.send().status_code == 302
    assert [feature["name"] for feature in now(model)["mlFeatures"]] == ["persona"]
    assert page.client.get(page.url).status_code == 404


def test_features_and_sources_carry_tags(admin, model):
    builders.a_tag("PII.Sensitive")
    page = Page(logged_in(admin), edit_feature("sales"))
    page.send(tags_more="PII.Sensitive", sources__0__tags_more="PII.Sensitive")
    feature = now(model)["mlFeatures"][0]
    assert feature["tags"][0]["tagFQN"] == "PII.Sensitive"
    assert feature["featureSources"][0]["tags"][0]["tagFQN"] == "PII.Sensitive"
    page.open()
    page.send(without=("tags", "sources-0-tags"))
    assert "tags" not in str(now(model)["mlFeatures"])


def test_a_source_whose_column_went_survives_another_edit(admin, model):
    builders.a_table("orders", "id INT")
    page = Page(logged_in(admin), edit_feature("sales"))
    assert page.send(description="x").status_code == 302
    source = now(model)["mlFeatures"][0]["featureSources"][0]
    assert source["dataSource"]["fullyQualifiedName"] == builders.ORDERS
    assert source["name"] == "amount"


# --- Hyperparameters ---


def test_hyperparameters_are_added_changed_and_removed(admin, model):
    page = Page(logged_in(admin), PARAMETERS)
    assert page.send(add="hyperparameter").status_code == 200
    page.send(
        parameters__0__value="8",
        parameters__1__DELETE="on",
        parameters__2__name="seed",
        parameters__2__value="42",
        parameters__2__description="For the same result each time",
    )
    assert now(model)["mlHyperParameters"] == [
        {"name": "max_depth", "value": "8", "description": "How deep a tree may grow."},
        {"name": "seed", "value": "42", "description": "For the same result each time"},
    ]


def test_hyperparameters_have_names_of_their_own(admin, model):
    page = Page(logged_in(admin), PARAMETERS)
    assert page.send(parameters__1__name="max_depth").status_code == 422
    assert "There is another hyperparameter called max_depth" in page.html
    assert page.send(parameters__1__name="").status_code == 422
    assert page.value("parameters-1-value") == "0.3"
    assert version(model) == "0.1"


def test_a_form_that_lost_its_rows_is_refused(admin, model):
    client = logged_in(admin)
    assert client.post(PARAMETERS, {"etag": "x"}).status_code == 422
    many = client.post(ADD, {"sources-TOTAL_FORMS": "9" * 5, "sources-INITIAL_FORMS": "0"})
    assert many.status_code == 422
    assert many.content.count(b"<fieldset") == 1
    one_more = client.post(ADD, {"add": "", "sources-TOTAL_FORMS": "9" * 5000})
    assert one_more.content.count(b"<fieldset") <= 1


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


# --- Costs ---


def test_ten_features_cost_what_one_costs_to_edit(admin):
    def features(number):
        return [
            builders.sales_feature(name=f"f{i}", tags=builders.tags("PII.Sensitive"))
            for i in range(number)
        ]

    costs = []
    client = logged_in(admin)
    for name, number in (("one", 1), ("ten", 10)):
        builders.a_model(name, mlFeatures=features(number))
        url = f"/edit-feature/mlmodel/mlflow.{name}?name=f0"
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        costs.append(len(captured))
    assert costs[0] == costs[1] < 30


def test_ten_sources_cost_what_one_costs_to_save(admin):
    builders.a_table("wide", *(f"c{i} INT" for i in range(10)))
    table = Table.objects.named(f"{builders.SCHEMA}.wide").get()
    costs = []
    for name, number in (("one", 1), ("ten", 10)):
        sources = [
            {"name": f"c{i}", "dataSource": {"id": str(table.pk), "type": "table"}}
            for i in range(number)
        ]
        builders.a_model(name, mlFeatures=[{"name": "f", "featureSources": sources}])
        page = Page(logged_in(admin), f"/edit-feature/mlmodel/mlflow.{name}?name=f")
        with CaptureQueriesContext(connection) as captured:
            assert page.send(description="x").status_code == 302
        costs.append(len(captured))
    assert costs[0] == costs[1]

"""A person finds a model and says where a feature comes from, down to the column."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from catalog import documents, lifecycle
from catalog.access import SYSTEM
from mlmodels.models import MlModel
from tests import builders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = f"{builders.SCHEMA}.people"


@pytest.fixture
def model(admin):
    builders.a_table("people", "person_age INT Protected.Age", "born DATE")
    return builders.a_model(displayName="Churn risk")


def features(model):
    found = documents.content_of(MlModel.objects.get(pk=model.pk))["mlFeatures"]
    return {feature["name"]: feature for feature in found}


def find_the_model(page: Page) -> None:
    page.locator("[name=q]").first.fill("churn")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Churn risk").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Churn risk")


def see_what_became_of_it(page: Page) -> None:
    """From the features over the versions and their comparison to the lineage."""
    row = page.get_by_role("row").filter(has_text="maturity")
    expect(row).to_contain_text("person_age")
    expect(row).to_contain_text("Age")
    expect(row.get_by_role("link", name="people")).to_have_attribute("href", f"/table/{PEOPLE}")
    expect(page.locator("#page-header .version")).to_have_text("v0.2")
    page.get_by_role("link", name="Versions").click()
    expect(page.locator(".timeline")).to_contain_text("maturity")
    page.get_by_role("link", name="Compare two").click()
    expect(page.get_by_role("heading", name="0.1 → 0.2")).to_be_visible()
    expect(page.locator(".diff")).to_contain_text("maturity")
    page.goto("/mlmodel/mlflow.churn")
    page.get_by_role("link", name="Lineage", exact=False).first.click()
    graph = page.get_by_role("region", name="Lineage graph")
    expect(graph).to_contain_text("people")
    expect(graph).to_contain_text("Churn risk")


def test_mapping_a_feature_to_a_column(open_page, log_in, admin, model):
    page = open_page()
    log_in(page, admin)
    find_the_model(page)
    page.get_by_role("link", name="Features & sources").click()
    page.get_by_role("link", name="Add a feature").first.click()
    page.get_by_label("Name").fill("maturity")
    page.get_by_role("button", name="Add a source").click()

    # The new row has the cursor; the picker finds the column, and the column fills in the row.
    expect(page.locator("#id_sources-0-name")).to_be_focused()
    place = page.get_by_role("combobox", name="Table or column")
    place.click()
    place.press_sequentially("person_a")
    expect(page.get_by_role("option", name="person_age")).to_be_visible()
    place.press("ArrowDown")
    place.press("Enter")
    expect(page.locator("#id_sources-0-name")).to_have_value("person_age")
    expect(page.locator("#id_sources-0-data_type")).to_have_value("integer")
    expect(place).to_have_value(f"{PEOPLE}.person_age")
    expect(page.locator("#id_name")).to_have_value("maturity")

    page.locator("#id_data_type").select_option("numerical")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/mlmodel/mlflow.churn?tab=features")
    expect(page.get_by_role("status")).to_contain_text("Saved as version 0.2")
    source = features(model)["maturity"]["featureSources"][0]
    assert (source["name"], source["dataType"]) == ("person_age", "integer")
    assert source["dataSource"]["fullyQualifiedName"] == PEOPLE
    see_what_became_of_it(page)


def test_mapping_a_feature_without_javascript(open_page, log_in, admin, model):
    page = open_page(java_script_enabled=False)
    log_in(page, admin)
    find_the_model(page)
    page.get_by_role("link", name="Features & sources").click()
    page.get_by_role("link", name="Add a feature").first.click()
    page.get_by_label("Name").fill("maturity")
    page.get_by_role("button", name="Add a source").click()
    expect(page.locator("#id_name")).to_have_value("maturity")
    place = page.get_by_role("combobox", name="Table or column")
    place.fill(f"{PEOPLE}.nothing")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("has no column nothing")
    expect(page.locator("#id_name")).to_have_value("maturity")
    place.fill(f"{PEOPLE}.person_age")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/mlmodel/mlflow.churn?tab=features")
    source = features(model)["maturity"]["featureSources"][0]
    assert (source["name"], source["dataType"]) == ("person_age", "integer")
    see_what_became_of_it(page)


def test_owners_and_tags_are_picked_and_unticked(open_page, log_in, admin, alice, model):
    page = open_page()
    log_in(page, admin)
    page.goto("/mlmodel/mlflow.churn")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit Churn risk")
    for name, text, choice in (("Owners", "ali", "alice"), ("Tags", "age", "Age")):
        box = page.get_by_role("combobox", name=name)
        box.click()
        box.press_sequentially(text)
        page.get_by_role("option", name=re.compile(f"^{choice}")).first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as version")
    content = documents.content_of(MlModel.objects.get(pk=model.pk))
    assert [owner["name"] for owner in content["owners"]] == ["alice"]
    assert [label["tagFQN"] for label in content["tags"]] == ["Protected.Age"]
    page.goto("/edit/mlmodel/mlflow.churn")
    page.get_by_role("checkbox", name="Protected.Age").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as version")
    assert "tags" not in documents.content_of(MlModel.objects.get(pk=model.pk))


def test_a_mistake_is_shown_in_place_and_has_the_cursor(open_page, log_in, admin, model):
    page = open_page()
    log_in(page, admin)
    page.goto("/edit/mlmodel/mlflow.churn")
    page.get_by_label("Description").fill("Half an hour of work")
    page.get_by_label("Server").fill("no address")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is not a URL")).to_be_visible()
    expect(page.get_by_label("Server")).to_be_focused()
    expect(page.get_by_label("Description")).to_have_value("Half an hour of work")


def test_two_people_at_once_see_both_sides(open_page, log_in, admin, model):
    page = open_page(viewport={"width": 390, "height": 844})
    log_in(page, admin)
    page.goto("/edit/mlmodel/mlflow.churn")
    page.get_by_label("Description").fill("Mine")
    lifecycle.update(model, {"description": "Theirs"}, actor=SYSTEM)
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("alert").filter(has_text="changed this while you were editing")
    expect(conflict).to_contain_text("Theirs")
    expect(conflict).to_contain_text("Mine")
    expect(page.get_by_label("Description")).to_have_value("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as version")
    expect(page.get_by_role("main")).to_contain_text("Mine")

"""The start page: what needs attention, what is mine, what happened, what there is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.web import home, recent
from tests import builders as make


@pytest.fixture
def client(client, alice):
    client.force_login(alice)
    return client


def stats(client):
    html = client.get("/").content.decode()
    label = r'<a class="stat" href="([^"]+)">.*?</svg>([^<]+)</span>'
    found = re.findall(label + r'<span class="value">(\d+\+?)</span>', html)
    return {label: (number, url) for url, label, number in found}


def sentences():
    """Return the recent changes as a reader reads them."""
    return [
        " ".join([it["actor"], it["verb"], it["entity"]["name"] if it["entity"] else it["words"]])
        + (": " + ", ".join(it["fields"]) if it["fields"] else "")
        for it in recent.changes()
    ]


def test_an_empty_catalogue_says_how_to_begin(client):
    html = client.get("/").content.decode()

    assert "No models yet" in html
    assert 'href="/profile"' in html


def test_each_count_leads_to_exactly_these_models(client, alice):
    make.a_model("whole", owners=[alice], dashboard=make.a_dashboard())
    make.a_model("unowned", dashboard=make.a_dashboard())
    make.a_model("bare", owners=[alice], mlFeatures=[{"name": "x"}])
    make.a_shell("shell")
    lifecycle.delete(make.a_shell("gone"), actor=SYSTEM)

    found = stats(client)

    assert {label: number for label, (number, _) in found.items()} == {
        "Without an owner": "2",
        "Without a dashboard": "2",
        "Features without sources": "1",
        "Without features": "1",
    }
    for number, url in found.values():
        assert client.get(url).content.decode().count('<th scope="row">') == int(number)


def test_nothing_to_mend_is_said_too(client, alice):
    make.a_model("whole", owners=[alice], dashboard=make.a_dashboard())

    assert "Every model has an owner" in client.get("/").content.decode()


def test_counts_are_capped(client, monkeypatch):
    from mlmodels.web import home as panels

    for number in range(4):
        make.a_shell(f"m{number}")
    monkeypatch.setattr(panels, "COUNTED", 3)
    monkeypatch.setattr(home, "COUNTED", 3)

    assert stats(client)["Without an owner"][0] == "3+"
    assert next(it for it in home.counts() if it["kind"] == "mlmodel")["is_capped"]


def test_my_models_are_those_i_or_my_teams_own_or_i_follow(client, alice, charlie, growth):
    make.a_model("of_alice", owners=[alice])
    make.a_model("of_growth", owners=[growth])
    make.a_model("of_charlie", owners=[charlie])
    followed = make.a_model("followed", owners=[charlie])
    lifecycle.follow(followed, alice, actor=alice)

    html = client.get("/").content.decode()

    owned = html.partition('id="owned"')[2].partition("</section>")[0]
    followed = html.partition('id="followed"')[2].partition("</section>")[0]
    assert "of_alice" in owned
    assert "of_growth" in owned
    assert "of_charlie" not in owned + followed
    assert "followed" in followed


def test_changes_are_told_as_sentences(alice):
    dashboard = make.a_dashboard("sales", by=make.an_admin())
    lifecycle.update(dashboard, {"description": "x", "displayName": "y"}, actor=alice)
    lifecycle.delete(dashboard, actor=SYSTEM)
    lifecycle.follow(dashboard, alice, actor=alice)

    assert sentences()[:3] == [
        "system deleted sales",
        "alice changed sales: description, display name",
        "ada added sales",
    ]


def test_what_a_robot_does_to_many_is_one_sentence(robot):
    make.a_pipeline_service()
    for number in range(5):
        make.a_pipeline(f"p{number}", by=robot)

    assert sentences()[0] == "robot added 5 pipelines"


def test_what_is_gone_for_good_is_named_and_not_linked(client):
    lifecycle.hard_delete(make.a_dashboard("sales"), actor=SYSTEM)

    assert sentences()[0] == "system removed for good sales"
    assert client.get("/").status_code == 200


def test_counts_by_kind_lead_to_the_lists(client):
    make.a_table("one")
    make.a_table("two")
    lifecycle.delete(make.a_table("three"), actor=SYSTEM)

    counts = {it["kind"]: (it["number"], it["url"]) for it in home.counts()}

    assert counts["table"] == (2, "/table/")
    assert "mlmodel" not in counts


def test_html_in_names_is_text(client, alice):
    evil = "<script>alert(1)</script>"
    model = make.a_model(evil, owners=[alice], displayName=evil)
    lifecycle.follow(model, alice, actor=alice)

    html = client.get("/").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_ten_models_cost_the_queries_of_one(client, alice):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    def one_more(name):
        model = make.a_model(name, owners=[alice])
        lifecycle.follow(model, alice, actor=alice)
        lifecycle.update(model, {"description": name}, actor=alice)

    one_more("m0")
    alone = queries()
    for number in range(1, 10):
        one_more(f"m{number}")

    assert queries() == alone
    assert alone <= 20


@pytest.mark.parametrize("address", ["/?q=%00", "/?x=" + "a" * 5000, "/?%ff"])
def test_odd_parameters_do_no_harm(client, address):
    assert client.get(address).status_code == 200

"""Coming in and going out: who may, with what, and where it leads."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import ApiToken, User
from tests import builders as make

PASSWORD = "correct horse battery"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def forget_failures():
    """The limits on wrong passwords count across tests."""
    cache.clear()


@pytest.fixture
def dora(db):
    user = make.a_user("dora", displayName="Dora")
    lifecycle.set_password(user, PASSWORD, actor=SYSTEM)
    return user


def sign_in(client, login="dora", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def is_in(client):
    return client.get("/").status_code == 200


@pytest.mark.parametrize("login", ["dora", "DORA", "dora@example.org", "Dora@Example.org"])
def test_one_signs_in_by_name_or_address(client, dora, login):
    answer = sign_in(client, login)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)


@pytest.mark.parametrize(
    ("login", "password"),
    [("dora", "wrong"), ("nobody", PASSWORD), ("dora", ""), ("", ""), ("do\0ra", "x")],
)
def test_a_wrong_name_or_password_says_so_and_not_which(client, dora, login, password):
    answer = sign_in(client, login, password)

    assert answer.status_code == 200
    assert not is_in(client)
    if login and password and "\0" not in login:
        assert "password you specified are not correct" in answer.content.decode()


def test_who_was_deleted_cannot_come_in(client, dora):
    lifecycle.delete(dora, actor=SYSTEM)

    assert not is_in(client)
    sign_in(client)
    assert not is_in(client)


def test_who_is_deleted_while_signed_in_is_out(client, dora):
    sign_in(client)
    assert is_in(client)

    lifecycle.delete(User.objects.get(pk=dora.pk), actor=SYSTEM)

    assert not is_in(client)


def test_a_robot_has_no_password(client, robot):
    sign_in(client, "robot", "")
    sign_in(client, "robot", "!")

    assert not is_in(client)


def test_too_many_wrong_passwords_are_stopped(client, dora):
    for _ in range(5):
        sign_in(client, password="wrong")

    answer = sign_in(client)

    assert not is_in(client)
    assert "Too many failed" in answer.content.decode()


def test_signing_in_leads_back_to_where_one_wanted_to_go(client, dora):
    asked = client.get("/search?q=a%20b&kinds=table")

    assert asked.status_code == 302
    answer = client.post(asked["Location"], {"login": "dora", "password": PASSWORD})
    assert answer["Location"] == "/search?q=a%20b&kinds=table"


def test_the_form_keeps_where_one_wanted_to_go(client, dora):
    html = client.get(LOGIN, {"next": "/mlmodel/?missing=owner"}).content.decode()

    assert '<input type="hidden" name="next" value="/mlmodel/?missing=owner"' in html


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client, dora, there):
    assert sign_in(client, next=there)["Location"] == "/"


def test_a_piece_of_a_page_sends_the_whole_page_to_the_sign_in(client, db):
    answer = client.get(
        "/mlmodel/?q=x",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/mlmodel/"},
    )

    assert answer["HX-Redirect"].startswith(f"{LOGIN}?next=http%3A%2F%2Ftestserver%2Fmlmodel%2F")


@pytest.mark.parametrize(
    "address", ["/", "/search?q=x", "/suggest?q=x", "/table/", "/services/", "/profile",
                "/admin/login/", "/table/a.b", "/edit/mlmodel/a.b", "/no-such-kind/"],
)  # fmt: skip
def test_every_page_asks_for_a_sign_in(client, db, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)


@pytest.mark.parametrize("address", ["/healthz", "/readyz", LOGIN, "/static/css/tokens.css"])
def test_what_needs_no_sign_in(client, db, settings, address):
    if address.startswith("/static/"):
        address = settings.STATIC_URL + address.removeprefix("/static/")

    assert client.get(address).status_code == 200


def test_the_api_refuses_in_its_own_words(client, db):
    answer = client.get("/api/v1/tables")

    assert (answer.status_code, answer.json()["code"]) == (401, 401)
    assert client.get("/api/v1/no-such-thing").status_code == 404
    assert client.get("/api/v1/system/version").status_code == 200


def test_a_call_with_a_token_looks_for_no_session(client, dora, django_assert_num_queries):
    token = make.a_token(dora)
    headers = {"Authorization": f"Bearer {token}"}
    client.get("/api/v1/tables", headers=headers)

    with django_assert_num_queries(3):
        answer = client.get("/api/v1/tables", headers=headers)

    assert "Cookie" not in answer.get("Vary", "")


def test_one_goes_out(client, dora):
    sign_in(client)

    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert is_in(client)
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert not is_in(client)


def test_one_changes_ones_password(client, dora):
    sign_in(client)
    page = "/accounts/password/change/"
    new = "even more correct horse"

    assert client.get(page).status_code == 200
    assert (
        client.post(page, {"oldpassword": "wrong", "password1": new, "password2": new}).status_code
        == 200
    )
    client.post(page, {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_in(client)
    fresh = Client()
    sign_in(fresh)
    assert not is_in(fresh)
    sign_in(fresh, password=new)
    assert is_in(fresh)


def test_changing_a_password_writes_no_version(client, dora):
    sign_in(client)
    new = "even more correct horse"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", data)

    assert dora.versions.count() == 1


@pytest.mark.parametrize("address", ["signup/", "email/", "password/reset/", "confirm-email/x/"])
def test_there_is_no_way_to_help_oneself(client, db, address):
    answer = client.get(f"/accounts/{address}")

    assert answer.status_code in (302, 404) or "There is no sign-up" in answer.content.decode()


@pytest.mark.django_db
def test_the_theme_is_chosen_without_a_sign_in(client):
    assert client.post("/theme", {"theme": "dark"}).cookies["theme"].value == "dark"


# --- The administration ---


def test_the_administration_is_for_admins(client, admin, dora):
    client.force_login(admin)
    assert client.get("/admin/").status_code == 200

    sign_in(client)
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.get("/admin/").status_code in (302, 403)
    assert client.get("/admin/login/").status_code == 403


def test_the_administration_writes_nothing_yet(client, admin):
    from django.contrib import admin as administration

    assert administration.site._registry == {}


# --- The profile ---


def test_a_token_is_shown_once_and_works(client, dora):
    client.force_login(dora)

    made = client.post("/profile", {"name": "my <script>", "days": "30"})
    text = re.search(r'id="new-token">([^<]+)<', made.content.decode())[1]

    assert "no-store" in made["Cache-Control"]
    assert (
        Client().get("/api/v1/tables", headers={"Authorization": f"Bearer {text}"}).status_code
        == 200
    )
    again = client.get("/profile").content.decode()
    assert text not in again
    assert "my &lt;script&gt;" in again
    token = ApiToken.objects.get(user=dora)
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)


def test_a_token_may_last_for_ever(client, dora):
    client.force_login(dora)
    client.post("/profile", {"name": "x", "days": "never"})

    assert ApiToken.objects.get(user=dora).expires_at is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": ""},
        {"name": "x", "days": "1000000000000"},
        {"name": "x" * 129, "days": "30"},
        {"name": "a\0b", "days": "30"},
    ],
)
def test_what_is_no_token_is_refused(client, dora, given):
    client.force_login(dora)

    assert client.post("/profile", given).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_revoked_token_is_worthless(client, dora):
    text = make.a_token(dora)
    client.force_login(dora)
    token = ApiToken.objects.get(user=dora)

    client.post(f"/profile/tokens/{token.pk}/revoke")

    assert (
        Client().get("/api/v1/tables", headers={"Authorization": f"Bearer {text}"}).status_code
        == 401
    )
    assert "Revoked" in client.get("/profile").content.decode()


def test_the_tokens_of_others_are_out_of_reach(client, dora, charlie):
    text = make.a_token(dora)
    client.force_login(charlie)
    token = ApiToken.objects.get(user=dora)

    assert client.post(f"/profile/tokens/{token.pk}/revoke").status_code == 404
    assert token.name not in client.get("/profile").content.decode()
    assert (
        Client().get("/api/v1/tables", headers={"Authorization": f"Bearer {text}"}).status_code
        == 200
    )


def test_what_the_write_path_refuses_is_a_page(client, dora, monkeypatch):
    from catalog.access import Forbidden
    from catalog.web import home

    def refuse(request):
        raise Forbidden("dora may not look.")

    monkeypatch.setattr(home, "_panels", [home.Panel("x.html", refuse)])
    client.force_login(dora)

    answer = client.get("/")

    assert answer.status_code == 403
    assert "dora may not look." in answer.content.decode()

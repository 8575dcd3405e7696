"""One view answers whole pages and fragments, and says so to caches."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from catalog.web import responses

PAGE, FRAGMENT = "page.html", "_fragment.html"


def request(**headers):
    made = RequestFactory().get("/mlmodel/", headers=headers)
    HtmxMiddleware(lambda _: HttpResponse())(made)
    return made


@pytest.fixture
def rendered(settings):
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {PAGE: "<main>{{ what }}</main>", FRAGMENT: "{{ what }}"},
                    )
                ]
            },
        }
    ]

    def render(headers, **more):
        context = {"what": "models"}
        return responses.render_page(request(**headers), PAGE, FRAGMENT, context, **more)

    return render


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"<main>models</main>"),
        ({"hx-request": "true"}, b"models"),
        ({"hx-request": "true", "hx-boosted": "true"}, b"<main>models</main>"),
        ({"hx-request": "true", "hx-history-restore-request": "true"}, b"<main>models</main>"),
    ],
)
def test_a_swap_gets_the_fragment_and_all_else_the_page(rendered, headers, body):
    assert rendered(headers).content == body


def test_caches_are_told_that_the_answer_depends_on_htmx(rendered):
    vary = rendered({})["Vary"]

    assert {"HX-Request", "HX-Boosted", "HX-History-Restore-Request"} <= set(vary.split(", "))


def test_an_invalid_form_keeps_its_status(rendered):
    assert rendered({"hx-request": "true"}, status=422).status_code == 422


def test_a_browser_is_redirected():
    response = responses.go_to(request(), "/mlmodel/a")

    assert (response.status_code, response["Location"]) == (302, "/mlmodel/a")


def test_htmx_is_told_to_go():
    response = responses.go_to(request(**{"hx-request": "true"}), "/mlmodel/a")

    assert (response.status_code, response["HX-Redirect"]) == (200, "/mlmodel/a")

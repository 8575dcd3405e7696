"""A reader's theme is kept in a cookie, and error pages need nothing but themselves."""

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from catalog.web.theme import choose_theme


def post(theme, referer="http://testserver/mlmodel/?q=a"):
    return choose_theme(
        RequestFactory().post("/theme", {"theme": theme}, headers={"referer": referer})
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_choice_is_remembered_and_leads_back(theme):
    response = post(theme)

    assert response.cookies["theme"].value == theme
    assert response["Location"] == "http://testserver/mlmodel/?q=a"


@pytest.mark.parametrize("theme", ["system", "", '"><script>'])
def test_anything_else_means_what_the_system_says(theme):
    assert post(theme).cookies["theme"].value == ""


@pytest.mark.parametrize("referer", ["https://elsewhere.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(referer):
    assert post("dark", referer)["Location"] == "/"


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_render_without_a_context(name):
    assert "<h1>" in render_to_string(f"{name}.html")


def test_the_theme_is_in_the_page_before_any_script():
    request = HttpRequest()
    request.COOKIES = {"theme": '"><b>'}

    html = render_to_string("404.html", {"request": request})

    assert 'data-theme="&quot;&gt;&lt;b&gt;"' in html

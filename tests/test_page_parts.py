"""The parts of a page: icons exist, kinds have a look, nothing needs an inline script or style."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.kinds import KINDS, kind_of
from catalog.templatetags import almanac

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
STATIC = Path(settings.BASE_DIR) / "static"
SYMBOLS = set(
    re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor/tabler/sprite.svg").read_text())
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_obey_the_content_security_policy(path):
    text = path.read_text()

    assert not re.search(r"\sstyle=|<style|\son\w+=|href=\"javascript:|hx-on", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)=\"https?://", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_icons_are_in_the_sprite(path):
    named = set(re.findall(r'{% icon "([^"]+)"', path.read_text()))

    assert named <= SYMBOLS


def test_every_kind_has_an_icon_and_a_colour():
    tokens = (STATIC / "css/tokens.css").read_text()

    assert {kind.icon for kind in KINDS.values()} <= SYMBOLS
    plain = {almanac.css_kind(name) for name in KINDS} - {"service", "bot"}  # the default colour
    assert {name for name in plain if f'[data-kind="{name}"]' not in tokens} == set()


def test_an_unknown_kind_is_shown_by_its_own_name():
    assert kind_of("searchIndex").label == "searchIndex"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Alice", "A"), ("ingestion-bot", "I"), ("Data Science Lab", "DL"), ("bob.b", "BB"),
     ("", "?"), ("\"'", "?"), ("école", "É")],
)  # fmt: skip
def test_initials(name, letters):
    assert almanac.initials(name) == letters


def test_times_near_are_ages_and_far_are_dates():
    now = timezone.now()

    assert ">just now<" in almanac.when(now)
    assert "3\xa0hours ago" in almanac.when(now - timedelta(hours=3, minutes=20))
    assert ">31 Mar 2020<" in almanac.when(1585656000000)
    assert almanac.when(None) == ""


def test_a_reference_becomes_a_link_that_survives_its_name():
    name = 'a/b "c" <d>'
    shown = almanac.shown({"type": "table", "name": name, "fullyQualifiedName": f"s.{name}"})

    assert shown.url == "/table/s.a%2Fb%20%22c%22%20%3Cd%3E"


@pytest.mark.parametrize("label", ["", 'He said "<b>"'])
def test_an_icon_is_decoration_unless_it_has_a_label(label):
    html = almanac.icon("x", label)

    assert ("aria-hidden" in html) is not bool(label)
    assert "<b>" not in html

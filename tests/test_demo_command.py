"""`manage.py load_demo` meets a catalogue that has no demo yet."""

import pytest
from django.core.management import call_command

from catalog import lifecycle, seed
from catalog.access import SYSTEM
from catalog.models import Entity, User
from mlmodels.models import MlModel

pytestmark = pytest.mark.django_db


def test_the_command_fills_an_empty_catalogue(capsys, monkeypatch):
    monkeypatch.setenv("ALMANAC_ADMIN_PASSWORD", "almanac-demo")
    call_command("load_demo")
    assert "Loaded the demo company." in capsys.readouterr().out
    assert MlModel.objects.present().count() == 5


def test_a_catalogue_with_people_of_these_names_is_left_alone(capsys):
    seed.ensure("almanac-demo")
    alice = {"name": "Alice", "email": "alice@example.org"}
    lifecycle.create(User, alice, actor=SYSTEM)
    before = Entity.objects.count()
    call_command("load_demo")
    assert capsys.readouterr().out == "No demo data: the catalogue has its own user Alice.\n"
    assert Entity.objects.count() == before

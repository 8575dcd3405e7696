"""`manage.py load_demo`: put an invented company into the catalogue, once."""

import os
from typing import Any

from django.core.management.base import BaseCommand

from catalog import lifecycle, seed
from catalog.access import SYSTEM
from catalog.models import User
from mlmodels.demo import loading, people


class Command(BaseCommand):
    help = "Load the demo company. Safe to run again; DEMO_PASSWORD lets its people log in."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in seed.ensure(os.environ.get("ALMANAC_ADMIN_PASSWORD") or None):
            self.stdout.write(line)
        if loading.was_loaded():
            told = "The demo company is already here."
        elif taken := loading.taken_names():
            self.stdout.write(f"No demo data: the catalogue has its own {', '.join(taken)}.")
            return
        else:
            loading.load()
            told = "Loaded the demo company."
        self.stdout.write(f"{told} {_way_in()}")


def _way_in() -> str:
    """Give DEMO_PASSWORD to those of the cast who have no password; return how to log in."""
    without = User.objects.present().filter(username__in=people.CAST, password="")
    password = os.environ.get("DEMO_PASSWORD")
    if password:
        for user in without:
            lifecycle.set_password(user, password, actor=SYSTEM)
    elif without:
        return "To log in as alice, run load_demo with a DEMO_PASSWORD."
    return "Log in as alice, bob or charlie with the password that DEMO_PASSWORD gave them."

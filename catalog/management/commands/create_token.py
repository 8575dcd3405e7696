"""`manage.py create_token USER`: print a new API token, and nothing else."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import User


class Command(BaseCommand):
    help = "Make an API token for a user and print it; it is not kept anywhere."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("user", help="the user's name")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--days", type=int, help="after how many days it expires")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.present().filter(username=options["user"].lower()).first()
        if user is None:
            raise CommandError(f"There is no user named {options['user']}.")
        days = options["days"]
        expires_at = timezone.now() + timedelta(days=days) if days is not None else None
        token = lifecycle.issue_token(user, options["name"], actor=SYSTEM, expires_at=expires_at)
        self.stdout.write(token)

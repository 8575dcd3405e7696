"""Credentials: API tokens and passwords. They are no part of any document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog import access
from catalog.models import ApiToken, User


@transaction.atomic
def issue_token(
    user: User, name: str, *, actor: access.Actor, expires_at: datetime | None = None
) -> str:
    """Make an API token and return its text, which is shown once and never kept."""
    access.check_account(actor, user)
    return ApiToken.issue(user, name, expires_at=expires_at)


@transaction.atomic
def revoke_token(pk: UUID, *, actor: access.Actor) -> None:
    token = ApiToken.objects.select_for_update().get(pk=pk)
    access.check_account(actor, token.user)
    token.revoke()


@transaction.atomic
def set_password(user: User, password: str, *, actor: access.Actor) -> None:
    """Set a user's password; whether it is strong enough is the form's question."""
    access.check_account(actor, user)
    user.set_password(password)
    user.save(update_fields=["password"])

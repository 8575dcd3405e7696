"""API tokens: named, expiring, revocable, and stored as hashes only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models.people import User

HOLDER = """
    SELECT entity.id, holder.entity_ptr_id, entity.entity_type, entity.name, entity.deleted,
           holder.username, holder.is_bot, holder.is_admin, holder.is_superuser
    FROM catalog_apitoken token
    JOIN catalog_user holder ON holder.entity_ptr_id = token.user_id
    JOIN catalog_entity entity ON entity.id = holder.entity_ptr_id
    WHERE token.digest = %s AND token.revoked_at IS NULL AND NOT entity.deleted
      AND (token.expires_at IS NULL OR token.expires_at > now())
"""


class ApiTokenQuerySet(models.QuerySet):
    def valid(self) -> ApiTokenQuerySet:
        return self.filter(revoked_at=None).filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        )

    def user_of(self, token: str) -> User | None:
        """Return who may act with this text, or None; each API request asks, so it is one plain
        query for what a request needs of a user."""
        for user in User.objects.raw(HOLDER, [digest_of(token)]):
            return user
        return None


class ApiToken(models.Model):
    """A bearer token of a user. A bot's token can be told again, from SECRET_KEY and its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=128)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    @classmethod
    def issue(cls, user: User, name: str, *, expires_at: datetime | None = None) -> str:
        """Make a token and return its text; it is not kept anywhere."""
        token = cls(user=user, name=name, created_at=timezone.now(), expires_at=expires_at)
        text = token.derived() if user.is_bot else "almanac_" + secrets.token_urlsafe(32)
        token.digest = digest_of(text)
        token.save(force_insert=True)
        return text

    def derived(self) -> str:
        """Return the text of a bot's token, which admins may read again."""
        key = settings.SECRET_KEY.encode()
        mac = hmac.new(key, b"almanac.bot-token:" + self.id.bytes, hashlib.sha256).digest()
        return "almanac_bot_" + base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def revoke(self) -> None:
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

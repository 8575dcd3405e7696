"""Who is calling: bearer tokens for programs, the session for the browser."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from catalog.models import ApiToken


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; its hash is looked up, with its user, in one query."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        user = ApiToken.objects.user_of(text.strip())
        if user is None:
            raise exceptions.AuthenticationFailed("The token is unknown, expired or revoked")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

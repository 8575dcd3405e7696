"""Users, teams, bots, classifications, tags and domains over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import lifecycle, references
from catalog.access import Forbidden
from catalog.api import errors
from catalog.api.parsing import limit_of, number, shaped
from catalog.api.shapes import people as shapes
from catalog.api.viewsets import EntityViewSet, Write
from catalog.models import (
    ApiToken,
    Bot,
    Classification,
    Domain,
    Entity,
    Tag,
    Team,
    User,
)
from catalog.models.entity import reference
from catalog.names import quote


class HolderViewSet(EntityViewSet):
    """What assets belong to: people own them, tags and domains are on them."""

    below_name = ("assets",)

    def assets(self, request: Request, name: str) -> Response:
        """List what belongs to the holder, as references."""
        found = self.assets_of(self.by_name(name)).values("pk")
        rows = Entity.objects.present().filter(pk__in=found).order_by("name", "pk")
        limit, offset = limit_of(request), number(request, "offset", 0)
        page = [reference(row) for row in rows[offset : offset + limit]]
        return Response({"data": page, "paging": {"total": rows.count()}})

    def assets_of(self, holder: Entity) -> QuerySet:
        raise NotImplementedError


class UserViewSet(HolderViewSet):
    kind = User
    create_shape, contents = shapes.CreateUser, shapes.UserContents

    def lookup(self, name: str) -> str:
        return super().lookup(name.lower())

    def filtered(self, request: Request) -> QuerySet:
        rows = super().filtered(request)
        if team := request.query_params.get("team"):
            rows = rows.filter(user__teams__in=Team.objects.named(quote(team)).values("pk"))
        for parameter, column in (("isBot", "is_bot"), ("isAdmin", "is_admin")):
            if value := request.query_params.get(parameter):
                rows = rows.filter(**{f"user__{column}": value.lower() == "true"})
        return rows

    def write(self, request: Request, write: Write, data: Any) -> lifecycle.Written:
        """Write the account, then what lets it in: a person's password, a new robot's token."""
        document = shaped(self.create_shape, data)
        password = document.get("password")
        if password:
            try:
                validate_password(password)
            except ValidationError as weak:
                raise errors.BadRequest(f"[password {' '.join(weak.messages)}]") from None
        with transaction.atomic():
            written = write(self.kind, document, actor=request.user)
            user = written.entity
            if password and not user.is_bot:
                lifecycle.set_password(user, password, actor=request.user)
            if user.is_bot and not user.tokens.valid().exists():
                lifecycle.issue_token(user, "ingestion", actor=request.user)
        return written

    def logged_in(self, request: Request) -> Response:
        return self.retrieve(request, request.user.pk)

    def auth_mechanism(self, request: Request, pk: UUID) -> Response:
        """Tell admins, and the bot itself, the token that a bot works with."""
        user = self.existing(pk)
        if not (request.user.is_admin or request.user.pk == user.pk):
            raise Forbidden(f"{request.user.username} may not see the token of {user}.")
        token = ApiToken.objects.valid().filter(user=user).order_by("created_at").first()
        if not user.is_bot or token is None:
            raise references.NotFound("authenticationMechanism", pk)
        config = {"JWTToken": token.derived(), "JWTTokenExpiry": "Unlimited"}
        return Response({"config": config, "authType": "JWT"})

    def assets_of(self, holder: Entity) -> QuerySet:
        teams = Q(responsibilities__team__users=holder.pk)
        mine = Q(responsibilities__user=holder.pk) | teams
        return Entity.objects.filter(mine, responsibilities__role="owner")


class TeamViewSet(HolderViewSet):
    kind = Team
    create_shape, contents = shapes.CreateTeam, shapes.TeamContents

    def filtered(self, request: Request) -> QuerySet:
        rows = super().filtered(request)
        if parent := request.query_params.get("parentTeam"):
            rows = rows.filter(team__parents__in=Team.objects.named(quote(parent)).values("pk"))
        if value := request.query_params.get("isJoinable"):
            rows = rows.filter(team__is_joinable=value.lower() == "true")
        return rows

    def assets_of(self, holder: Entity) -> QuerySet:
        return Entity.objects.filter(
            responsibilities__team=holder.pk, responsibilities__role="owner"
        )


class BotViewSet(EntityViewSet):
    kind = Bot
    create_shape, contents = shapes.CreateBot, shapes.BotContents


class ClassificationViewSet(EntityViewSet):
    kind = Classification
    create_shape, contents = shapes.CreateClassification, shapes.LabelledContents


class TagViewSet(HolderViewSet):
    kind = Tag
    create_shape, contents = shapes.CreateTag, shapes.TagContents

    def filtered(self, request: Request) -> QuerySet:
        rows = super().filtered(request)
        if name := request.query_params.get("parent"):
            rows = rows.filter(fully_qualified_name__startswith=f"{name}.")
        if name := request.query_params.get("directChildrenOf"):
            holders = Entity.objects.of_type("classification", "tag").named(name)
            rows = rows.filter(parent__in=holders.values("pk"))
        return rows

    def assets_of(self, holder: Entity) -> QuerySet:
        return Entity.objects.filter(tag_labels__tag=holder.pk)


class DomainViewSet(HolderViewSet):
    kind = Domain
    create_shape, contents = shapes.CreateDomain, shapes.DomainContents

    def assets_of(self, holder: Entity) -> QuerySet:
        return Entity.objects.filter(domain_memberships__domain=holder.pk)

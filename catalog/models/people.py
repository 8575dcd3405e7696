"""Who is who: users, bots, teams; and who stands for what: owners, experts, followers, voters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Count, Q

from catalog import changes, merging, names
from catalog.models.entity import Document, Entity, EntityManager, lasting_reference, reference
from catalog.models.relations import Computed, Counted, Domains, People, References

EXPLICIT_PEOPLE = (People("owners", "owner"), People("reviewers", "reviewer"))

WORDS = (changes.Flag("deleted"), changes.Value("description"), changes.Value("displayName"))


class UserManager(BaseUserManager, EntityManager):
    """Users are found by their lower-cased name when they log in."""

    def get_by_natural_key(self, username: str) -> User:
        return self.get(username=username.lower(), deleted=False)


class User(AbstractBaseUser, PermissionsMixin, Entity):
    """A person or a robot with an account."""

    type_name = "user"
    collection = "users"
    label, label_plural = "User", "Users"
    plain = ("email", "isBot", "isAdmin", "timezone", "externalId")
    plain_on_request = ("profile",)
    extra_fields = (
        "roles",
        "inheritedRoles",
        "personas",
        "defaultPersona",
        "personaPreferences",
        "authenticationMechanism",
        "lastLoginTime",
        "lastActivityTime",
    )
    relations = (
        References("teams", "team", merge=merging.keep_if_absent, by_id=True),
        Domains(),
        Computed("owns", lambda ids: _owned("user", ids)),
        Computed("follows", lambda ids: _followed(ids)),
    )
    rules = (
        *WORDS,
        changes.Value("email"),
        changes.Value("timezone"),
        changes.Value("externalId"),
        changes.Flag("isBot"),
        changes.Flag("isAdmin"),
        changes.Value("profile"),
        changes.Items("teams", key=changes.reference_key),
        changes.Items("domains", key=changes.reference_key),
    )
    merges = dict.fromkeys(
        ("displayName", "description", "timezone", "externalId", "profile", "isBot", "isAdmin"),
        merging.keep_if_absent,
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    username = models.CharField(max_length=names.MAX_NAME, unique=True)
    email = models.EmailField(max_length=127, unique=True)
    is_bot = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    timezone = models.CharField(max_length=64, null=True)
    external_id = models.CharField(max_length=256, null=True)
    profile = models.JSONField(null=True)
    teams = models.ManyToManyField("catalog.Team", related_name="users")

    objects = UserManager()

    @classmethod
    def qualify(cls, document: Document) -> str:
        return names.quote(document["name"].lower())

    def assign(self, document: Document) -> None:
        super().assign(document | {"email": document["email"].lower()})
        self.username = document["name"].lower()
        self.is_superuser = self.is_admin

    @property
    def is_active(self) -> bool:
        return not self.deleted

    @property
    def is_staff(self) -> bool:
        return self.is_admin

    def get_full_name(self) -> str:
        return self.title

    def get_short_name(self) -> str:
        return self.name


class Bot(Entity):
    """A robot as a thing one can name; `botUser` is the account it works with."""

    type_name = "bot"
    collection = "bots"
    label, label_plural = "Bot", "Bots"
    plain = ("provider",)
    relations = (Domains(),)
    rules = (
        *WORDS,
        changes.Value("botUser", key=changes.reference_key),
        changes.Items("domains", key=changes.reference_key),
    )
    merges = {"provider": merging.keep_if_absent}
    composed = ("botUser",)

    bot_user = models.OneToOneField(User, models.PROTECT, related_name="bot")
    provider = models.CharField(max_length=16, default="user")

    @classmethod
    def part_references(cls, document: Document) -> Any:
        if "botUser" in document:
            yield document, "botUser", ("user",)

    def document(self) -> Document:
        return super().document() | {"botUser": lasting_reference(self.bot_user)}

    def assign(self, document: Document) -> None:
        super().assign(document)
        self.bot_user_id = UUID(document["botUser"]["id"])


class Team(Entity):
    """A group of people, or a group of groups."""

    class Type(models.TextChoices):
        GROUP = "Group"
        DEPARTMENT = "Department"
        DIVISION = "Division"
        BUSINESS_UNIT = "BusinessUnit"
        ORGANIZATION = "Organization"

    type_name = "team"
    collection = "teams"
    label, label_plural = "Team", "Teams"
    plain = ("teamType", "email", "isJoinable", "externalId")
    plain_on_request = ("profile",)
    extra_fields = ("defaultRoles", "inheritedRoles", "policies", "defaultPersona")
    relations = (
        References("parents", "team", merge=merging.keep_if_absent, by_id=True),
        References("users", "user", merge=merging.keep_if_absent, by_id=True),
        References("children", "team", column="subteams", merge=merging.keep_if_absent, by_id=True),
        People("owners", "owner"),
        Domains(),
        Computed("owns", lambda ids: _owned("team", ids)),
        Counted("userCount", lambda ids: _size(User.teams.through, ids)),
        Counted("childrenCount", lambda ids: _children_count(ids)),
    )
    rules = (
        *WORDS,
        changes.Value("email"),
        changes.Value("teamType"),
        changes.Flag("isJoinable"),
        changes.Value("externalId"),
        changes.Value("profile"),
        changes.Items("owners", key=changes.reference_key),
        changes.Items("domains", key=changes.reference_key),
        changes.Items("parents", key=changes.reference_key),
        changes.Items("users", key=changes.reference_key),
        changes.Items("children", key=changes.reference_key),
    )
    merges = dict.fromkeys(
        ("displayName", "description", "email", "isJoinable", "externalId", "profile"),
        merging.keep_if_absent,
    )

    team_type = models.CharField(max_length=16, choices=Type, default=Type.GROUP)
    email = models.EmailField(max_length=127, null=True)
    is_joinable = models.BooleanField(default=True)
    external_id = models.CharField(max_length=256, null=True)
    profile = models.JSONField(null=True)
    # "Above" and "below" are one relation seen from its two ends.
    parents = models.ManyToManyField("self", symmetrical=False, related_name="subteams")

    @classmethod
    def complete(cls, document: Document) -> None:
        """A team without parents belongs to the organization."""
        root = cls.Type.ORGANIZATION
        if document.get("parents") or document.get("teamType") == root:
            return
        if above := cls.objects.filter(team_type=root).order_by("name").first():
            document["parents"] = [reference(above)]

    @property
    def members(self) -> Any:
        return self.users.present().order_by("name")


class Responsibility(models.Model):
    """One user or one team in a role to an entity."""

    class Role(models.TextChoices):
        OWNER = "owner"
        EXPERT = "expert"
        REVIEWER = "reviewer"

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="responsibilities")
    role = models.CharField(max_length=8, choices=Role)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="roles")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="roles")

    class Meta:
        verbose_name_plural = "responsibilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, team__isnull=False)
                | Q(user__isnull=False, team__isnull=True),
                name="a_responsibility_is_of_a_user_or_a_team",
            ),
            models.UniqueConstraint(
                fields=["entity", "role", "user"], name="a_user_has_a_role_once"
            ),
            models.UniqueConstraint(
                fields=["entity", "role", "team"], name="a_team_has_a_role_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.team} is {self.role} of {self.entity}"


class Following(models.Model):
    """A user who wants to know what happens to an entity."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="followings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "user"], name="a_user_follows_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} follows {self.entity}"


class Vote(models.Model):
    """A user's thumb, up or down, for an entity."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes_cast")
    is_up = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "user"], name="a_user_votes_once")]

    def __str__(self) -> str:
        return f"{self.user} votes {'up' if self.is_up else 'down'} {self.entity}"


class Followers(Computed):
    def __init__(self) -> None:
        super().__init__(
            "followers",
            lambda ids: (
                Following.objects.filter(entity__in=ids)
                .order_by("pk")
                .values_list("entity", "user")
            ),
        )


class Votes(Counted):
    """The wire's `votes`: how many, and whose."""

    def __init__(self) -> None:
        super().__init__("votes", None)
        self.empty = {"upVotes": 0, "downVotes": 0, "upVoters": [], "downVoters": []}

    def load(self, kind: type[Entity], ids: list[UUID]) -> dict[UUID, Any]:
        loaded: dict[UUID, Any] = {}
        for vote in Vote.objects.filter(entity__in=ids).select_related("user").order_by("pk"):
            votes = loaded.setdefault(
                vote.entity_id, {"upVotes": 0, "downVotes": 0, "upVoters": [], "downVoters": []}
            )
            side = "up" if vote.is_up else "down"
            votes[f"{side}Votes"] += 1
            votes[f"{side}Voters"].append(reference(vote.user))
        return loaded


def _owned(holder: str, ids: list[UUID]) -> Any:
    rows = Responsibility.objects.filter(
        **{f"{holder}__in": ids}, role="owner", entity__deleted=False
    )
    return rows.order_by("entity__name", "entity").values_list(holder, "entity")


def _followed(ids: list[UUID]) -> Any:
    rows = Following.objects.filter(user__in=ids, entity__deleted=False)
    return rows.order_by("entity__name", "entity").values_list("user", "entity")


def _size(through: Any, ids: list[UUID]) -> Any:
    rows = through.objects.filter(team__in=ids, user__deleted=False).order_by()
    return rows.values_list("team").annotate(Count("pk"))


def _children_count(ids: list[UUID]) -> Any:
    rows = Team.objects.present().filter(parents__in=ids).order_by()
    return rows.values_list("parents").annotate(Count("pk"))


__all__ = [
    "EXPLICIT_PEOPLE",
    "Bot",
    "Followers",
    "Following",
    "Responsibility",
    "Team",
    "User",
    "Vote",
    "Votes",
]

"""The shapes of requests for people, tags and domains."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import EmailStr, StringConstraints, model_validator

from catalog.api.shapes import (
    DisplayName,
    Int,
    Label,
    Name,
    Reference,
    RefOrName,
    Status,
    Style,
    WireError,
    Words,
)

TeamType = Literal["Group", "Department", "Division", "BusinessUnit", "Organization"]
DomainType = Literal["Source-aligned", "Consumer-aligned", "Aggregate"]
Provider = Literal["system", "user", "automation"]


class UserContents(Words):
    email: EmailStr | None = None
    isBot: bool | None = None
    isAdmin: bool | None = None
    timezone: Annotated[str, StringConstraints(max_length=64)] | None = None
    externalId: DisplayName | None = None
    profile: dict[str, Any] | None = None
    teams: list[RefOrName] | None = None
    roles: list[RefOrName] | None = None
    personas: list[Reference] | None = None
    defaultPersona: Reference | None = None


class CreateUser(UserContents):
    name: Name
    email: EmailStr
    botName: str | None = None
    scimUserName: str | None = None
    authenticationMechanism: dict[str, Any] | None = None
    createPasswordType: Literal["ADMIN_CREATE", "USER_CREATE"] | None = None
    password: str | None = None
    confirmPassword: str | None = None


class TeamContents(Words):
    teamType: TeamType | None = None
    email: EmailStr | None = None
    externalId: DisplayName | None = None
    isJoinable: bool | None = None
    profile: dict[str, Any] | None = None
    parents: list[RefOrName] | None = None
    children: list[RefOrName] | None = None
    users: list[RefOrName] | None = None
    owners: list[Reference] | None = None
    defaultRoles: list[RefOrName] | None = None
    policies: list[RefOrName] | None = None
    defaultPersona: RefOrName | None = None


class CreateTeam(TeamContents):
    name: Name
    teamType: TeamType


class BotContents(Words):
    botUser: RefOrName | None = None
    provider: Provider | None = None
    allowImpersonation: bool | None = None


class CreateBot(BotContents):
    name: Name
    botUser: RefOrName


class LabelledContents(Words):
    owners: list[Reference] | None = None
    reviewers: list[Reference] | None = None
    provider: Provider | None = None
    mutuallyExclusive: bool | None = None
    disabled: bool | None = None
    entityStatus: Status | None = None
    autoClassificationConfig: dict[str, Any] | None = None


class CreateClassification(LabelledContents):
    name: Name
    description: str


class TagContents(LabelledContents):
    style: Style | None = None
    recognizers: list[Any] | None = None
    autoClassificationEnabled: bool | None = None
    autoClassificationPriority: Int | None = None


class CreateTag(TagContents):
    name: Name
    description: str
    classification: RefOrName | None = None
    parent: RefOrName | None = None
    associatedTags: list[str] | None = None

    @model_validator(mode="after")
    def check(self) -> CreateTag:
        if self.classification is None and self.parent is None:
            raise WireError("[classification must not be null]")
        return self


class DomainContents(Words):
    domainType: DomainType | None = None
    style: Style | None = None
    owners: list[Reference] | None = None
    experts: list[RefOrName] | None = None
    tags: list[Label] | None = None
    extension: dict[str, Any] | None = None


class CreateDomain(DomainContents):
    name: Name
    description: str
    domainType: DomainType
    parent: RefOrName | None = None
    fullyQualifiedName: str | None = None

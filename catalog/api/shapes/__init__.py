"""The shapes of what clients send: pydantic models with the wire's own property names.

A shape checks types, lengths and enumerations, and nothing else: it never looks into the database.
`Contents` of a kind is what PUT and PATCH may set; `Create…` adds the name and the place. Here
stands what all shapes are made of; the modules beside it have those of each kind.
Why pydantic and not serializers of DRF: a model of 50 features with 3 sources each is checked in
a millisecond instead of twenty.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)
from pydantic_core import PydanticCustomError
from pydantic_core import Url as ParsedUrl

from catalog.names import MAX_NAME, MAX_QUALIFIED_NAME

# The two ways to refer to an entity; pydantic puts them into the place of an error.
BY_NAME, BY_REFERENCE = "(name)", "(reference)"


class WireError(PydanticCustomError):
    """A complaint in the wire's own words."""

    def __new__(cls, message: str) -> WireError:
        return super().__new__(cls, "wire", "{message}", {"message": message})


def _no_colons(name: str) -> str:
    if "::" in name:
        raise PydanticCustomError("name_pattern", 'must match "^((?!::).)*$"')
    return name


def _is_url(text: str) -> str:
    try:
        ParsedUrl(text)
    except ValueError:
        raise PydanticCustomError("url", "must be a URL such as https://host/path") from None
    return text


Text256 = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Name = Annotated[Text256, AfterValidator(_no_colons)]
QualifiedName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUALIFIED_NAME)]
DisplayName = Annotated[str, StringConstraints(max_length=256)]
Url = Annotated[str, AfterValidator(_is_url)]
Hash = Annotated[str, StringConstraints(min_length=1, max_length=32)]
Int = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Long = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reference(Shape):
    """An EntityReference; only id and type, or a qualified name, matter in a request."""

    id: str | None = None
    type: str | None = None
    name: str | None = None
    fullyQualifiedName: str | None = None
    displayName: str | None = None
    description: str | None = None
    deleted: bool | None = None
    inherited: bool | None = None
    href: str | None = None


def _way_to_refer(value: Any) -> str | None:
    if isinstance(value, str):
        return BY_NAME
    return BY_REFERENCE if isinstance(value, dict | Reference) else None


class Label(Shape):
    """A TagLabel; the words about the tag are the server's."""

    tagFQN: QualifiedName
    source: Literal["Classification", "Glossary"] = "Classification"
    labelType: Literal["Manual", "Propagated", "Automated", "Derived", "Generated"] = "Manual"
    state: Literal["Suggested", "Confirmed"] = "Confirmed"
    name: str | None = None
    displayName: str | None = None
    description: str | None = None
    style: dict[str, Any] | None = None
    href: str | None = None
    reason: str | None = None
    appliedAt: str | None = None
    appliedBy: str | None = None
    metadata: dict[str, Any] | None = None


class Access(Shape):
    timestamp: Long
    accessedBy: Reference | None = None
    accessedByAProcess: str | None = None


class LifeCycle(Shape):
    created: Access | None = None
    updated: Access | None = None
    accessed: Access | None = None


class Certification(Shape):
    tagLabel: Label
    appliedDate: Long
    expiryDate: Long


class Style(Shape):
    color: str | None = None
    iconURL: str | None = None
    coverImage: dict[str, Any] | None = None


RefOrName = Annotated[
    Annotated[QualifiedName, Tag(BY_NAME)] | Annotated[Reference, Tag(BY_REFERENCE)],
    Discriminator(
        _way_to_refer,
        custom_error_type="reference",
        custom_error_message="must be a name or a reference",
    ),
]
Status = Literal[
    "Draft", "In Review", "Approved", "Archived", "Deprecated", "Rejected", "Unprocessed"
]


class Words(Shape):
    displayName: DisplayName | None = None
    description: str | None = None
    domains: list[RefOrName] | None = None
    # Known to the wire, not kept by this catalogue: naming one is answered with 404.
    dataProducts: list[RefOrName] | None = None


class AssetContents(Words):
    """What PUT and PATCH may set on every data asset."""

    tags: list[Label] | None = None
    owners: list[Reference] | None = None
    extension: dict[str, Any] | None = None
    lifeCycle: LifeCycle | None = None
    sourceHash: Hash | None = None
    certification: Certification | None = None
    entityStatus: Status | None = None


class LinkedContents(AssetContents):
    sourceUrl: str | None = None


def refuse_twins(parts: list[Any] | None, what: str) -> None:
    """Raise for two parts of one name: nobody could tell which is meant."""
    seen: set[str] = set()
    for part in parts or ():
        if part.name in seen:
            raise WireError(f"{what} {part.name} is there twice")
        seen.add(part.name)

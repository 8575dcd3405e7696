"""Entity tags: how a client says which state of an entity it has seen (contract §6.5). Pure."""

import hashlib
from decimal import Decimal


def strong(version: Decimal | float | str, updated_at: int) -> str:
    """Return the tag of an entity at a version, last written at `updated_at` (milliseconds).

    >>> strong("0.2", 1700000000000)
    '"3b5f2ccd1d1f4b4a"'
    """
    digest = hashlib.sha256(f"{version}-{updated_at}".encode()).hexdigest()
    return f'"{digest[:16]}"'


def matches(if_match: str, version: Decimal | float | str, updated_at: int) -> bool:
    """Return True if the header names this state: `*`, the strong tag, or W/"version"."""
    accepted = {"*", strong(version, updated_at), f'W/"{version}"'}
    return any(tag.strip() in accepted for tag in if_match.split(","))

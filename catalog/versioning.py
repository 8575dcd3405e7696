"""The versioning rules. Nothing else in the project does version arithmetic."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

FIRST_VERSION = Decimal("0.1")
MINOR_STEP = Decimal("0.1")
MAJOR_STEP = Decimal("1.0")

SESSION = timedelta(minutes=10)
"""Edits of one person within this time are one version (PATCH only)."""


def next_version(current: Decimal, *, major: bool) -> Decimal:
    """Return the version that follows `current`; 0.9 is followed by 1.0, as upstream counts.

    >>> next_version(Decimal("0.9"), major=False), next_version(Decimal("0.1"), major=True)
    (Decimal('1.0'), Decimal('1.1'))
    """
    return current + (MAJOR_STEP if major else MINOR_STEP)


@dataclass(frozen=True)
class LastChange:
    """What the newest version says about how it came to be."""

    version: Decimal
    author: str
    at: datetime
    has_previous: bool
    deleted: bool


def continues_session(last: LastChange, *, author: str, now: datetime) -> bool:
    """Return True if an edit by `author` belongs to the newest version instead of a new one."""
    return (
        last.version > FIRST_VERSION
        and last.has_previous
        and not last.deleted
        and last.author == author
        and now - last.at <= SESSION
    )

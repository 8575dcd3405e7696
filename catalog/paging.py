"""Keyset pages of a queryset, forwards and backwards, with cursors that are opaque to clients.

A page costs the same wherever it is in the list: the database goes to its place by an index.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

Order = tuple[str, str]
"""A column and the tie-break `pk`, each with "-" in front for downwards, as an index has them."""

BY_NAME: Order = ("name", "pk")
BY_NAME_DOWN: Order = ("-name", "-pk")
NEWEST_FIRST: Order = ("-updated_at", "pk")
OLDEST_FIRST: Order = ("updated_at", "-pk")


class BadCursor(ValueError):
    """The text is no cursor that was given out for this order."""


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursors of its neighbours; None where there is none."""

    rows: list[Any]
    before: str | None = None
    after: str | None = None


def page(
    rows: QuerySet,
    *,
    before: str | None = None,
    after: str | None = None,
    limit: int,
    order: Order = BY_NAME,
) -> Page:
    """Return the `limit` rows next to a cursor, or the first ones. Raise BadCursor."""
    if before:
        back: Order = (_turned(order[0]), _turned(order[1]))
        found = list(_beyond(rows, before, back).order_by(*back)[: limit + 1])
        has_before, has_after = len(found) > limit, True
        found = found[:limit][::-1]
    else:
        rows = _beyond(rows, after, order) if after else rows
        found = list(rows.order_by(*order)[: limit + 1])
        has_before, has_after = bool(after), len(found) > limit
        found = found[:limit]
    return Page(
        found,
        before=cursor(found[0], order) if found and has_before else None,
        after=cursor(found[-1], order) if found and has_after else None,
    )


def cursor(row: Any, order: Order = BY_NAME) -> str:
    """Return the place of a row; it needs no escaping in a URL."""
    column = order[0].lstrip("-")
    text = orjson.dumps({column: getattr(row, column), "id": str(row.pk)})
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _beyond(rows: QuerySet, text: str, order: Order) -> QuerySet:
    """Filter by what comes after the cursor; the first condition lets an index be used."""
    column = order[0].lstrip("-")
    value, pk = _place(text, column)
    side, tie = ("lt" if part.startswith("-") else "gt" for part in order)
    return rows.filter(**{f"{column}__{side}e": value}).filter(
        Q(**{f"{column}__{side}": value}) | Q(**{f"pk__{tie}": pk})
    )


def _place(text: str, column: str) -> tuple[Any, UUID]:
    try:
        place = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        value, pk = place[column], UUID(place["id"])
        if not isinstance(value, str) or "\0" in value:
            raise ValueError(value)
        return (value if column == "name" else datetime.fromisoformat(value)), pk
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadCursor("The cursor is not one that this server gave out") from None

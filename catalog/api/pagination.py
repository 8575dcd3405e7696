"""Keyset pages in order of name and id, forwards and backwards, with opaque cursors."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from catalog.api.errors import BadRequest


def page(rows: QuerySet, request: Request, limit: int) -> tuple[list[Any], dict[str, Any]]:
    """Return the rows of the page that the request asks for, and the wire's `paging`.

    Rows need `name` and `pk`. Raise BadRequest for two cursors or one that is not ours.
    """
    before, after = (request.query_params.get(name) for name in ("before", "after"))
    if before and after:
        raise BadRequest("Only one of before or after query parameter allowed")
    paging: dict[str, Any] = {"total": rows.count()}
    if limit == 0:
        return [], paging
    if before:
        found = list(_beyond(rows, before, "lt").order_by("-name", "-pk")[: limit + 1])
        has_before, has_after = len(found) > limit, True
        found = found[:limit][::-1]
    else:
        rows = _beyond(rows, after, "gt") if after else rows
        found = list(rows.order_by("name", "pk")[: limit + 1])
        has_before, has_after = bool(after), len(found) > limit
        found = found[:limit]
    if found and has_before:
        paging["before"] = cursor(found[0])
    if found and has_after:
        paging["after"] = cursor(found[-1])
    return found, paging


def cursor(row: Any) -> str:
    """Return the place of a row; it needs no escaping in a URL."""
    text = orjson.dumps({"name": row.name, "id": str(row.pk)})
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _beyond(rows: QuerySet, text: str, side: str) -> QuerySet:
    """Filter by (name, id) < or > the cursor; the first condition lets an index be used."""
    try:
        place = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        name, pk = place["name"], UUID(place["id"])
        if not isinstance(name, str) or "\0" in name:
            raise ValueError(name)
    except (ValueError, TypeError, KeyError):
        raise BadRequest("The cursor is not one that this server gave out") from None
    return rows.filter(**{f"name__{side}e": name}).filter(
        Q(**{f"name__{side}": name}) | Q(**{f"pk__{side}": pk})
    )

"""The wire's pages: `before` and `after` in, `paging` with a total out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from catalog import paging
from catalog.api.errors import BadRequest


def page(rows: QuerySet, request: Request, limit: int) -> tuple[list[Any], dict[str, Any]]:
    """Return the rows of the page that the request asks for, and the wire's `paging`.

    Rows need `name` and `pk`. Raise BadRequest for two cursors or one that is not ours.
    """
    before, after = (request.query_params.get(name) for name in ("before", "after"))
    if before and after:
        raise BadRequest("Only one of before or after query parameter allowed")
    told: dict[str, Any] = {"total": rows.count()}
    if limit == 0:
        return [], told
    try:
        found = paging.page(rows, before=before, after=after, limit=limit)
    except paging.BadCursor as wrong:
        raise BadRequest(str(wrong)) from None
    cursors = {"before": found.before, "after": found.after}
    return found.rows, told | {name: place for name, place in cursors.items() if place}

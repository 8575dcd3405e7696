"""The start page: search first, then what the catalogue's parts have to say, panel by panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.links import list_url
from catalog.models import Entity
from catalog.search import COUNTED, ORDER
from catalog.web import recent


@dataclass(frozen=True)
class Panel:
    """One part of the start page; its template finds in `panel` what `context` returned."""

    template: str
    context: Callable[[HttpRequest], dict[str, Any]]


_panels: list[Panel] = []


def register(*panels: Panel) -> None:
    """Put panels on the start page, above the recent changes."""
    _panels.extend(panel for panel in panels if panel not in _panels)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show where to start: what needs attention, what is mine, what changed, what there is."""
    panels = [{"template": it.template, "panel": it.context(request)} for it in _panels]
    context = {"panels": panels, "changes": recent.changes(), "counts": counts()}
    return render(request, "catalog/home.html", context)


def counts() -> list[dict[str, Any]]:
    """Count the entities of each kind, no further than `COUNTED`: a million take their time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, (SELECT count(*) FROM (SELECT FROM {Entity._meta.db_table} AS one"  # noqa: S608
            " WHERE one.entity_type = kind AND NOT one.deleted LIMIT %s) AS counted)"
            " FROM unnest(%s::text[]) AS kind",
            [COUNTED + 1, list(ORDER)],
        )
        found = dict(cursor.fetchall())
    return [
        {
            "kind": kind,
            "url": list_url(kind),
            "number": min(found[kind], COUNTED),
            "is_capped": found[kind] > COUNTED,
        }
        for kind in ORDER
        if found[kind]
    ]

"""The search page, and the suggestions that pickers show while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import names
from catalog import search as searching
from catalog.kinds import kind_of
from catalog.models import Column, Entity
from catalog.web.lists import address
from catalog.web.responses import render_page

PAGE = 25
A_FEW = 5
"""How many hits of a kind stand on the page that shows all kinds."""

SUGGESTED = 8


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the best matches of every kind, or page by page those of one."""
    asked = request.GET
    text = searching.cleaned(asked.get("q", ""))
    deleted = asked.get("include") == "all"
    kinds = kinds_in(asked.get("kinds", ""))
    context = {
        "q": text,
        "selects": [include_select(deleted)],
        "state": [("kinds", ",".join(kinds))] if kinds else [],
    }
    if kinds:
        number = page_number(asked.get("page", ""))
        offset = PAGE * (number - 1)
        found = searching.search(text, kinds=kinds, limit=PAGE, offset=offset, deleted=deleted)
        last = min(found.total, searching.RANKED)
        context |= {
            "hits": [as_hit(entity) for entity in found.hits],
            "before": address(asked, page=str(number - 1)) if number > 1 else "",
            "after": address(asked, page=str(number + 1)) if offset + PAGE < last else "",
            "ranked": last if found.total > last else 0,
        }
    else:
        found = searching.search(text, few=A_FEW, deleted=deleted)
        context |= {"groups": grouped(found, asked)}
        context |= {"columns": [as_column(it) for it in searching.columns(text, limit=A_FEW)]}
    context |= {"found": found, "facets": kind_facet(found, kinds, asked)}
    return render_page(request, "catalog/search.html", "catalog/_search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer a picker with a few entities of its kinds, and for tables with columns too."""
    text = searching.cleaned(request.GET.get("q", ""))
    kinds = kinds_in(request.GET.get("kinds", ""))
    if text:
        hits = searching.best(text, kinds=kinds, limit=SUGGESTED)
    else:
        hits = searching.first_of(kinds, limit=SUGGESTED)
    by_kind: dict[str, list[Entity]] = {}
    for entity in hits:
        by_kind.setdefault(entity.entity_type, []).append(entity)
    groups = [
        {"label": kind_of(kind).plural, "items": [as_suggestion(it) for it in found]}
        for kind, found in by_kind.items()
    ]
    if text and "table" in kinds:
        if found := columns_for(text, by_kind.get("table", [])):
            groups.append({"label": "Columns", "items": found})
    return render(request, "parts/suggestions.html", {"groups": groups, "q": text})


def columns_for(text: str, tables: Sequence[Entity]) -> list[dict[str, Any]]:
    """Return the columns the text is about; of a table that was named in full, all the first."""
    found = searching.columns(text, limit=SUGGESTED)
    meant = {text.lower(), text.lower().rstrip(".")}
    named = [it for it in tables if {it.name.lower(), it.fully_qualified_name.lower()} & meant]
    if named and len(found) < SUGGESTED:
        found += searching.columns_of(named[:1], limit=SUGGESTED)
    return [as_column(column) for column in {column.pk: column for column in found}.values()]


def include_select(deleted: bool) -> dict[str, Any]:
    labels = {"": "Without deleted", "all": "With deleted"}
    return {
        "name": "include",
        "label": "Deleted ones",
        "value": "all" if deleted else "",
        "options": [{"value": value, "label": label} for value, label in labels.items()],
    }


def kinds_in(text: str) -> list[str]:
    """Return the kinds that a parameter names; unknown ones are left out."""
    return [kind for kind in dict.fromkeys(text.split(",")) if kind in Entity.kinds()]


def page_number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1
    return min(max(number, 1), searching.RANKED // PAGE)


def grouped(found: searching.Found, asked: QueryDict) -> list[dict[str, Any]]:
    """Return the best few of each kind; the kind of the best hit of all comes first."""
    groups: dict[str, list[Entity]] = {}
    for entity in found.hits:
        groups.setdefault(entity.entity_type, []).append(entity)
    return [
        {
            "kind": kind,
            "hits": [as_hit(entity) for entity in hits],
            "number": max(found.counts.get(kind, 0), len(hits)),
            "url": address(asked, kinds=kind, page=None),
            "has_more": found.counts.get(kind, 0) > len(hits),
        }
        for kind, hits in groups.items()
    ]


def kind_facet(found: searching.Found, kinds: list[str], asked: QueryDict) -> list[dict[str, Any]]:
    """Return how many matches there are of each kind, as links that narrow the search to it."""
    choices = [
        {
            "label": kind_of(kind).plural,
            "count": number,
            "chosen": kinds == [kind],
            "url": address(asked, kinds=None if kinds == [kind] else kind, page=None),
        }
        for kind, number in found.counts.items()
    ]
    return [{"label": "Kind", "choices": choices}] if choices else []


def as_hit(entity: Entity) -> dict[str, Any]:
    return {"entity": entity, "path": names.parent_of(entity.fully_qualified_name)}


def as_suggestion(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.pk,
        "kind": entity.entity_type,
        "fqn": entity.fully_qualified_name,
        "name": entity.title,
        "path": names.parent_of(entity.fully_qualified_name)
        or (entity.name if entity.display_name else ""),
    }


def as_column(column: Column) -> dict[str, Any]:
    """Return a column as a suggestion; its id is that of its row, its path leads to its table."""
    table = column.entity
    return {
        "id": column.pk,
        "kind": "column",
        "fqn": table.fully_qualified_name + column.path.removeprefix("columns"),
        "name": column.path.removeprefix("columns."),
        "path": table.fully_qualified_name,
        "detail": column.data_type_display or column.data_type.lower(),
        "table": table,
        "above": names.parent_of(table.fully_qualified_name),
    }

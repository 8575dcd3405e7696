"""Pages that list the entities of one kind: searched, narrowed, sorted, page by page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog import documents, names, paging, search
from catalog.kinds import KINDS, kind_of
from catalog.links import list_url
from catalog.models import Entity, TagLabel
from catalog.web import kind_lists, listing  # noqa: F401 - the first registers, the second is asked
from catalog.web.listing import Facet, Listing
from catalog.web.responses import render_page

PAGE = 50
FACETS_AT_ONCE = 1_000
"""In a longer list the facets are counted after the page is there, or when asked for."""

SHOWN = (
    "entity_type", "name", "display_name", "fully_qualified_name", "description", "version",
    "deleted", "updated_at",
)  # fmt: skip
ABOVE = tuple(
    f"parent__{name}"
    for name in ("entity_type", "name", "display_name", "fully_qualified_name", "deleted")
)
# What an index can give page by page.
SORTS = {
    "name": ("Name A–Z", paging.BY_NAME),
    "-name": ("Name Z–A", paging.BY_NAME_DOWN),
    "-updated": ("Last changed", paging.NEWEST_FIRST),
    "updated": ("Longest unchanged", paging.OLDEST_FIRST),
}
INCLUDE = {"": "Without deleted", "all": "With deleted", "deleted": "Only deleted"}


@require_safe
def entities(request: HttpRequest, kind: str) -> HttpResponse:
    """List the entities of a kind. Odd parameters are ignored, never an error."""
    model = Entity.kinds().get(kind)
    if model is None or kind not in KINDS:
        raise Http404(f"There is no kind of entity called {kind}.")
    shown = listing.listing_of(kind)
    asked = request.GET
    chosen = {it.key: asked[it.key] for it in shown.facets if asked.get(it.key)}
    sort = asked["sort"] if asked.get("sort") in SORTS else "name"
    include = asked["include"] if asked.get("include") in INCLUDE else ""
    text = search.cleaned(asked.get("q", ""))

    base = model.objects.filter(entity_type=kind)
    if include != "all":
        base = base.filter(deleted=include == "deleted")
    base = search.matching(base, text)
    rows = narrowed(base, shown.facets, chosen)
    if asked.get("facets") and request.htmx.target == "list-facets":
        counted = facets(base, shown.facets, chosen, asked)
        return render(request, "catalog/_list_facets.html", {"facets": counted})
    total = rows.order_by()[: search.COUNTED + 1].count()
    at_once = total <= FACETS_AT_ONCE or asked.get("facets")
    page = page_of(prepared(rows, shown), asked, SORTS[sort][1])
    dressed(page.rows, model, shown)
    context = {
        "kind": kind,
        "page": page,
        "columns": shown.columns,
        "empty": shown.empty,
        "new_url": shown.new_url if shown.new_url and shown.may_add(request.user) else "",
        "total": min(total, search.COUNTED),
        "total_is_capped": total > search.COUNTED,
        "noun": kind_of(kind).counted(total).partition(" ")[2],
        "action": list_url(kind),
        "q": text,
        "selects": selects(sort, include),
        "has_facets": bool(shown.facets),
        "facets": facets(base, shown.facets, chosen, asked) if at_once else None,
        "facets_url": None if at_once else address(asked, facets="1"),
        "filters": filters(shown.facets, chosen, asked),
        "state": list(chosen.items()),
        "is_filtered": bool(chosen or text or include),
        "first_page": address(asked),
    }
    return render_page(request, "catalog/list.html", "catalog/_list.html", context)


@require_safe
def without_slash(request: HttpRequest, kind: str) -> HttpResponse:
    """Lead an address typed without its last slash to the list."""
    if kind not in Entity.kinds():
        raise Http404(f"There is no page {kind}.")
    return redirect(list_url(kind))


def page_of(rows: QuerySet, asked: QueryDict, order: paging.Order) -> paging.Page:
    """Return the page that the address asks for; the first one for a cursor of another order."""
    try:
        before, after = asked.get("before"), asked.get("after")
        return paging.page(rows, before=before, after=after, limit=PAGE, order=order)
    except paging.BadCursor:
        return paging.page(rows, limit=PAGE, order=order)


def prepared(rows: QuerySet, shown: Listing) -> QuerySet:
    """Read what the page shows, and not the documents."""
    rows = rows.annotate(**{name: count() for name, count in shown.counts})
    linked = ["parent"]
    fields = [*SHOWN, *ABOVE]
    for name in shown.plain:
        if rows.model._meta.get_field(name).is_relation:
            linked.append(name)
            fields += [f"{name}__{column.partition('__')[2]}" for column in ABOVE]
        fields.append(name)
    return rows.select_related(*linked).only("parent", *fields)


def dressed(rows: list[Any], model: type[Entity], shown: Listing) -> None:
    """Add what stands around the rows, each thing in one query for all of them."""
    ids = [row.pk for row in rows]
    around = documents.related(model, ids, shown.related)
    labels: dict[Any, list[Any]] = {}
    if listing.TAGS in shown.columns and ids:
        for pk, _, label in TagLabel.objects.filter(entity__in=ids, path="").told():
            labels.setdefault(pk, []).append(label)
    for row in rows:
        row.related, row.labels = around.get(row.pk, {}), labels.get(row.pk, [])
        row.above = names.parent_of(row.parent.fully_qualified_name) if row.parent_id else ""


def narrowed(
    rows: QuerySet, facets: tuple[Facet, ...], chosen: dict[str, str], *, besides: str = ""
) -> QuerySet:
    """Apply the chosen values of all facets, or of all but one."""
    for facet in facets:
        if facet.key in chosen and facet.key != besides:
            rows = facet.narrowed(rows, search.cleaned(chosen[facet.key]))
    return rows


def facets(
    base: QuerySet, facets: tuple[Facet, ...], chosen: dict[str, str], asked: QueryDict
) -> list[dict[str, Any]]:
    """Count each facet among what the others leave, so that its other values stay in sight."""
    shown = []
    for facet in facets:
        rows = narrowed(base, facets, chosen, besides=facet.key)
        choices = []
        for choice in facet.choices(rows):
            is_mine = choice.value == chosen.get(facet.key)
            url = address(asked, **{facet.key: None if is_mine else choice.value})
            entry = {"label": choice.label, "count": choice.count, "chosen": is_mine, "url": url}
            if choice.count or is_mine:
                choices.append(entry)
        if choices:
            shown.append({"label": facet.label, "choices": choices})
    return shown


def filters(
    facets: tuple[Facet, ...], chosen: dict[str, str], asked: QueryDict
) -> list[dict[str, str]]:
    """Return the chips of what narrows the list; each leads to the list without it."""
    return [
        {
            "label": facet.label,
            "value": facet.shown(chosen[facet.key]),
            "url": address(asked, **{facet.key: None}),
        }
        for facet in facets
        if facet.key in chosen
    ]


def selects(sort: str, include: str) -> list[dict[str, Any]]:
    sorts = [{"value": key, "label": label} for key, (label, _) in SORTS.items()]
    included = [{"value": key, "label": label} for key, label in INCLUDE.items()]
    return [
        {"name": "sort", "label": "Sort by", "value": sort, "options": sorts},
        {"name": "include", "label": "Deleted ones", "value": include, "options": included},
    ]


def address(asked: QueryDict, **changed: str | None) -> str:
    """Return the query string of this list with other values, from its first page."""
    query = asked.copy()
    query.pop("facets", None)
    for name, value in (changed | {"before": None, "after": None}).items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"?{query.urlencode()}"

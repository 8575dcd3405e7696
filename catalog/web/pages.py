"""An entity's page: its header, and the tabs of its kind beside those that all share."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from catalog.web import headers, kind_pages, lineage_pages, overviews, version_pages
from catalog.web.finding import entity_or_404
from catalog.web.responses import render_page, wants_fragment
from catalog.web.tabs import Action, Tab, actions_of, own_tabs, register

__all__ = ["Action", "Tab", "entity", "register", "tabs_of"]

OVERVIEW = Tab("overview", "Overview", "catalog/overview/layout.html", overviews.anything)
LAST = (
    Tab("lineage", "Lineage", "catalog/_lineage.html", lineage_pages.context, lineage_pages.count),
    Tab(
        "versions",
        "Versions",
        "catalog/_versions.html",
        version_pages.context,
        version_pages.count,
    ),
)

kind_pages.register_pages()


def tabs_of(kind_name: str) -> list[Tab]:
    """Return the tabs of a kind: Overview, its own, Lineage, Versions."""
    own = {tab.key: tab for tab in own_tabs(kind_name)}
    first, *last = [own.pop(tab.key, tab) for tab in (OVERVIEW, *LAST)]
    return [first, *own.values(), *last]


@require_GET
def entity(request: HttpRequest, kind: str, fqn: str) -> HttpResponse:
    """Show an entity with the tab that the address names."""
    found = entity_or_404(kind, fqn)
    tabs = {tab.key: tab for tab in tabs_of(kind)}
    current = request.GET.get("tab") or OVERVIEW.key
    if current not in tabs:
        raise Http404(f"There is no tab {current}.")
    context = {
        "entity": found,
        "document": headers.document_of(found),
        "current": current,
        "tab": tabs[current],
        "tabs": [
            {"key": tab.key, "label": tab.label, "count": tab.count(found) if tab.count else None}
            for tab in tabs.values()
        ],
        **headers.rights(request.user, found),
        **tabs[current].context(request, found),
    }
    if not wants_fragment(request):
        actions = [action for action in actions_of(kind) if action.may(request.user, found)]
        context["actions"] = [
            {"label": a.label, "icon": a.icon, "url": a.url(found), "keys": a.keys} for a in actions
        ]
        context |= headers.header(request.user, found)
    return render_page(request, "catalog/entity.html", "catalog/_entity.html", context)

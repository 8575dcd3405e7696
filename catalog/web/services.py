"""The page of all services: the systems that hold what is catalogued, and how much of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import documents, search
from catalog.kinds import kind_of
from catalog.links import list_url
from catalog.models import Entity
from catalog.models.services import Service

SHOWN = 200
"""How many services of one kind stand here; the list of the kind has them all."""


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Show every service under its kind, with what it holds."""
    text = search.cleaned(request.GET.get("q", ""))
    groups = []
    for kind in sorted(Service.__subclasses__(), key=lambda it: search.place_of(it.type_name)):
        rows = search.matching(kind.objects.present(), text).order_by("name", "pk")
        found = list(rows.defer("core", "connection")[: SHOWN + 1])
        if found:
            groups.append(
                {
                    "kind": kind.type_name,
                    "url": list_url(kind.type_name),
                    "has_more": len(found) > SHOWN,
                    "services": dressed(kind, found[:SHOWN]),
                }
            )
    context = {"groups": groups, "q": text}
    return render(request, "catalog/services.html", context)


def dressed(kind: type[Service], services: list[Any]) -> list[Any]:
    """Add owners, and how many things of each kind are directly inside."""
    ids = [service.pk for service in services]
    owners = documents.related(kind, ids, ["owners"])
    inside = Entity.objects.present().filter(parent__in=ids).order_by()
    counts = inside.values_list("parent", "entity_type").annotate(Count("pk"))
    held = {(parent, type_name): number for parent, type_name, number in counts}
    for service in services:
        service.owners = owners[service.pk]["owners"]
        service.held = [
            {
                "kind": name,
                "words": kind_of(name).counted(held.get((service.pk, name), 0)),
                "url": f"{list_url(name)}?{urlencode({'service': service.fully_qualified_name})}",
            }
            for name in kind.holds
        ]
    return services

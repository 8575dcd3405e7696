"""The Versions tab, any two versions compared, and the entity as it was at one of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.links import page_url, verb_url
from catalog.models import Entity, EntityVersion
from catalog.web import headers
from catalog.web.comparing import differences
from catalog.web.finding import entity_or_404
from catalog.web.past import past_sections
from catalog.web.responses import render_page
from catalog.web.sentences import ADDED, Sentence, sentences

Context = dict[str, Any]

PAGE = 20
MOST_SENTENCES = 12
MOST_CHOICES = 500


def context(request: HttpRequest, entity: Entity) -> Context:
    """Return one page of the timeline, newest first: two queries and a count."""
    versions = EntityVersion.objects.filter(entity=entity.pk).defer("document")
    after, before = (_number(request.GET.get(side), side) for side in ("after", "before"))
    if before is not None:
        newer = versions.filter(version__gt=before).order_by("version")
        page = list(newer[: PAGE + 1])
        has_newer, page = len(page) > PAGE, page[:PAGE][::-1]
        older = versions.filter(version__lt=page[-1].version)[:1] if page else []
        page += older
        has_older = bool(older)
        shown = page[:-1] if has_older else page
    else:
        page = list((versions.filter(version__lt=after) if after else versions)[: PAGE + 1])
        has_newer, has_older, shown = after is not None, len(page) > PAGE, page[:PAGE]
    older_ones = [*page[1:], None][: len(shown)]
    pairs = zip(shown, older_ones, strict=True)
    return {
        "entries": [_entry(entity, version, older) for version, older in pairs],
        "before": str(shown[0].version) if shown and has_newer else None,
        "after": str(shown[-1].version) if shown and has_older else None,
        "total": count(entity),
    }


def count(entity: Entity) -> int:
    return EntityVersion.objects.filter(entity=entity.pk).count()


@require_GET
def compare(request: HttpRequest, kind: str, fqn: str) -> HttpResponse:
    """Show what differs between the versions `from` and `to`; by default the newest two."""
    entity = entity_or_404(kind, fqn)
    stored = EntityVersion.objects.filter(entity=entity.pk)
    known = list(stored.values_list("version", flat=True)[:MOST_CHOICES])
    new = _number(request.GET.get("to"), "to") or known[0]
    old = _number(request.GET.get("from"), "from")
    old = old or next((number for number in known if number < new), new)
    found = {version.version: version for version in stored.filter(version__in=[old, new])}
    for number in (old, new):
        if number not in found:
            raise Http404(f"{entity} has no version {number}.")
    sides = found[old], found[new]
    choices = sorted({*known, old, new}, reverse=True)
    shown = {
        "entity": entity,
        "crumbs": _crumbs(entity),
        "old": sides[0],
        "new": sides[1],
        "selects": [
            {"name": name, "label": label, "value": str(value), "options": list(map(str, choices))}
            for name, label, value in (("from", "From", old), ("to", "To", new))
        ],
        "changes": differences(type(entity).rules, *(side.document for side in sides)),
        "swap_url": verb_url("compare", kind, entity.fully_qualified_name)
        + f"?from={new}&to={old}",
    }
    return render_page(request, "catalog/compare.html", "catalog/_compare.html", shown)


@require_GET
def version(request: HttpRequest, kind: str, version: str, fqn: str) -> HttpResponse:
    """Show the whole entity as it was at one version."""
    entity = entity_or_404(kind, fqn)
    stored = EntityVersion.objects.filter(entity=entity.pk)
    found = stored.filter(version=_number(version, "The version")).first()
    if found is None:
        raise Http404(f"{entity} has no version {version}.")
    others = stored.defer("document")
    older = others.filter(version__lt=found.version).first()
    newer = others.filter(version__gt=found.version).order_by("version").first()
    shown = {
        "entity": entity,
        "crumbs": _crumbs(entity),
        "entry": _entry(entity, found, older),
        "older_url": _version_url(entity, older) if older else "",
        "newer_url": _version_url(entity, newer) if newer else "",
        "is_newest": newer is None,
        "document": found.document,
        "json": orjson.dumps(found.document, option=orjson.OPT_INDENT_2).decode(),
        **past_sections(found.document),
    }
    return render(request, "catalog/version.html", shown)


def _entry(entity: Entity, version: EntityVersion, older: EntityVersion | None) -> Context:
    """Return a version as `parts/timeline.html` shows it."""
    said = sentences(version.change_description)
    if len(said) > MOST_SENTENCES:
        rest = f"and {len(said) - MOST_SENTENCES + 1} more changes"
        said = [*said[: MOST_SENTENCES - 1], Sentence("changed", rest)]
    compared = {"to": version.version} | ({"from": older.version} if older else {})
    kind, fqn = entity.entity_type, entity.fully_qualified_name
    return {
        "version": version.version,
        "major": version.is_major,
        "actor": version.updated_by,
        "at": version.updated_at,
        "url": _version_url(entity, version),
        "changes": said if older else [Sentence(ADDED, "Created it"), *said],
        "compare_url": verb_url("compare", kind, fqn, **compared) if older else "",
    }


def _version_url(entity: Entity, version: EntityVersion) -> str:
    address = page_url(entity.entity_type, entity.fully_qualified_name)
    kind, name = address.removeprefix("/").split("/", 1)
    return f"/version/{kind}/{version.version}/{name}"


def _crumbs(entity: Entity) -> list[Context]:
    url = page_url(entity.entity_type, entity.fully_qualified_name)
    return [
        *headers.crumbs(entity),
        {"label": entity.title, "url": url},
        {"label": "Versions", "url": f"{url}?tab=versions"},
    ]


def _number(text: str | None, name: str) -> Decimal | None:
    """Read a version from the address. Raise BadRequest."""
    if not text:
        return None
    try:
        number = Decimal(text)
        if not 0 <= number < 10**7:
            raise InvalidOperation
    except InvalidOperation:
        raise BadRequest(f"{name} is a version such as 0.2.") from None
    return number

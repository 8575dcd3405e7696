"""What a reader does with an entity from its page: follow it, delete it, restore it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from catalog import access, lifecycle
from catalog.kinds import kind_of
from catalog.links import page_url
from catalog.models import Entity
from catalog.web import headers
from catalog.web.finding import entity_or_404
from catalog.web.responses import go_to, wants_fragment


@require_POST
def follow(request: HttpRequest, kind: str, fqn: str) -> HttpResponse:
    """Follow the entity, or no longer: `follow` says which, so that a second click is harmless."""
    entity = entity_or_404(kind, fqn)
    wanted = request.POST.get("follow")
    if wanted not in ("yes", "no"):
        raise BadRequest("follow is yes or no.")
    if headers.following(request.user, entity)["followers"] is None:
        raise BadRequest(f"Nobody follows a {kind}.")
    change = lifecycle.follow if wanted == "yes" else lifecycle.unfollow
    change(entity, request.user, actor=request.user)
    if wants_fragment(request):
        context = {"entity": entity, **headers.following(request.user, entity)}
        return render(request, "catalog/entity/_follow.html", context)
    return go_to(request, _page(entity))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, kind: str, fqn: str) -> HttpResponse:
    """Ask whether to delete, saying what goes along; then hide the entity and what is inside."""
    entity = _allowed(request, kind, fqn)
    if request.method == "POST":
        recursive = request.POST.get("inside") == "yes"
        done = f"Deleted {entity.title}. It can be restored."
        return _do(request, entity, done, partial(lifecycle.delete, entity, recursive=recursive))
    context = {"entity": entity, "inside": _inside(entity), "crumbs": headers.crumbs(entity)}
    return render(request, "catalog/delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, kind: str, fqn: str) -> HttpResponse:
    """Ask whether to restore; then bring the entity back, and what is inside."""
    entity = _allowed(request, kind, fqn)
    if request.method == "POST":
        done = f"Restored {entity.title}."
        return _do(request, entity, done, partial(lifecycle.restore, entity))
    context = {"entity": entity, "crumbs": headers.crumbs(entity)}
    return render(request, "catalog/restore.html", context)


def _allowed(request: HttpRequest, kind: str, fqn: str) -> Entity:
    """Return the entity. Raise Http404, or PermissionDenied for those who may not delete it."""
    entity = entity_or_404(kind, fqn)
    if not headers.rights(request.user, entity)["may_delete"]:
        raise PermissionDenied(f"{request.user.username} may not delete {entity}.")
    return entity


def _do(
    request: HttpRequest, entity: Entity, done: str, change: Callable[..., Any]
) -> HttpResponse:
    """Make a change and go to the entity's page, with a message that says how it went."""
    try:
        change(actor=request.user)
    except (lifecycle.Invalid, access.Forbidden) as refused:
        messages.error(request, f"Nothing was changed: {refused}")
    else:
        messages.success(request, done)
    return go_to(request, _page(entity))


def _inside(entity: Entity) -> list[dict[str, Any]]:
    """Count what would be deleted along with the entity, by kind; one query for each level."""
    counts: dict[str, int] = {}
    level = [entity.pk]
    while level:
        children = Entity.objects.filter(parent__in=level).values_list(
            "pk", "entity_type", "deleted"
        )
        level = []
        for pk, type_name, deleted in children:
            level.append(pk)
            counts[type_name] = counts.get(type_name, 0) + (not deleted)
    return [
        {"count": count, "words": kind_of(name).label if count == 1 else kind_of(name).plural}
        for name, count in counts.items()
        if count
    ]


def _page(entity: Entity) -> str:
    return page_url(entity.entity_type, entity.fully_qualified_name)

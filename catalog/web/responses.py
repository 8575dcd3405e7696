"""Answer a browser: with a whole page, or with the fragment htmx asked for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect


def render_page(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render `fragment` for an htmx swap and `page` for everything else."""
    name = fragment if wants_fragment(request) else page
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def wants_fragment(request: HttpRequest) -> bool:
    """Return True for an htmx swap of a part of the page.

    A boosted link and a history restore also carry HX-Request, but both replace
    the whole body, so both get the page.
    """
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, from a plain form or an htmx request."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return what every template may show of the site itself (a context processor)."""
    return {"almanac_version": settings.VERSION}

"""What is answered when no view could: as a page, or in the wire's shape on the API's paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import csrf, defaults

from catalog.access import Forbidden
from catalog.api import errors as api
from catalog.references import NotFound

API_PATHS = ("/api/", "/compat/")


class Refusals:
    """Show what the write path refuses, and what is not there, as the pages for 403 and 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Forbidden):
            return forbidden(request, error)
        return not_found(request, error) if isinstance(error, NotFound) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        return api.answer(request, 400, f"Bad request: {type(exception).__name__}")
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        return api.answer(request, 403, str(exception) or "Forbidden")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        return api.unknown_route(request)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        code = getattr(request, "request_id", "unknown")
        return api.answer(
            request, 500, f"Unexpected error; the log tells more under request {code}"
        )
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        return api.answer(request, 403, f"CSRF verification failed: {reason}")
    return csrf.csrf_failure(request, reason)

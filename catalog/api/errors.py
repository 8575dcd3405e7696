"""Turn every error into the wire's answer, in one place: `{"code": …, "message": …}`."""

from __future__ import annotations

from typing import Any

import psycopg
import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response

from catalog.access import Forbidden
from catalog.documents import UnknownField
from catalog.lifecycle import AlreadyExists, Invalid, VersionConflict
from catalog.patch import PatchError
from catalog.references import NotFound, WrongReference

log = structlog.get_logger(__name__)

STATUSES = {
    NotFound: status.HTTP_404_NOT_FOUND,
    WrongReference: status.HTTP_400_BAD_REQUEST,
    UnknownField: status.HTTP_400_BAD_REQUEST,
    PatchError: status.HTTP_400_BAD_REQUEST,
    Invalid: status.HTTP_400_BAD_REQUEST,
    AlreadyExists: status.HTTP_409_CONFLICT,
    VersionConflict: status.HTTP_412_PRECONDITION_FAILED,
    Forbidden: status.HTTP_403_FORBIDDEN,
    Http404: status.HTTP_404_NOT_FOUND,
    RequestDataTooBig: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
}


class BadRequest(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST


def body(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def status_of(error: Exception) -> int | None:
    """Return the HTTP status of an error that a client caused, or None for any other."""
    if isinstance(error, exceptions.APIException):
        return error.status_code
    return next((code for kind, code in STATUSES.items() if isinstance(error, kind)), None)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Answer an exception from any API view; DRF calls this."""
    code = status_of(error)
    if code is None:
        if isinstance(error, IntegrityError) or _is_deadlock(error):
            # Two writers met where only the database could tell; the loser wrote nothing.
            log.warning("writers_met", path=context["request"].path, reason=str(error))
            return Response(body(409, "What this rests on changed meanwhile; send it again"), 409)
        return Response(unexpected(context["request"], error), status=500)
    # DRF says with this how a client that gets 401 may log in.
    scheme = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": scheme} if scheme else None
    return Response(body(code, str(error)), status=code, headers=headers)


def _is_deadlock(error: Exception) -> bool:
    return isinstance(error.__cause__, psycopg.errors.DeadlockDetected)


def unexpected(request: HttpRequest, error: Exception) -> dict[str, Any]:
    """Log an error of ours and return what the client may know: where to find it in the log."""
    request_id = getattr(request, "request_id", "unknown")
    kind = "database" if isinstance(error, DatabaseError) else "server"
    log.error("unexpected_error", path=request.path, exc_info=error)
    return body(500, f"Unexpected {kind} error; the log tells more under request {request_id}")


def answer(request: HttpRequest, code: int, message: str) -> JsonResponse:
    """Return an error outside of DRF: unknown routes, CSRF failures, broken hosts."""
    return JsonResponse(body(code, message), status=code)


@csrf_exempt
@login_not_required
def unknown_route(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    return answer(request, 404, f"No such resource: {request.method} {request.path}")

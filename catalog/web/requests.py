"""What happens to every request before a view sees it: an id for the log, a limit to its body."""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

HEADER = "X-Request-ID"
# What a proxy sends goes into our log and back to the client, so it is an id or it is not used.
SANE = re.compile(r"[A-Za-z0-9._:+/=-]{1,128}", re.ASCII)
# A client that is still sending when we answer and hang up sees a reset instead of the answer, so
# a body that is too large is read to its end, unless it is out of all proportion.
READ_AND_DROP = 16
PIECE = 1 << 20

Answer = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: Answer) -> Answer:
    """Bind the id to each log line of the request; views find it as `request.request_id`."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request.request_id = given if SANE.fullmatch(given) else uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):
            response = get_response(request)
        response.headers[HEADER] = request.request_id
        return response

    return answer


def bounded_body(get_response: Answer) -> Answer:
    """Answer 413 to a body over the limit, and 411 to one that does not say its length."""

    def answer(request: HttpRequest) -> HttpResponse:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > limit:
            _drop_body(request, min(int(length), limit * READ_AND_DROP))
            return _refusal(413, f"The request body is larger than {limit} bytes.")
        if not length and request.headers.get("Transfer-Encoding"):
            # Django reads no body whose length it is not told, and would see an empty one.
            if request.environ.get("wsgi.input_terminated"):
                _drop_body(request, limit * READ_AND_DROP)
            return _refusal(411, "A request with a body must say its length (Content-Length).")
        return get_response(request)

    return answer


def _drop_body(request: HttpRequest, left: int) -> None:
    body = request.environ["wsgi.input"]
    while left > 0 and (piece := body.read(min(PIECE, left))):
        left -= len(piece)


def _refusal(code: int, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message}, status=code)

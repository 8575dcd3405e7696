"""What a framework costs before it does anything: a view without work, a view with one query."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from catalog.models.entity import name_hash
from catalog.web.health import readyz

STORED = (
    "SELECT core::text FROM catalog_entity "
    "WHERE entity_type = 'mlmodel' AND name_hash = %s AND NOT deleted"
)


def nothing(request: HttpRequest) -> HttpResponse:
    return _json("{}")


def stored(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a stored document, and do nothing else that an API has to do."""
    with connection.cursor() as cursor:
        cursor.execute(STORED, [name_hash(name)])
        (text,) = cursor.fetchone()
    return _json(text)


def _json(text: str) -> HttpResponse:
    body = text.encode()
    told = {"Content-Type": "application/json", "Content-Length": len(body)}
    return HttpResponse(body, headers=told)


urlpatterns = [
    path("readyz", readyz),
    path("nothing", nothing),
    path("stored/<path:name>", stored),
]

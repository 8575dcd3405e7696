"""What is true of the whole server: its version, its collections, and what has happened."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Q
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parsing import limit_of, number
from catalog.api.viewsets import event_json
from catalog.models import ChangeEvent, Entity, EntityVersion

# The client compares major.minor with its own version; each mount answers for one line.
SPOKEN = {"2.0": "2.0.6", "1.13": "1.13.4"}
STARTED = round(datetime.now(UTC).timestamp() * 1000)
EVENT_PARAMETERS = {
    "entityCreated": ChangeEvent.Type.CREATED,
    "entityUpdated": ChangeEvent.Type.UPDATED,
    "entityRestored": ChangeEvent.Type.RESTORED,
    "entityDeleted": ChangeEvent.Type.DELETED,
    "entitySoftDeleted": ChangeEvent.Type.SOFT_DELETED,
}


@api_view(["GET"])
@permission_classes([AllowAny])
def version(request: Request) -> Response:
    line = "1.13" if request.path.startswith("/compat/1.13/") else "2.0"
    return Response(
        {"version": SPOKEN[line], "revision": f"almanac-{settings.VERSION}", "timestamp": STARTED}
    )


@api_view(["GET"])
def collections(request: Request) -> Response:
    """List the collections that this API has."""
    kinds = sorted(Entity.kinds().values(), key=lambda kind: kind.collection)
    data = [{"name": kind.type_name, "href": kind.collection} for kind in kinds]
    return Response({"data": data, "paging": {"total": len(data)}})


@api_view(["GET"])
def events(request: Request) -> Response:
    """List change events, newest first: `entityUpdated=mlmodel&timestamp=<ms since when>`."""
    wanted = Q()
    for parameter, event_type in EVENT_PARAMETERS.items():
        for kinds in request.query_params.getlist(parameter):
            names = {name.strip() for name in kinds.split(",")} & {"*", *Entity.kinds()}
            condition = Q(event_type=event_type)
            wanted |= condition if "*" in names else condition & Q(entity_type__in=names)
    since = number(request, "timestamp", 0, highest=10**14)
    rows = ChangeEvent.objects.filter(
        wanted, timestamp__gte=datetime.fromtimestamp(since / 1000, UTC)
    )
    total = rows.count()
    page = list(rows.order_by("-pk")[: limit_of(request, default=100)])
    documents = _documents(page)
    data = [
        event_json(event) | ({"entity": entity} if (entity := documents.get(event.pk)) else {})
        for event in page
    ]
    return Response({"data": data, "paging": {"total": total}})


def _documents(events: list[ChangeEvent]) -> dict[int, dict]:
    """Return the documents that the events speak of, where history still has them."""
    rows = EntityVersion.objects.filter(entity__in={event.entity_id for event in events})
    versions = rows.filter(version__in={event.current_version for event in events})
    found = {(row.entity_id, row.version): row.document for row in versions}
    keyed = {event.pk: (event.entity_id, event.current_version) for event in events}
    return {pk: found[key] for pk, key in keyed.items() if key in found}

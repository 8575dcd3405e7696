"""Write answers: documents go out as they are stored, with the few members added that vary."""

from __future__ import annotations

from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None):
        if data is None:
            return b""
        return data if isinstance(data, bytes) else orjson.dumps(data, option=OPTIONS)


def spliced(core: str, extra: dict[str, Any]) -> bytes:
    """Return the stored text of a document with members added, without parsing it.

    >>> spliced('{"name":"churn"}', {"href": "http://host/1"})
    b'{"href":"http://host/1","name":"churn"}'
    """
    return orjson.dumps(extra)[:-1] + b"," + core[1:].encode()


def href(request: Request, collection: str, pk: Any) -> str:
    """Return an entity's own address on the mount the client came through."""
    root = request.path[: request.path.index("/api/v1/") + len("/api/v1/")]
    return f"{request.scheme}://{request.get_host()}{root}{collection}/{pk}"

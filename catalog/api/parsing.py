"""Read what a client sends: JSON of a bounded size, and parameters within their limits."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from pydantic import BaseModel, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from catalog.api.errors import BadRequest, TooLarge
from catalog.api.shapes import problem
from catalog.references import NotFound

MAX_LIMIT = 1_000_000

# Members that the wire knows and this catalogue does not keep: nothing can be found there.
NOT_KEPT = {
    "dataProducts": "dataProduct",
    "roles": "role",
    "defaultRoles": "role",
    "policies": "policy",
    "personas": "persona",
    "defaultPersona": "persona",
    "dataModels": "dashboardDataModel",
    "ingestionRunner": "ingestionRunner",
    "associatedTags": "tag",
}


class JSONParser(BaseParser):
    """Whatever its content type says, a body is JSON; the SDK sends three different types."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        announced = int(stream.META.get("CONTENT_LENGTH") or 0)
        data = b"" if announced > limit else stream.read(limit + 1)
        if announced > limit or len(data) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes")
        if not data.strip():
            return None
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"The body is not valid JSON: {error}") from None
        if b"\\u0000" in data and _has_nul(value):
            raise BadRequest("The body has a NUL character in a text, which cannot be stored")
        return value


class AlwaysJSON(BaseContentNegotiation):
    """There is one format in and one out; an Accept header changes nothing."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def shaped(shape: type[BaseModel], value: Any) -> dict[str, Any]:
    """Return the checked value as a plain dictionary of what was set, without nulls.

    Raise BadRequest naming every property that is wrong, NotFound for what is not kept here.
    """
    if not isinstance(value, dict):
        raise BadRequest("The body must be a JSON object")
    try:
        checked = shape.model_validate(value)
    except ValidationError as invalid:
        problems = list(dict.fromkeys(problem(error) for error in invalid.errors()))
        if any(text.startswith(("For column", "[")) for text in problems):
            raise BadRequest(", ".join(problems)) from None
        raise BadRequest("[" + ", ".join(problems) + "]") from None
    for name, type_name in NOT_KEPT.items():
        if asked := value.get(name):
            first = asked[0] if isinstance(asked, list) else asked
            raise NotFound(type_name, first.get("id") if isinstance(first, dict) else first)
    return checked.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def limit_of(request: Request, default: int = 10) -> int:
    """Return the page size. Raise BadRequest outside of 0 … 1,000,000."""
    return number(request, "limit", default, lowest=0, highest=MAX_LIMIT)


def number(
    request: Request, name: str, default: int, *, lowest: int = 0, highest: int = MAX_LIMIT
) -> int:
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    try:
        value = int(text)
    except ValueError:
        raise BadRequest(f"[query param {name} must be a whole number]") from None
    if value < lowest:
        raise BadRequest(f"[query param {name} must be greater than or equal to {lowest}]")
    if value > highest:
        raise BadRequest(f"[query param {name} must be less than or equal to {highest}]")
    return value


def flag(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() == "true"


def include_of(request: Request) -> str:
    value = request.query_params.get("include") or "non-deleted"
    if value not in ("all", "deleted", "non-deleted"):
        raise BadRequest("[query param include must be one of all, deleted, non-deleted]")
    return value


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))

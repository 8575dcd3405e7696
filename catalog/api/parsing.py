"""Read what a client sends: JSON of a bounded size, and parameters within their limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from catalog.api.errors import BadRequest
from catalog.api.shapes.problems import problems
from catalog.references import NotFound

INCLUDES = ("all", "deleted", "non-deleted")
MAX_LIMIT = 1_000_000
MAX_DEPTH = 64

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
        data = stream.read()  # a body that is too large has been refused before it came here
        if not data.strip():
            return None
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"The body is not valid JSON: {error}") from None
        _check(value, has_nul=b"\\u0000" in data)
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
        raise BadRequest(problems(invalid)) from None
    for name, type_name in NOT_KEPT.items():
        if asked := value.get(name):
            first = asked[0] if isinstance(asked, list) else asked
            raise NotFound(type_name, first.get("id") if isinstance(first, dict) else first)
    return checked.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def check_texts(request: Request) -> None:
    """Raise BadRequest for a parameter that PostgreSQL could not even compare with."""
    for name, value in request.query_params.items():
        if "\0" in value:
            raise BadRequest(f"[query param {name} has a NUL character]")


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
    return choice(request, "include", INCLUDES) or "non-deleted"


def choice(request: Request, name: str, allowed: Sequence[str]) -> str | None:
    """Return the value of a parameter, or None without one. Raise BadRequest for any other."""
    value = request.query_params.get(name) or None
    if value is not None and value not in allowed:
        raise BadRequest(f"[query param {name} must be one of {', '.join(allowed)}]")
    return value


def _check(value: Any, *, has_nul: bool, depth: int = 0) -> None:
    """Refuse what cannot be stored, or not be walked through later: NUL, and deep nesting."""
    if isinstance(value, dict):
        inside = [*value.values(), *(value if has_nul else ())]
    elif isinstance(value, list):
        inside = value
    else:
        if has_nul and isinstance(value, str) and "\0" in value:
            raise BadRequest("The body has a NUL character in a text, which cannot be stored")
        return
    if depth == MAX_DEPTH:
        raise BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels")
    for item in inside:
        if has_nul or isinstance(item, dict | list):
            _check(item, has_nul=has_nul, depth=depth + 1)

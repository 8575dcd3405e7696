"""What is wrong with a request, said in the wire's words."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from catalog.api.shapes import BY_NAME, BY_REFERENCE
from catalog.names import MAX_NAME

WORDS = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "float_type": "must be a number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "string_type": "must be a text",
}


def problems(invalid: ValidationError) -> str:
    """Return all that is wrong, each thing once."""
    found = list(dict.fromkeys(_problem(error) for error in invalid.errors()))
    # A complaint that names no property stands as it is; upstream puts the others in brackets.
    if any(error["type"] == "wire" for error in invalid.errors()):
        return ", ".join(found)
    return f"[{', '.join(found)}]"


def _problem(error: dict[str, Any]) -> str:
    steps = (str(step) for step in error["loc"] if step not in (BY_NAME, BY_REFERENCE))
    place, context = ".".join(steps), error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"{place} must not be null"
        case _ if error["input"] is None:
            return f"{place} must not be null"
        case "string_too_short" | "string_too_long":
            return f"{place} size must be between 1 and {context.get('max_length', MAX_NAME)}"
        case "extra_forbidden":
            return f'Unrecognized field "{place}"'
        case "wire":
            return context["message"]
        case "literal_error":
            return f"{place} must be one of {context['expected']}"
        case kind if kind in WORDS:
            return f"{place} {WORDS[kind]}"
        case _:
            return f"{place} {error['msg'][:1].lower()}{error['msg'][1:]}"

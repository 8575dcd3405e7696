"""JSON Patch (RFC 6902) on an entity's document, as tolerant as real clients need it.

The SDK's patches are computed from partial copies: they remove members that are not there and add
to lists that are still empty. Both work here; everything else that does not apply is an error.
"""

import copy
from collections.abc import Iterable
from typing import Any

import jsonpatch
import jsonpointer

Document = dict[str, Any]

LISTS = "tags", "owners", "domains", "dataProducts", "experts", "reviewers", "followers"
OBJECTS = "extension", "lifeCycle"


class PatchError(ValueError):
    """The patch does not apply; the message says which operation and why."""


def apply(document: Document, operations: Any, *, lists: Iterable[str] = ()) -> Document:
    """Return the patched copy of `document`, without nulls; `document` stays as it is.

    `lists` names further members that are there as empty lists before the first operation.
    Raise PatchError for anything that is no JSON Patch or does not fit the document.
    """
    if not isinstance(operations, list):
        raise PatchError("A JSON Patch is a list of operations.")
    patched = copy.deepcopy(document)
    for name in (*LISTS, *lists):
        patched.setdefault(name, [])
    for name in OBJECTS:
        patched.setdefault(name, {})
    for number, operation in enumerate(operations):
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise PatchError("Each operation of a patch is an object with op and path.")
        try:
            patched = _apply_one(patched, operation)
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
            raise PatchError(f"{_named(number, operation)} does not apply") from error
        except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise PatchError(f"{_named(number, operation)} is not valid") from error
    if not isinstance(patched, dict):
        raise PatchError("The patch replaces the whole entity.")
    without: Document = without_nulls(patched)
    return without


def without_nulls(value: Any) -> Any:
    """Return `value` without null members and items: on the wire, null means absent."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def _apply_one(document: Any, operation: Document) -> Any:
    if operation.get("op") == "remove" and not _exists(document, operation["path"]):
        return document
    return jsonpatch.JsonPatch([operation]).apply(document, in_place=True)


def _named(number: int, operation: Document) -> str:
    """Say which operation is meant; library messages repeat the whole document."""
    words = f"{operation.get('op')} {operation.get('path')}"
    return f"Operation {number} of the patch ({words[:200]})"


def _exists(document: Any, path: str) -> bool:
    missing = object()
    try:
        return jsonpointer.resolve_pointer(document, path, missing) is not missing
    except jsonpointer.JsonPointerException:
        return False

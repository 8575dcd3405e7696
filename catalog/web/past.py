"""A stored document laid out for reading: facts, references, labels, and its lists as tables.

It knows no kind of entity, so it can show what today's code no longer has a field for. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from catalog.web.sentences import field_words
from catalog.web.word_diff import readable

Document = dict[str, Any]

# Said elsewhere on the page, or of no use to a reader.
ELSEWHERE = frozenset(
    "id name fullyQualifiedName displayName description version updatedAt updatedBy owners tags"
    " changeDescription incrementalChangeDescription sourceHash deleted".split()
)
LATER = ("description", "tags")


def past_sections(document: Document) -> dict[str, Any]:
    """Return `facts` for single values, `tables` for lists of parts, in the document's order."""
    facts, tables = [], []
    for field, value in document.items():
        if field in ELSEWHERE or value is None:
            continue
        label = _capital(field_words(field))
        if _is_reference(value):
            facts.append({"label": label, "value": [value], "part": "catalog/facts/entities.html"})
        elif isinstance(value, list) and value and all(map(_is_reference, value)):
            facts.append({"label": label, "value": value, "part": "catalog/facts/entities.html"})
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            tables.append(_table(label, value))
        else:
            part = "catalog/facts/text.html"
            facts.append({"label": label, "value": readable(value), "part": part})
    return {"facts": facts, "tables": tables}


def _table(label: str, items: list[Document]) -> dict[str, Any]:
    rows = list(_flat(items))
    fields = dict.fromkeys(field for _, item in rows for field in item)
    shown = [f for f in fields if f not in ("name", "fullyQualifiedName", "children", *LATER)]
    columns = [*shown, *(field for field in LATER if field in fields)]
    return {
        "label": label,
        "headings": [_capital(field_words(field)) for field in columns],
        "rows": [
            {
                "name": item.get("name", ""),
                "depth": depth,
                "cells": [_cell(field, item.get(field)) for field in columns],
            }
            for depth, item in rows
        ],
    }


def _cell(field: str, value: Any) -> dict[str, Any]:
    label = _capital(field_words(field))
    if field == "tags":
        return {"label": label, "tags": value or []}
    return {"label": label, "text": readable(value)}


def _flat(items: Iterable[Document], depth: int = 0) -> Iterator[tuple[int, Document]]:
    for item in items:
        yield depth, item
        yield from _flat(item.get("children") or [], depth + 1)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and {"id", "type", "name"} <= value.keys()


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

"""Show two texts with what differs between them marked, as safe HTML. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
MOST_PIECES = 4000
"""Comparing takes time that grows with the square of this; beyond it lines are compared."""


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Return both texts escaped, `<del>` around what went and `<ins>` around what came."""
    for pieces in (WORDS, LINES):
        before, after = pieces.findall(old), pieces.findall(new)
        if len(before) + len(after) <= MOST_PIECES:
            return _marked(before, after)
    return mark_safe(escape(old)), mark_safe(escape(new))  # noqa: S308 - just escaped


def _marked(before: list[str], after: list[str]) -> tuple[SafeString, SafeString]:
    left, right = [], []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for how, i, j, k, m in matcher.get_opcodes():
        gone, come = escape("".join(before[i:j])), escape("".join(after[k:m]))
        left.append(gone if how == "equal" or not gone else f"<del>{gone}</del>")
        right.append(come if how == "equal" or not come else f"<ins>{come}</ins>")
    return mark_safe("".join(left)), mark_safe("".join(right))  # noqa: S308 - each piece is


def readable(value: Any, indent: str = "") -> str:
    """Return any value of a document as lines of text that people read and a diff compares."""
    if isinstance(value, dict):
        if "tagFQN" in value:
            return value["tagFQN"]
        if "type" in value and "id" in value:  # a reference
            return value.get("fullyQualifiedName") or value.get("name") or value["id"]
        lines = (_member(key, inner, indent) for key, inner in value.items())
        return "\n".join(line for line in lines if line)
    if isinstance(value, list):
        inside = (readable(item, indent + "  ").lstrip() for item in value)
        return "\n".join(f"{indent}- {item}" for item in inside)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _member(key: str, value: Any, indent: str) -> str:
    if key == "fullyQualifiedName":  # follows from where the part stands
        return ""
    text = readable(value, indent + "  ")
    if not text:
        return ""
    is_short = "\n" not in text and not isinstance(value, list)
    return f"{indent}{key}: {text.strip()}" if is_short else f"{indent}{key}:\n{text}"

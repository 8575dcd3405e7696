"""Two versions of an entity side by side, field by field and item by item. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from catalog import changes, names
from catalog.changes import How
from catalog.web.sentences import decoded, item_label, item_name, label_of
from catalog.web.word_diff import marked, readable

Document = dict[str, Any]

WORDS = {How.ADDED: "added", How.UPDATED: "changed", How.DELETED: "removed"}


def differences(
    rules: Iterable[changes.Rule], before: Document, after: Document
) -> list[dict[str, Any]]:
    """Return what `parts/diff.html` shows: one entry a field, or a member of a list."""
    together: dict[str, list[Any]] = {}
    for change in changes.describe_change(rules, before, after).changes:
        sides = together.setdefault(change.name, [None, None])
        for side, value in enumerate((change.old_value, change.new_value)):
            if value is not None:
                sides[side] = decoded(names.split(change.name)[-1], value)
    return [entry for name, sides in together.items() for entry in _entries(name, *sides)]


def _entries(name: str, old: Any, new: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(old, list) and not isinstance(new, list):
        yield _entry(label_of(name), old, new)
        return
    before, after = ({item_name(item): item for item in side or []} for side in (old, new))
    for item in dict.fromkeys([*before, *after]):
        label = item_label(name, item, [*(old or []), *(new or [])])
        yield _entry(label, before.get(item), after.get(item))


def _entry(label: str, old: Any, new: Any) -> dict[str, Any]:
    how = WORDS[changes.FieldChange(label, old, new).how]
    texts = readable(old), readable(new)
    entry = {"label": label, "change": how, "old": texts[0], "new": texts[1]}
    if how == "changed":
        entry["old_html"], entry["new_html"] = marked(*texts)
    return entry

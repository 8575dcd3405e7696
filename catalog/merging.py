"""What a PUT keeps of the entity that is already there.

Pure: each function below is one way to merge a stored value with the one in the request. A kind
of entity says which of its fields uses which; a field without one is replaced, absent or not.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from catalog.changes import is_empty

Document = dict[str, Any]
Merge = Callable[[Any, Any, bool], Any]
"""(stored value, value in the request, the caller is a robot) -> value after the PUT."""


def put_over(
    stored: Document,
    request: Document,
    fields: Iterable[str],
    merges: Mapping[str, Merge],
    *,
    by_robot: bool,
) -> Document:
    """Return `stored` as it is after a PUT of `request`; only `fields` can change."""
    after = dict(stored)
    for name in fields:
        merge = merges.get(name, replace)
        value = merge(stored.get(name), request.get(name), by_robot)
        after.pop(name, None)
        if not is_empty(value):
            after[name] = value
    return after


def replace(stored: Any, requested: Any, by_robot: bool) -> Any:
    return requested


def keep_if_absent(stored: Any, requested: Any, by_robot: bool) -> Any:
    return stored if is_empty(requested) else requested


def keep_stored(stored: Any, requested: Any, by_robot: bool) -> Any:
    """For what a PUT cannot change at all."""
    return stored


def words_of_people(stored: Any, requested: Any, by_robot: bool) -> Any:
    """Keep what somebody wrote when a robot comes by; a person's PUT is taken as it is."""
    return stored if by_robot and not is_empty(stored) else requested


def choices_of_people(stored: Any, requested: Any, by_robot: bool) -> Any:
    """Like `words_of_people`, and a PUT that says nothing changes nothing."""
    return stored if by_robot and not is_empty(stored) else keep_if_absent(stored, requested, False)


def union_of_labels(stored: Any, requested: Any, by_robot: bool) -> Any:
    """Tags are only ever added by a PUT; the request's version of a label wins."""
    labels = {label["tagFQN"]: label for label in (stored or [])}
    labels |= {label["tagFQN"]: label for label in (requested or [])}
    return [labels[name] for name in sorted(labels)]


def later_of_each(stored: Any, requested: Any, by_robot: bool) -> Any:
    """Merge life cycles: an access replaces the stored one only if it happened later."""
    merged = dict(stored or {})
    for name, access in (requested or {}).items():
        if access["timestamp"] >= merged.get(name, {}).get("timestamp", 0):
            merged[name] = access
    return merged


def carry_over(*words: str, children: str | None = None) -> Merge:
    """Return the merge for named parts: the request's list, with what people added to each part.

    `words` are the texts to keep (description, displayName); tags are united.
    """

    def merge(stored: Any, requested: Any, by_robot: bool) -> Any:
        known = {part["name"]: part for part in (stored or [])}
        return [_part(known.get(part["name"], {}), part, by_robot) for part in (requested or [])]

    def _part(known: Document, part: Document, by_robot: bool) -> Document:
        merged = dict(part)
        for name in words:
            kept = choices_of_people(known.get(name), part.get(name), by_robot)
            if not is_empty(kept):
                merged[name] = kept
        if tags := union_of_labels(known.get("tags"), part.get("tags"), by_robot):
            merged["tags"] = tags
        if children and part.get(children):
            merged[children] = merge(known.get(children), part[children], by_robot)
        return merged

    return merge

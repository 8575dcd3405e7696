"""Say a change description in plain sentences. Pure: no database, no request, no HTML.

A sentence names what changed and, where they are short, both values; texts are compared elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from catalog import names

Document = dict[str, Any]

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
LONGEST_VALUE = 60
MOST_NAMES = 5

FIELDS = {
    "displayName": "display name",
    "mlStore": "ML store",
    "sourceUrl": "source URL",
    "locationPath": "location",
    "entityStatus": "status",
    "serviceType": "type of service",
    "teamType": "type of team",
    "domainType": "type of domain",
    "tableType": "type of table",
    "chartType": "type of chart",
    "dashboardType": "type of dashboard",
    "tablePartition": "partitioning",
    "schemaDefinition": "SQL definition",
    "dataModel": "data model",
    "scheduleInterval": "schedule",
    "retentionPeriod": "retention period",
    "botUser": "account",
    "isBot": "mark as a robot",
    "isAdmin": "right to administer",
    "isJoinable": "openness to new members",
    "mutuallyExclusive": "rule that only one of its tags may be used",
    "mlFeatures": "features",
    "mlHyperParameters": "hyperparameters",
    "extension": "custom properties",
    "users": "members",
    "parents": "teams above",
    "children": "teams below",
}
ITEMS = {
    "mlFeatures": "feature",
    "mlHyperParameters": "hyperparameter",
    "extension": "custom property",
    "users": "member",
    "parents": "team above",
    "children": "team below",
    "featureSources": "source",
    "downstreamTasks": "next task",
}
WITH_PARTS = frozenset({"columns", "mlFeatures", "tasks"})
# What is text even if it looks like JSON, and too long to be said when it is not short.
TEXTS = frozenset(
    "description displayName schemaDefinition algorithm target server value sourceUrl".split()
)
INSIDE = {
    "dataType": "type",
    "featureAlgorithm": "algorithm",
    "featureSources": "sources",
    "dataTypeDisplay": "type",
    "arrayDataType": "type of items",
    "taskType": "type",
    "taskSQL": "SQL",
}


@dataclass(frozen=True)
class Sentence:
    change: str  # "added", "removed" or "changed"
    sentence: str


def sentences(description: Document) -> list[Sentence]:
    """Return one sentence for each change, in the order in which the description has them."""
    together: dict[str, list[Any]] = {}
    for kind in ("fieldsUpdated", "fieldsAdded", "fieldsDeleted"):
        for change in description.get(kind) or []:
            sides = together.setdefault(change["name"], [None, None])
            for side, key in enumerate(("oldValue", "newValue")):
                if change.get(key) is not None:
                    sides[side] = change[key]
    return [said for name, sides in together.items() for said in _said(name, *sides)]


def label_of(name: str) -> str:
    """Return what a changed field is called: "Description of the column city"."""
    field, *inside = names.split(name)
    if not inside:
        words = field_words(field)
    elif field == "extension":
        words = f"custom property {'.'.join(inside)}"
    elif field in WITH_PARTS and len(inside) == 1:
        words = f"{_item_words(field)} {inside[0]}"
    elif field in WITH_PARTS:
        words = f"{field_words(inside[-1])} of the {_place(field, inside[:-1])}"
    else:
        words = f"{field_words(field)} {'.'.join(inside)}"
    return _capital(words)


def item_label(name: str, item: str, items: list[Any]) -> str:
    """Return what a member of a changed list is called: "Tag PII.None of the column city"."""
    field, *inside = names.split(name)
    noun, where = _noun(field, inside, items)
    words = f"{noun} {item}" + (f" of the {where}" if where else "")
    return _capital(words)


def field_words(field: str) -> str:
    """Return a document's field name in words: "dataLength" -> "data length"."""
    known = FIELDS.get(field) or INSIDE.get(field)
    return known or re.sub(r"(?<=[a-z])([A-Z])", lambda m: f" {m[1].lower()}", field)


def decoded(field: str, value: Any) -> Any:
    """Return a recorded value as it was: objects and lists are recorded as JSON strings."""
    if field in TEXTS or not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        return value


def item_name(item: Any) -> str:
    """Return what a member of a list is called, whatever it is."""
    if not isinstance(item, dict):
        return _value(item)
    for key in ("tagFQN", "displayName", "name", "fullyQualifiedName"):
        if item.get(key):
            return str(item[key])
    if item.get("constraintType"):
        return f"{item['constraintType']} ({', '.join(item.get('columns') or [])})"
    return ", ".join(item) or "something"


def _said(name: str, old: Any, new: Any) -> Iterator[Sentence]:
    field, *inside = names.split(name)
    last = inside[-1] if inside else field
    old, new = decoded(last, old), decoded(last, new)
    if name == "deleted":
        yield Sentence(REMOVED, "Deleted it") if new else Sentence(ADDED, "Restored it")
    elif isinstance(old, list) or isinstance(new, list):
        yield from _items(field, inside, _list(old), _list(new))
    else:
        yield _one(_thing(field, inside), last, old, new)


def _one(thing: str, field: str, old: Any, new: Any) -> Sentence:
    """Say that a single value came, went or changed."""
    before, after = _short(field, old), _short(field, new)
    if old is None:
        return Sentence(ADDED, f"Set the {thing} to {after}" if after else f"Added the {thing}")
    if new is None:
        return Sentence(REMOVED, f"Removed the {thing}" + (f", {before}" if before else ""))
    if before and after and before != after:
        return Sentence(CHANGED, f"Changed the {thing} from {before} to {after}")
    return Sentence(CHANGED, f"Changed the {thing}")


def _items(field: str, inside: list[str], old: list[Any], new: list[Any]) -> Iterator[Sentence]:
    """Say which items came and went; one that did both under its name was changed."""
    noun, where = _noun(field, inside, [*old, *new])
    before = {item_name(item): item for item in old}
    after = {item_name(item): item for item in new}
    yield from _named(ADDED, noun, [n for n in after if n not in before], f" to the {where}", where)
    for name in after:
        if name in before:
            ending = f" of the {where}" if where else ""
            yield Sentence(
                CHANGED, f"Changed the {noun} {name}{ending}{_how(before[name], after[name])}"
            )
    gone = [name for name in before if name not in after]
    yield from _named(REMOVED, noun, gone, f" from the {where}", where)


def _named(change: str, noun: str, found: list[str], ending: str, where: str) -> Iterator[Sentence]:
    if found:
        many = f"{noun}s" if len(found) > 1 else noun
        said = f"{change.capitalize()} the {many} {_enumerated(found)}"
        yield Sentence(change, said + (ending if where else ""))


def _noun(field: str, inside: list[str], items: list[Any]) -> tuple[str, str]:
    """Return what the items of a list are called, and the part that has them, if one has."""
    if field not in WITH_PARTS or not inside:
        return _item_words(field), ""
    # "columns.a.tags" are labels of a, or columns inside a column called tags: the items tell.
    if any(isinstance(item, dict) and "dataType" in item for item in items) and field == "columns":
        return _item_words(field), _place(field, inside)
    return _item_words(inside[-1]), _place(field, inside[:-1])


def _thing(field: str, inside: list[str]) -> str:
    if not inside:
        return field_words(field)
    if field == "extension":
        return f"custom property {'.'.join(inside)}"
    if field in WITH_PARTS and len(inside) > 1:
        return f"{field_words(inside[-1])} of the {_place(field, inside[:-1])}"
    return f"{field_words(field)} {'.'.join(inside)}"


def _place(field: str, inside: Iterable[str]) -> str:
    return f"{_item_words(field)} {'.'.join(inside)}"


def _item_words(field: str) -> str:
    return ITEMS.get(field) or field_words(field).removesuffix("s")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _how(old: Any, new: Any) -> str:
    """Say in what two items of one name differ."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return ""
    fields = [f for f in dict.fromkeys([*old, *new]) if old.get(f) != new.get(f)]
    if "dataType" in fields:  # the other says the same in other words
        fields = [field for field in fields if field != "dataTypeDisplay"]
    if len(fields) == 1:
        before, after = (_short(fields[0], side.get(fields[0])) for side in (old, new))
        if fields[0] == "value" and before and after:
            return f" from {before} to {after}"
        if before and after:
            return f": {field_words(fields[0])} from {before} to {after}"
    return f": {_enumerated([field_words(field) for field in fields])}" if fields else ""


def _short(field: str, value: Any) -> str:
    """Return a value fit for a sentence, or nothing if it is too long or has no short form."""
    if field in ("description", "schemaDefinition"):
        return ""
    if isinstance(value, dict):
        value = item_name(value) if value.get("id") or value.get("tagFQN") else None
    if value is None or isinstance(value, list):
        return ""
    words = _value(value)
    return f"“{words}”" if words and len(words) <= LONGEST_VALUE and "\n" not in words else ""


def _value(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _enumerated(words: list[str]) -> str:
    if len(words) > MOST_NAMES:
        words = [*words[: MOST_NAMES - 1], f"{len(words) - MOST_NAMES + 1} more"]
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last

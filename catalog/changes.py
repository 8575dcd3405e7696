"""What changed between two documents of the same entity.

Pure functions over plain dictionaries: no database, no request, no clock. A kind of entity states
its rules once, as a tuple of the classes below; each knows one way in which a field can differ.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import orjson

from catalog.names import quote

Document = dict[str, Any]


class How(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"


ALWAYS = frozenset(How)
NEVER: frozenset[How] = frozenset()


@dataclass(frozen=True)
class FieldChange:
    """One difference; `name` is a dotted path such as "mlFeatures.sales.description"."""

    name: str
    old_value: Any = None
    new_value: Any = None
    major: bool = False

    @property
    def how(self) -> How:
        if self.old_value is None:
            return How.ADDED
        return How.DELETED if self.new_value is None else How.UPDATED

    def as_json(self) -> Document:
        values = {"oldValue": self.old_value, "newValue": self.new_value}
        return {"name": self.name} | {k: v for k, v in values.items() if v is not None}


@dataclass(frozen=True)
class ChangeDescription:
    """All differences between two documents, in the order in which the rules were asked."""

    changes: tuple[FieldChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def is_major(self) -> bool:
        return any(change.major for change in self.changes)

    def names(self, how: How | None = None) -> list[str]:
        return [change.name for change in self.changes if how in (None, change.how)]

    def as_json(self) -> Document:
        """Return the wire's three lists; objects and lists inside are JSON strings."""
        return {
            wire: [change.as_json() for change in self.changes if change.how is how]
            for wire, how in (
                ("fieldsAdded", How.ADDED),
                ("fieldsUpdated", How.UPDATED),
                ("fieldsDeleted", How.DELETED),
            )
        }


class Rule(Protocol):
    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]: ...


def describe_change(rules: Iterable[Rule], before: Document, after: Document) -> ChangeDescription:
    """Return every difference that the rules record. What no rule names is no change."""
    return ChangeDescription(
        tuple(change for rule in rules for change in rule.compare("", before, after))
    )


def is_empty(value: Any) -> bool:
    """Return True for what the wire treats as absent: null and empty text, lists and objects."""
    return value is None or value == "" or value == [] or value == {}


def as_text(value: Any) -> Any:
    """Return scalars as they are and everything else as a JSON string, as the wire wants it."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return orjson.dumps(value).decode()


def reference_key(reference: Document) -> Any:
    return reference["id"]


def label_key(label: Document) -> Any:
    return label["tagFQN"], label.get("source")


def whole(item: Any) -> Any:
    """Identify an item by everything in it."""
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)


def named(item: Document) -> Any:
    return item["name"]


@dataclass(frozen=True)
class Value:
    """A value that is replaced as a whole: text, number, object."""

    name: str
    major: frozenset[How] = NEVER
    key: Callable[[Any], Any] = lambda value: value
    shown: Callable[[Any], Any] = lambda value: value  # hides secrets in what is recorded

    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]:
        old, new = (
            None if is_empty(document.get(self.name)) else document[self.name]
            for document in (before, after)
        )
        if old is None and new is None:
            return
        if old is not None and new is not None and self.key(old) == self.key(new):
            return
        change = FieldChange(path + self.name, self._told(old), self._told(new))
        yield _marked(change, self.major)

    def _told(self, value: Any) -> Any:
        return None if value is None else as_text(self.shown(value))


@dataclass(frozen=True)
class Grade:
    """A number that may grow freely; shrinking or losing it is major (a column's precision)."""

    name: str
    adding_is_major: bool = False

    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]:
        old, new = before.get(self.name), after.get(self.name)
        if old == new:
            return
        lost = new is None or (old is not None and new < old)
        major = lost or (old is None and self.adding_is_major)
        yield FieldChange(path + self.name, old, new, major)


@dataclass(frozen=True)
class Items:
    """A list whose items come and go; it is recorded as what was added and what was deleted."""

    name: str
    key: Callable[[Any], Any] = whole
    major: frozenset[How] = NEVER

    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]:
        old, new = before.get(self.name) or [], after.get(self.name) or []
        if old == new:
            return
        yield from _come_and_gone(path + self.name, old, new, self.key, self.major)


@dataclass(frozen=True)
class Parts:
    """A list of named parts that are compared inside once they are matched (columns, features).

    `key` says when two parts are the same one; `inner` are the rules for what may differ then.
    """

    name: str
    key: Callable[[Document], Any]
    inner: Sequence[Rule]
    major: frozenset[How] = NEVER
    children: str | None = None

    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]:
        yield from self._compare(path + self.name, before.get(self.name), after.get(self.name))

    def _compare(self, path: str, before: Any, after: Any) -> Iterator[FieldChange]:
        old, new = before or [], after or []
        if old == new:
            return
        yield from _come_and_gone(path, old, new, self.key, self.major)
        matched = {self.key(part): part for part in old}
        for part in new:
            if (twin := matched.get(self.key(part))) is None or twin == part:
                continue
            for rule in self.inner:
                yield from rule.compare(f"{path}.{quote(twin['name'])}.", twin, part)
            if self.children:
                yield from self._compare(
                    f"{path}.{quote(twin['name'])}",
                    twin.get(self.children),
                    part.get(self.children),
                )


@dataclass(frozen=True)
class Properties:
    """Custom properties: added and deleted ones in one list each, changed ones by name.

    They are told in alphabetical order, because the database does not keep another.
    """

    name: str

    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]:
        old, new = before.get(self.name) or {}, after.get(self.name) or {}
        if added := [{key: new[key]} for key in sorted(new.keys() - old.keys())]:
            yield FieldChange(path + self.name, None, as_text(added))
        if deleted := [{key: old[key]} for key in sorted(old.keys() - new.keys())]:
            yield FieldChange(path + self.name, as_text(deleted), None)
        for key in sorted(new.keys() & old.keys()):
            if old[key] != new[key]:
                yield FieldChange(f"{path}{self.name}.{key}", as_text(old[key]), as_text(new[key]))


@dataclass(frozen=True)
class Flag:
    """A boolean that is always known, such as `deleted`; absent means false."""

    name: str
    major: frozenset[How] = field(default=NEVER)

    def compare(self, path: str, before: Document, after: Document) -> Iterator[FieldChange]:
        old, new = bool(before.get(self.name)), bool(after.get(self.name))
        if old != new:
            yield _marked(FieldChange(path + self.name, old, new), self.major)


def _come_and_gone(
    name: str,
    before: Sequence[Any],
    after: Sequence[Any],
    key: Callable[[Any], Any],
    major: frozenset[How],
) -> Iterator[FieldChange]:
    old, new = {key(item) for item in before}, {key(item) for item in after}
    if added := [item for item in after if key(item) not in old]:
        yield _marked(FieldChange(name, None, as_text(added)), major)
    if deleted := [item for item in before if key(item) not in new]:
        yield _marked(FieldChange(name, as_text(deleted), None), major)


def _marked(change: FieldChange, major: frozenset[How]) -> FieldChange:
    if change.how not in major:
        return change
    return FieldChange(change.name, change.old_value, change.new_value, major=True)

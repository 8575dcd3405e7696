"""The tabs and actions that kinds of entity give their pages; `catalog.web.pages` shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from catalog import access
from catalog.models import Entity

Context = dict[str, Any]


@dataclass(frozen=True)
class Tab:
    """One section of an entity's page; only the one that is open asks for its context."""

    key: str  # its place in the address: ?tab=key
    label: str
    template: str
    context: Callable[[HttpRequest, Entity], Context]
    count: Callable[[Entity], int | None] | None = None


@dataclass(frozen=True)
class Action:
    """A link on a kind's pages for those who may follow it; the first one is a button."""

    label: str
    icon: str
    url: Callable[[Entity], str]
    may: Callable[[access.Actor, Entity], bool] = access.may_enrich
    keys: str = ""  # the keyboard's way: "e"


_tabs: dict[str, tuple[Tab, ...]] = {}
_actions: dict[str, tuple[Action, ...]] = {}


def register(kind_name: str, *tabs: Tab, actions: tuple[Action, ...] = ()) -> None:
    """Give a kind tabs and actions of its own; a tab takes the place of one with its key."""
    _tabs[kind_name] = merged(_tabs.get(kind_name, ()), tabs)
    _actions[kind_name] = (*_actions.get(kind_name, ()), *actions)


def own_tabs(kind_name: str) -> tuple[Tab, ...]:
    return _tabs.get(kind_name, ())


def actions_of(kind_name: str) -> tuple[Action, ...]:
    return _actions.get(kind_name, ())


def merged(tabs: tuple[Tab, ...], more: tuple[Tab, ...]) -> tuple[Tab, ...]:
    """Return `tabs` with `more` at its end, or in the place of those with the same key."""
    return tuple(({tab.key: tab for tab in tabs} | {tab.key: tab for tab in more}).values())

"""Who may do what. The write path asks here; views and forms only show the answer.

Admins and robots may do everything that concerns data. The owners of an entity, or of what
contains it, may do everything with it. Everybody else may describe, tag and take over what nobody
owns, and follow, vote and comment anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson
from django.db.models import Q

from catalog.changes import ChangeDescription, How
from catalog.models import Entity, Responsibility, Team

OPEN_TO_ALL = frozenset({"description", "displayName", "tags", "owners"})
"""What anybody may change of an entity without owner, on the entity itself and on its parts."""

PEOPLE_KINDS = frozenset({"user", "bot"})


class Forbidden(PermissionError):
    """The actor may not do this; the message says who, what and to which entity."""


class Actor(Protocol):
    username: str
    is_bot: bool
    is_admin: bool


@dataclass(frozen=True)
class System:
    """The catalogue itself, acting at first start, before there are any users."""

    username: str = "system"
    is_bot: bool = False
    is_admin: bool = True
    pk: None = None


SYSTEM = System()


def check_create(actor: Actor, kind: type[Entity], name: str, container: Entity | None) -> None:
    if _is_trusted(actor, kind) or (container is not None and is_owner(actor, container)):
        return
    raise Forbidden(f"{actor.username} may not create the {kind.type_name} {name}.")


def check_change(actor: Actor, entity: Entity, change: ChangeDescription) -> None:
    names = change.names()
    if may_edit(actor, entity):
        # Nobody makes themselves an admin: the flag on an account is for admins alone. Nor an
        # owner: members own what their team owns, so only open teams are joined at will.
        if actor.is_admin or not ({"isAdmin", "isBot"} & set(names) or _joins_closed_team(change)):
            return
    elif _are_open(names) and entity.entity_type not in PEOPLE_KINDS and not is_owned(entity):
        return
    what = ", ".join(names) or "anything"
    raise Forbidden(f"{actor.username} may not change {what} of the {entity.entity_type} {entity}.")


def check_delete(actor: Actor, entity: Entity) -> None:
    if not may_edit(actor, entity) or (entity.entity_type in PEOPLE_KINDS and not actor.is_admin):
        raise Forbidden(f"{actor.username} may not delete the {entity.entity_type} {entity}.")


def check_lineage(actor: Actor, *ends: Entity) -> None:
    if not any(may_edit(actor, end) for end in ends):
        raise Forbidden(
            f"{actor.username} may not change the lineage between {' and '.join(map(str, ends))}."
        )


def check_on_behalf(actor: Actor, user: Entity) -> None:
    """Following and voting is done for oneself; admins and robots may do it for others."""
    if not (actor.is_admin or actor.is_bot or actor.pk == user.pk):
        raise Forbidden(f"{actor.username} may not act for {user}.")


def check_account(actor: Actor, user: Entity) -> None:
    """Log-ins are for their owner and for admins: a robot that sets them could be anybody."""
    if not (actor.is_admin or actor.pk == user.pk):
        raise Forbidden(f"{actor.username} may not change how {user} logs in.")


def may_edit(actor: Actor, entity: Entity) -> bool:
    """Return True if the actor may change everything of the entity."""
    if _is_trusted(actor, type(entity)):
        return True
    return actor.pk == entity.pk or is_owner(actor, entity)


def may_enrich(actor: Actor, entity: Entity) -> bool:
    """Return True if the actor may at least describe and tag the entity."""
    if may_edit(actor, entity):
        return True
    return entity.entity_type not in PEOPLE_KINDS and not is_owned(entity)


def is_owner(actor: Actor, entity: Entity) -> bool:
    """Return True if the actor, or a team of theirs, owns the entity or what contains it."""
    if actor.pk is None:
        return False
    owned = Responsibility.objects.filter(
        Q(user=actor.pk) | Q(team__users=actor.pk),
        role="owner",
        entity__in=[entity.pk, *(above.pk for above in ancestors(entity))],
    )
    return owned.exists()


def may_create_in(actor: Actor, container_type: str) -> bool:
    """Return True if there is a container of this kind in which the actor may create things."""
    if actor.is_admin or actor.is_bot:
        return True
    owned = Responsibility.objects.filter(Q(user=actor.pk) | Q(team__users=actor.pk), role="owner")
    return owned.filter(entity__entity_type=container_type, entity__deleted=False).exists()


def is_owned(entity: Entity) -> bool:
    """Return True if somebody owns the entity, or what it inherits its owners from."""
    at, holders = entity, [entity.pk]
    while "owners" in at.kind.inherited and at.parent is not None:
        at = at.parent
        holders.append(at.pk)
    return Responsibility.objects.filter(entity__in=holders, role="owner").exists()


def ancestors(entity: Entity) -> list[Entity]:
    above, at = [], entity.parent
    while at is not None:
        above.append(at)
        at = at.parent
    return above


def _is_trusted(actor: Actor, kind: type[Entity]) -> bool:
    return actor.is_admin or (actor.is_bot and kind.type_name not in PEOPLE_KINDS)


def _are_open(names: Sequence[str]) -> bool:
    """`columns.city.description` is as open as `description`; what has no name is not open."""
    return bool(names) and all(
        name in OPEN_TO_ALL
        or (
            name.rpartition(".")[2] in ("description", "displayName", "tags")
            and not name.startswith("extension.")
        )
        for name in names
    )


def _joins_closed_team(change: ChangeDescription) -> bool:
    joined = [
        team["id"]
        for one in change.changes
        if one.name == "teams" and one.how is How.ADDED
        for team in orjson.loads(one.new_value)
    ]
    return bool(joined) and Team.objects.filter(pk__in=joined, is_joinable=False).exists()

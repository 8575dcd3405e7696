"""Following and voting: ties between a person and an entity, which make no new version."""

from __future__ import annotations

from django.db import transaction

from catalog import access
from catalog.changes import as_text
from catalog.lifecycle.recording import no_change, tell
from catalog.models import ChangeEvent, Entity, Following, User, Vote
from catalog.models.entity import reference

Event = ChangeEvent.Type


@transaction.atomic
def follow(entity: Entity, user: User, *, actor: access.Actor) -> ChangeEvent:
    """Let `user` hear of changes to the entity; again is the same as once."""
    access.check_on_behalf(actor, user)
    Following.objects.get_or_create(entity_id=entity.pk, user=user)
    return _tell_followers(entity, user, actor, "fieldsAdded", "newValue")


@transaction.atomic
def unfollow(entity: Entity, user: User, *, actor: access.Actor) -> ChangeEvent:
    access.check_on_behalf(actor, user)
    Following.objects.filter(entity_id=entity.pk, user=user).delete()
    return _tell_followers(entity, user, actor, "fieldsDeleted", "oldValue")


@transaction.atomic
def vote(entity: Entity, user: User, is_up: bool | None, *, actor: access.Actor) -> ChangeEvent:
    """Set the user's vote; None takes it back."""
    access.check_on_behalf(actor, user)
    votes = Vote.objects.filter(entity_id=entity.pk, user=user)
    old = votes.values_list("is_up", flat=True).first()
    if is_up is None:
        votes.delete()
    else:
        Vote.objects.update_or_create(entity_id=entity.pk, user=user, defaults={"is_up": is_up})
    entity.refresh_from_db(fields=["version"])  # the caller's may be an old one
    change = {"name": "votes", "oldValue": _vote_word(old), "newValue": _vote_word(is_up)}
    return tell(
        Event.FIELDS_CHANGED,
        entity,
        actor,
        previous=entity.version,
        change=no_change() | {"fieldsUpdated": [change]},
    )


def _tell_followers(
    entity: Entity, user: User, actor: access.Actor, where: str, value: str
) -> ChangeEvent:
    entity.refresh_from_db(fields=["version"])  # the caller's may be an old one
    change = {"name": "followers", value: as_text([reference(user)])}
    return tell(
        Event.FIELDS_CHANGED,
        entity,
        actor,
        previous=entity.version,
        change=no_change() | {where: [change]},
    )


def _vote_word(is_up: bool | None) -> str:
    return {True: "votedUp", False: "votedDown", None: "unVoted"}[is_up]

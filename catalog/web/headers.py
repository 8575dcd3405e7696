"""What stands above the tabs of an entity's page: where it is, whose it is, what one may do."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from catalog import access, documents
from catalog.links import list_url, page_url
from catalog.models import Entity, EntityVersion, Following
from catalog.models.entity import Document

Context = dict[str, Any]

ABOVE = ("service", "database", "databaseSchema", "classification", "parent")
"""The document's names for what contains an entity, outermost first."""

# Lists without a limit have pages of their own; the rest is shown with the entity.
UNBOUNDED = frozenset(
    "followers votes owns follows children databaseSchemas tables users".split()
    + "usageCount termCount userCount childrenCount".split()
)


def document_of(entity: Entity) -> Document:
    """Return the entity's document as pages show it, secrets masked; read once for each row."""
    if "page_document" not in entity.__dict__:
        kind = type(entity)
        fields = [name for name in documents.fields_of(kind) if name not in UNBOUNDED]
        document = kind.shown(documents.read(kind, [entity], fields)[0])
        entity.__dict__["page_document"] = document
    return entity.__dict__["page_document"]


def rights(user: Any, entity: Entity) -> Context:
    """Return what the user may do with the entity; the write path decides again."""
    may_edit = access.may_edit(user, entity)
    return {
        "may_edit": may_edit,
        "may_enrich": may_edit or access.may_enrich(user, entity),
        "may_delete": may_edit and (entity.entity_type not in access.PEOPLE_KINDS or user.is_admin),
    }


def header(user: Any, entity: Entity) -> Context:
    """Return the header's content, in a number of queries that is always the same."""
    version = EntityVersion.objects.filter(entity=entity.pk, version=entity.version)
    return {
        "crumbs": crumbs(entity),
        "is_major": version.values_list("is_major", flat=True).first(),
        **following(user, entity),
    }


def following(user: Any, entity: Entity) -> Context:
    """Return how many follow the entity and whether the user does; None if it has no followers."""
    if "followers" not in documents.fields_of(type(entity)):
        return {"followers": None, "is_following": False}
    counted = Following.objects.filter(entity=entity.pk).aggregate(
        followers=Count("pk"), own=Count("pk", filter=Q(user=user.pk))
    )
    return {"followers": counted["followers"], "is_following": bool(counted["own"])}


def crumbs(entity: Entity) -> list[Document]:
    """Return the way from the list of the outermost container to the entity itself."""
    above = [entity.core[name] for name in ABOVE if isinstance(entity.core.get(name), dict)]
    outermost = above[0]["type"] if above else entity.entity_type
    kind = Entity.kinds()[outermost]
    return [
        {"label": kind.label_plural, "url": list_url(outermost)},
        *(
            {
                "label": reference.get("displayName") or reference["name"],
                "url": page_url(reference["type"], reference["fullyQualifiedName"]),
            }
            for reference in above
        ),
    ]

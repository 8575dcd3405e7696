"""Lists on an entity's page: what is inside it, what it owns, what carries it, page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from catalog import paging
from catalog.kinds import kind_of
from catalog.models import (
    DomainMembership,
    Entity,
    Following,
    Responsibility,
    TagLabel,
    Team,
    User,
)
from catalog.models.classification import Labels
from catalog.models.people import People
from catalog.search import COUNTED
from catalog.web.tabs import Context, Tab

PAGE = 50
SHOWN = (
    "entity_type", "name", "display_name", "fully_qualified_name", "description", "version",
    "deleted", "updated_at",
)  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """A list of entities that belong to an entity in some way."""

    label: str
    noun: str
    empty: str
    rows: Callable[[Entity], QuerySet]

    def context(self, request: HttpRequest, entity: Entity) -> Context:
        """Return the page of the list that the address asks for; five queries, however many rows.

        A cursor that is none of ours leads to the first page.
        """
        rows = self.rows(entity).only(*SHOWN)
        before, after = request.GET.get("before"), request.GET.get("after")
        try:
            page = paging.page(rows, before=before, after=after, limit=PAGE)
        except paging.BadCursor:
            page = paging.page(rows, limit=PAGE)
        ids = [row.pk for row in page.rows]
        owners = People("owners", "owner").load(Entity, ids) if ids else {}
        labels = Labels().load(Entity, ids) if ids else {}
        total = self.count(entity)
        return {
            "contents": [
                {
                    "row": row,
                    "owners": owners.get(row.pk, []),
                    "tags": labels.get(row.pk, {}).get("", []),
                }
                for row in page.rows
            ],
            "some_owned": any(owners.values()),
            "some_tagged": any("" in of_entity for of_entity in labels.values()),
            "contents_label": self.label,
            "contents_empty": self.empty,
            "before": page.before,
            "after": page.after,
            "total": min(total, COUNTED),
            "total_is_capped": total > COUNTED,
            "noun": self.noun,
        }

    def count(self, entity: Entity) -> int:
        """Count the rows, as far as anybody wants to know."""
        return self.rows(entity).order_by()[: COUNTED + 1].count()

    def tab(self, key: str) -> Tab:
        return Tab(key, self.label, "catalog/_contents.html", self.context, self.count)


def inside(kind_name: str, label: str) -> Contents:
    """Return the list of what is directly inside the entity."""
    return Contents(
        label,
        kind_of(kind_name).plural.lower(),
        f"There are no {kind_of(kind_name).plural.lower()} here.",
        lambda entity: Entity.objects.present().of_type(kind_name).filter(parent=entity.pk),
    )


def _related(rows: QuerySet) -> QuerySet:
    """Return the entities for which `rows`, about one of them, has any."""
    return Entity.objects.present().filter(Exists(rows))


DATABASES = inside("database", "Databases")
SCHEMAS = inside("databaseSchema", "Schemas")
TABLES = inside("table", "Tables")
DASHBOARDS = inside("dashboard", "Dashboards")
CHARTS = inside("chart", "Charts")
PIPELINES = inside("pipeline", "Pipelines")
MODELS = inside("mlmodel", "Models")
TAGS = Contents(
    "Tags",
    "tags",
    "There are no tags in it yet.",
    lambda entity: (
        Entity.objects.present().of_type("tag").filter(pk__in=entity.tags.order_by().values("pk"))
    ),
)
OWNED = Contents(
    "Owns",
    "entities",
    "Nothing is owned yet.",
    lambda entity: _related(
        Responsibility.objects.filter(
            entity=OuterRef("pk"), role="owner", **{entity.entity_type: entity.pk}
        )
    ),
)
FOLLOWED = Contents(
    "Follows",
    "entities",
    "Nothing is followed yet.",
    lambda entity: _related(Following.objects.filter(entity=OuterRef("pk"), user=entity.pk)),
)
MEMBERS = Contents(
    "Members",
    "members",
    "Nobody is in this team yet.",
    lambda entity: _related(User.teams.through.objects.filter(user=OuterRef("pk"), team=entity.pk)),
)
SUBTEAMS = Contents(
    "Teams below",
    "teams",
    "No team is below this one.",
    lambda entity: _related(
        Team.parents.through.objects.filter(from_team=OuterRef("pk"), to_team=entity.pk)
    ),
)
CARRIERS = Contents(
    "Used on",
    "entities",
    "Nothing carries this tag yet.",
    lambda entity: _related(TagLabel.objects.filter(entity=OuterRef("pk"), tag=entity.pk)),
)
MEMBERSHIPS = Contents(
    "In this domain",
    "entities",
    "Nothing belongs to this domain yet.",
    lambda entity: _related(
        DomainMembership.objects.filter(entity=OuterRef("pk"), domain=entity.pk)
    ),
)


def carriers(request: HttpRequest, entity: Entity) -> Context:
    """Return what carries a tag, and on which of its parts."""
    context = CARRIERS.context(request, entity)
    rows: dict[Any, dict[str, Any]] = {item["row"].pk: item for item in context["contents"]}
    found = TagLabel.objects.filter(tag=entity.pk, entity__in=rows).exclude(path="")
    for pk, path in found.order_by("path").values_list("entity", "path"):
        rows[pk].setdefault("parts", []).append(path.partition(".")[2])
    return context

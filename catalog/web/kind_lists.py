"""The lists of the catalogue's own kinds; importing this module registers them."""

from __future__ import annotations

from catalog.models import Chart, Column, TagLabel, Task
from catalog.models.entity import Entity
from catalog.models.services import Service
from catalog.web import listing
from catalog.web.listing import (
    MISSING,
    OWNER,
    OWNERS,
    TAG,
    TAGS,
    Listing,
    counted,
    inherited_facets,
    inside,
)
from catalog.web.listing import Column as Shown
from catalog.web.listing import service_facet as service

CONNECTED = "A connector brings them in, or any program with the OpenMetadata SDK and an API token."
ASSET = {"related": ("owners",), "empty": CONNECTED}


def _number(label: str, name: str) -> Shown:
    return Shown(label, lambda row: getattr(row, name), "number")


def _text(label: str, name: str) -> Shown:
    return Shown(label, lambda row: getattr(row, name))


def _service_type(row: Entity) -> str:
    return row.service_type


listing.register(
    "table",
    Listing(
        columns=(
            inside("Schema"),
            _text("Type", "table_type"),
            _number("Columns", "column_count"),
            OWNERS,
            TAGS,
        ),
        facets=inherited_facets(3),
        plain=("table_type",),
        counts=(("column_count", lambda: counted(Column, "entity", parent=None)),),
        **ASSET,
    ),
)
listing.register(
    "databaseSchema",
    Listing(
        columns=(inside("Database"), _number("Tables", "table_count"), OWNERS, TAGS),
        facets=inherited_facets(2),
        counts=(
            (
                "table_count",
                lambda: counted(Entity, "parent", entity_type="table", deleted=False),
            ),
        ),
        **ASSET,
    ),
)
listing.register(
    "database",
    Listing(
        columns=(inside("Service"), _number("Schemas", "schema_count"), OWNERS, TAGS),
        facets=(service(1), OWNER, TAG, MISSING),
        counts=(
            (
                "schema_count",
                lambda: counted(Entity, "parent", entity_type="databaseSchema", deleted=False),
            ),
        ),
        **ASSET,
    ),
)
listing.register(
    "dashboard",
    Listing(
        columns=(
            inside("Service"),
            _text("Project", "project"),
            _number("Charts", "chart_count"),
            OWNERS,
            TAGS,
        ),
        facets=(service(1), OWNER, TAG, MISSING),
        plain=("project",),
        counts=(("chart_count", lambda: counted(Chart.dashboards.rel.through, "dashboard")),),
        **ASSET,
    ),
)
listing.register(
    "chart",
    Listing(
        columns=(inside("Service"), _text("Type", "chart_type"), OWNERS, TAGS),
        facets=(service(1), OWNER, TAG, MISSING),
        plain=("chart_type",),
        **ASSET,
    ),
)
listing.register(
    "pipeline",
    Listing(
        columns=(
            inside("Service"),
            _text("Schedule", "schedule_interval"),
            _number("Tasks", "task_count"),
            OWNERS,
            TAGS,
        ),
        facets=(service(1), OWNER, TAG, MISSING),
        plain=("schedule_interval",),
        counts=(("task_count", lambda: counted(Task, "pipeline")),),
        **ASSET,
    ),
)
for kind in Service.__subclasses__():
    listing.register(
        kind.type_name,
        Listing(
            columns=(Shown("Type", _service_type), _number("Holds", "held"), OWNERS, TAGS),
            facets=(OWNER, TAG, MISSING),
            plain=("service_type",),
            counts=(("held", lambda: counted(Entity, "parent", deleted=False)),),
            **ASSET,
        ),
    )
listing.register(
    "user",
    Listing(
        columns=(
            _text("E-mail", "email"),
            Shown("Teams", lambda row: row.related.get("teams"), "people"),
            Shown("Robot", lambda row: row.is_bot, "yes"),
            Shown("Administrator", lambda row: row.is_admin, "yes"),
        ),
        plain=("email", "is_bot", "is_admin"),
        related=("teams",),
    ),
)
listing.register(
    "bot",
    Listing(
        columns=(Shown("Account", lambda row: row.bot_user, "thing"),),
        plain=("bot_user",),
    ),
)
listing.register(
    "team",
    Listing(
        columns=(
            _text("Type", "team_type"),
            Shown("Members", lambda row: row.related["userCount"], "number"),
            Shown("Owns", lambda row: row.owned, "number"),
        ),
        plain=("team_type",),
        related=("userCount",),
        counts=(
            (
                "owned",
                lambda: counted(
                    Entity.responsibilities.rel.related_model,
                    "team",
                    role="owner",
                    entity__deleted=False,
                ),
            ),
        ),
        empty="A team owns things together. Teams come in over the API.",
    ),
)
listing.register(
    "classification",
    Listing(
        columns=(
            Shown("Tags", lambda row: row.related["termCount"], "number"),
            Shown("Used", lambda row: row.related["usageCount"], "number"),
            Shown("One at a time", lambda row: row.mutually_exclusive, "yes"),
            OWNERS,
        ),
        plain=("mutually_exclusive",),
        related=("owners", "termCount", "usageCount"),
        empty="A classification holds tags that belong together, such as PII.",
    ),
)
listing.register(
    "tag",
    Listing(
        columns=(inside("In"), _number("Used", "used"), OWNERS),
        counts=(("used", lambda: counted(TagLabel, "tag")),),
        related=("owners",),
    ),
)
listing.register(
    "domain",
    Listing(
        columns=(
            _text("Type", "domain_type"),
            _number("Members", "member_count"),
            OWNERS,
            TAGS,
        ),
        facets=(OWNER, TAG),
        plain=("domain_type",),
        related=("owners",),
        counts=(
            (
                "member_count",
                lambda: counted(Entity.domain_memberships.rel.related_model, "domain"),
            ),
        ),
        empty="A domain is a part of the business to which data belongs, such as Sales.",
    ),
)

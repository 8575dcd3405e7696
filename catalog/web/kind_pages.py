"""Which tabs the pages of each kind have, beside those that all share."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from catalog.models import Entity
from catalog.web import contents, overviews
from catalog.web.contents import Contents
from catalog.web.tabs import Context, Tab, register

ContextOf = Callable[[HttpRequest, Entity], Context]

USED_BY = Tab(
    "used-by",
    "Used by models",
    "catalog/_used_by.html",
    overviews.used_by,
    overviews.count_of_users,
)


def register_pages() -> None:
    """Register the pages of the kinds in this app."""
    register("table", overview("table", overviews.table), USED_BY)
    register("database", listing(contents.SCHEMAS))
    register("databaseSchema", listing(contents.TABLES))
    register("dashboard", overview("dashboard", overviews.served_models), USED_BY)
    register("chart", overview("chart", overviews.anything), USED_BY)
    register("pipeline", overview("pipeline", overviews.pipeline), USED_BY)
    register("databaseService", listing(contents.DATABASES, overviews.service, "service"))
    register(
        "dashboardService",
        listing(contents.DASHBOARDS, overviews.service, "service"),
        contents.CHARTS.tab("charts"),
    )
    register("pipelineService", listing(contents.PIPELINES, overviews.service, "service"))
    register("mlmodelService", listing(contents.MODELS, overviews.service, "service"))
    register("user", listing(contents.OWNED), contents.FOLLOWED.tab("follows"))
    register(
        "team",
        listing(contents.MEMBERS),
        contents.OWNED.tab("owns"),
        contents.SUBTEAMS.tab("below"),
    )
    register("classification", listing(contents.TAGS))
    register(
        "tag", overview("contents", carriers), contents.inside("tag", "Tags below").tab("tags")
    )
    register(
        "domain",
        listing(contents.MEMBERSHIPS),
        contents.inside("domain", "Domains below").tab("domains"),
    )


def overview(name: str, context: ContextOf) -> Tab:
    return Tab("overview", "Overview", f"catalog/overview/{name}.html", context)


def listing(
    listed: Contents, context: ContextOf = overviews.anything, template: str = "contents"
) -> Tab:
    """Return the overview of a kind whose contents are what one comes for."""
    return overview(
        template, lambda request, entity: listed.context(request, entity) | context(request, entity)
    )


def carriers(request: HttpRequest, entity: Entity) -> Context:
    return overviews.anything(request, entity) | contents.carriers(request, entity)

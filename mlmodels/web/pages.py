"""The tabs of a model's page: Overview, and Features & sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest

from catalog import access
from catalog.changes import Document
from catalog.links import verb_url
from catalog.models import Column, Entity, Following, TagLabel
from catalog.web.headers import document_of
from catalog.web.tabs import Action, Tab, register
from mlmodels.governance.completeness import Aspect, completeness_of
from mlmodels.models import MlModel
from mlmodels.models.features import FeatureSource
from mlmodels.source_types import is_another_type

Context = dict[str, Any]

FOLLOWERS_SHOWN = 12
FILTER_FROM = 8  # fewer features are found by looking
WHERE_TO_ADD = {
    "description": ("edit", "id_description"),
    "owners": ("edit", "id_owners"),
    "algorithm": ("edit", "id_algorithm"),
    "target": ("edit", "id_target"),
    "server": ("edit", "id_server"),
    "mlStore": ("edit", "id_storage"),
    "dashboard": ("edit", "id_dashboard"),
    "mlHyperParameters": ("hyperparameters", ""),
    "mlFeatures": ("add-feature", ""),
    "sources": ("", "?tab=features&show=unmapped"),
}
"""Which form, and which field in it, adds what a model lacks."""


def register_pages() -> None:
    """Give the page of a model its own tabs and actions."""
    register(
        "mlmodel",
        Tab("overview", "Overview", "mlmodels/overview.html", overview),
        Tab("features", "Features & sources", "mlmodels/features.html", features, count=_count),
        actions=(
            Action("Edit", "pencil", _address("edit"), keys="e"),
            Action("Add a feature", "plus", _address("add-feature"), access.may_edit),
            Action(
                "Hyperparameters",
                "adjustments-horizontal",
                _address("hyperparameters"),
                access.may_edit,
            ),
        ),
    )
    register(
        "mlmodelService", actions=(Action("Add a model", "plus", _new_model, access.may_edit),)
    )


def overview(request: HttpRequest, model: MlModel) -> Context:
    document = document_of(model)
    store = document.get("mlStore") or {}
    followings = Following.objects.filter(entity=model.pk, user__deleted=False)
    followers = followings.select_related("user").order_by("user__name")[: FOLLOWERS_SHOWN + 1]
    completeness = completeness_of(document)
    return {
        "facts": [
            fact("Algorithm", document.get("algorithm")),
            fact("Target", document.get("target"), "Not known"),
            link("Server", document.get("server"), "Not served, or not known"),
            link("Stored object", store.get("storage")),
            fact("Container image", store.get("imageRepository")),
            entity("Dashboard", document.get("dashboard"), "No dashboard"),
            entity("Service", document.get("service")),
            fact("Service type", document.get("serviceType")),
            link("Source", document.get("sourceUrl")),
        ],
        "parameters": document.get("mlHyperParameters") or [],
        "followers_shown": [following.user for following in followers][:FOLLOWERS_SHOWN],
        "more_followers": len(followers) > FOLLOWERS_SHOWN,
        "completeness": completeness,
        "to_add": [
            item
            for item in to_add(model, completeness.missing)
            if item["key"] != "sources" or document.get("mlFeatures")
        ],
    }


def features(request: HttpRequest, model: MlModel) -> Context:
    """Return the features as rows: their sources with what is known of the columns."""
    document = document_of(model)
    every = document.get("mlFeatures") or []
    query, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    wanted = [feature for feature in every if matches(feature, query.lower())]
    sources = sources_of(model)
    rows = [
        {
            "feature": feature,
            "sources": [
                source | sources.get((feature["name"], number), {})
                for number, source in enumerate(feature.get("featureSources") or [])
            ],
        }
        for feature in wanted
    ]
    broken = [row for row in rows if any(s.get("missing") or s.get("was") for s in row["sources"])]
    unmapped = [row for row in rows if not any(s.get("dataSource") for s in row["sources"])]
    return {
        "rows": {"unmapped": unmapped, "broken": broken}.get(show, rows),
        "total": len(every),
        "q": query,
        "show": show,
        "broken": len(broken),
        "unmapped": len(unmapped),
        "may_filter": len(every) >= FILTER_FROM or query or show,
    }


def sources_of(model: MlModel) -> dict[tuple[str, int], Document]:
    """Return {(feature, number of the source): the column, its tags, whether it is gone}."""
    rows = list(
        FeatureSource.objects.filter(feature__ml_model=model.pk).select_related(
            "feature", "column", "data_source"
        )
    )
    columns = {row.column for row in rows if row.column}
    labels = TagLabel.objects.filter(
        entity__in={column.entity_id for column in columns},
        path__in={column.path for column in columns},
    )
    tags: dict[tuple[Any, str], list[Document]] = {}
    for pk, path, label in labels.told():
        tags.setdefault((pk, path), []).append(label)
    return {
        (row.feature.name, row.position): {
            "column": column_shown(row.column, tags) if row.column else None,
            "missing": _is_missing(row),
            "was": _type_before(row),
            "dataSource": shown_source(row),
        }
        for row in rows
    }


def column_shown(column: Column, tags: dict[tuple[Any, str], list[Document]]) -> Document:
    return {
        "path": column.path.removeprefix("columns."),
        "type": column.data_type_display or column.data_type.lower(),
        "tags": tags.get((column.entity_id, column.path), []),
    }


def shown_source(row: FeatureSource) -> Document | None:
    above = row.data_source
    if above is None:
        return None
    return {
        "type": above.entity_type,
        "name": above.name,
        "displayName": above.display_name,
        "fullyQualifiedName": above.fully_qualified_name,
        "deleted": above.deleted,
    }


def _is_missing(row: FeatureSource) -> bool:
    """Only tables have columns that could be gone."""
    above = row.data_source
    return above is not None and above.entity_type == "table" and row.column_id is None


def _type_before(row: FeatureSource) -> str | None:
    """Return the source's type if its column has clearly another one by now."""
    if row.column is None or row.data_type is None:
        return None
    return row.data_type if is_another_type(row.data_type, row.column.data_type) else None


def matches(feature: Document, query: str) -> bool:
    """Return True if the feature's words, or those of its sources, hold the query."""
    sources = feature.get("featureSources") or []
    texts = [feature["name"], feature.get("description"), feature.get("featureAlgorithm")]
    texts += [source.get("fullyQualifiedName") or source["name"] for source in sources]
    texts += [label["tagFQN"] for part in (feature, *sources) for label in part.get("tags") or []]
    return any(query in text.lower() for text in texts if text)


def to_add(model: MlModel, missing: Iterable[Aspect]) -> list[Document]:
    """Return what is missing, with the way to add it."""
    return [
        {
            "key": aspect.key,
            "label": aspect.missing,
            "url": _where(model, aspect.key),
            "is_open": aspect.key in access.OPEN_TO_ALL,
        }
        for aspect in missing
    ]


def _where(model: MlModel, key: str) -> str:
    verb, field = WHERE_TO_ADD[key]
    if not verb:
        return field
    url = verb_url(verb, "mlmodel", model.fully_qualified_name)
    return f"{url}#{field}" if field else url


def fact(label: str, value: Any, absent: str = "Not known") -> Document:
    return {"label": label, "value": value, "absent": absent}


def entity(label: str, reference: Document | None, absent: str = "None") -> Document:
    part = {"part": "mlmodels/parts/entity.html"} if reference else {}
    return fact(label, reference, absent) | part


def link(label: str, url: str | None, absent: str = "Not known") -> Document:
    """Show an address; only one that a browser may safely follow becomes a link."""
    is_safe = bool(url) and urlsplit_scheme(url) in ("http", "https")
    part = {"part": "mlmodels/parts/link.html"} if is_safe else {}
    return fact(label, url, absent) | part


def urlsplit_scheme(url: str | None) -> str:
    try:
        return urlsplit(url or "").scheme.lower()
    except ValueError:
        return ""


def _new_model(service: Entity) -> str:
    return f"/new/mlmodel?{urlencode({'service': service.fully_qualified_name})}"


def _address(verb: str) -> Any:
    return lambda model: verb_url(verb, "mlmodel", model.fully_qualified_name)


def _count(model: MlModel) -> int:
    return len(model.core.get("mlFeatures") or [])

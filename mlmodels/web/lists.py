"""How ML models are listed; registered when the app is ready."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog import access
from catalog.web import listing
from catalog.web.listing import OWNER, OWNERS, TAG, TAGS, Choice, Column, Facet, Listing
from mlmodels.models import MlFeature


def without_dashboard() -> Q:
    return Q(dashboard=None)


def without_features() -> Q:
    return Q(~Exists(MlFeature.objects.filter(ml_model=OuterRef("pk"))))


def with_unsourced_features() -> Q:
    """At least one feature says nothing of what it is made from."""
    return Q(pk__in=MlFeature.objects.filter(is_sourced=False).values("ml_model"))


def _algorithms(rows: QuerySet) -> list[Choice]:
    some = rows.model.objects.filter(pk__in=listing.some(rows)).order_by()
    found = some.values_list("algorithm").annotate(number=Count("pk"))
    ordered = found.order_by("-number", "algorithm")[: listing.CHOICES]
    return [Choice(algorithm, algorithm, number) for algorithm, number in ordered]


ALGORITHM = Facet(
    "algorithm", "Algorithm", _algorithms, lambda rows, value: rows.filter(algorithm=value)
)
MISSING = listing.missing_facet(
    owner=listing.UNOWNED,
    dashboard=("A dashboard", without_dashboard),
    sources=("Sources of features", with_unsourced_features),
    features=("Features", without_features),
    description=listing.UNDESCRIBED,
)

MODELS = Listing(
    columns=(
        listing.inside("Service"),
        Column("Algorithm", lambda row: row.algorithm),
        Column("Features", lambda row: row.feature_count, "number"),
        Column("Dashboard", lambda row: row.dashboard, "thing"),
        OWNERS,
        TAGS,
    ),
    facets=(MISSING, listing.service_facet(1), ALGORITHM, OWNER, TAG),
    plain=("algorithm", "dashboard"),
    counts=(("feature_count", lambda: listing.counted(MlFeature, "ml_model")),),
    related=("owners",),
    empty="Models come in from MLflow and other services, or from any program with the"
    " OpenMetadata SDK and an API token from your profile.",
    new_url="/new/mlmodel",
    may_add=lambda user: access.may_create_in(user, "mlmodelService"),
)


def register_list() -> None:
    listing.register("mlmodel", MODELS)

"""What the start page says of models: which need attention, and which are mine."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from catalog.models import Following, Responsibility
from catalog.models.entity import Entity
from catalog.search import COUNTED
from catalog.web import home, listing
from mlmodels.models import MlModel
from mlmodels.web import lists

A_FEW = 8
CHECKS = (
    ("owner", "Without an owner", "user", listing.without_owner),
    ("dashboard", "Without a dashboard", "layout-dashboard", lists.without_dashboard),
    ("sources", "Features without sources", "transform", lists.with_unsourced_features),
    ("features", "Without features", "variable", lists.without_features),
)
SHOWN = ("entity_type", "name", "display_name", "fully_qualified_name", "algorithm", "version",
         "updated_at", "deleted")  # fmt: skip


def attention(request: HttpRequest) -> dict[str, Any]:
    """Count the models that lack something; each count leads to exactly these models."""
    models = MlModel.objects.present().order_by()
    total = models[: COUNTED + 1].count()
    checks = [
        {"label": label, "icon": icon, "url": f"/mlmodel/?missing={key}"} | _counted(models, test())
        for key, label, icon, test in CHECKS
    ]
    return {
        "total": min(total, COUNTED),
        "is_capped": total > COUNTED,
        "checks": [check for check in checks if check["number"]],
    }


def mine(request: HttpRequest) -> dict[str, Any]:
    """Return the models I or my teams own, and those I follow; last changed first."""
    user = request.user
    held = Responsibility.objects.filter(entity=OuterRef("pk"), role="owner")
    teams = user.teams.through.objects.filter(user=user).values("team")
    owned = Q(Exists(held.filter(Q(user=user) | Q(team__in=teams))))
    followed = Q(Exists(Following.objects.filter(entity=OuterRef("pk"), user=user)))
    return {"owned": _few(owned), "followed": _few(followed)}


def _few(condition: Q) -> list[Entity]:
    rows = MlModel.objects.present().filter(condition).order_by("-updated_at", "pk")
    return list(rows.only(*SHOWN)[:A_FEW])


def _counted(models: QuerySet, condition: Q) -> dict[str, Any]:
    number = models.filter(condition)[: COUNTED + 1].count()
    return {"number": min(number, COUNTED), "is_capped": number > COUNTED}


def register_panels() -> None:
    home.register(
        home.Panel("mlmodels/home/attention.html", attention),
        home.Panel("mlmodels/home/mine.html", mine),
    )

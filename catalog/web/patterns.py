"""Show every component of the visual language with believable content; mounted in DEBUG only."""

from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from catalog.kinds import KINDS
from catalog.lineage.drawing import svg_of
from catalog.lineage.shapes import Edge, LineageGraph, Node


class ExampleForm(forms.Form):
    """A form with each kind of field, one of them wrong."""

    display_name = forms.CharField(required=False, help_text="What people read; the name stays.")
    algorithm = forms.CharField(initial="Gradient boosting")
    server = forms.URLField(required=False, assume_scheme="https")
    data_type = forms.ChoiceField(
        label="Data type", choices=[("numerical", "numerical"), ("categorical", "categorical")]
    )
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Markdown."
    )
    notify = forms.BooleanField(label="Tell the followers", required=False)


@login_not_required
def patterns(request: HttpRequest) -> HttpResponse:
    """Render the pattern page; its content is fixed and asks nothing of the database."""
    form = ExampleForm(
        {"display_name": "Churn risk", "algorithm": "", "server": "no address", "notify": "on"}
    )
    sections = [{"key": key, "label": label} for key, label in _SECTIONS]
    context = {
        "sections": sections,
        "kinds": [name for name in KINDS if name != "service"],
        "schemes": ("light", "dark"),
        "form": form,
        "drawing": mark_safe(svg_of(_graph())),  # noqa: S308 - its labels are escaped
    }
    return render(request, "patterns.html", context | _EXAMPLES)


@login_not_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer the example pickers; the same list whatever is typed."""
    context = {"groups": _EXAMPLES["suggestion_groups"], "q": request.GET.get("q", "")}
    return render(request, "parts/suggestions.html", context)


_SECTIONS = (
    ("colour", "Colour and kinds"),
    ("type", "Type"),
    ("buttons", "Buttons and menus"),
    ("chips", "Names, chips, badges"),
    ("header", "Page header and tabs"),
    ("panels", "Panels and facts"),
    ("tables", "Tables"),
    ("lists", "List pages"),
    ("forms", "Forms and pickers"),
    ("notices", "Notices and empty states"),
    ("history", "History, differences, conflict"),
    ("lineage", "Lineage"),
    ("prose", "Prose"),
)
_ALICE = {"type": "user", "name": "alice", "displayName": "Alice", "fullyQualifiedName": "alice"}
_BOB = {"type": "user", "name": "bob", "displayName": "Bob", "fullyQualifiedName": "bob"}
_TEAM = {"type": "team", "name": "Retention", "fullyQualifiedName": "Retention"}
_TIER = {"tagFQN": "Tier.Tier1", "description": "Critical: someone is called at night."}
_PERSONAL = {"tagFQN": "PII.Sensitive", "description": "Personal data that can do harm."}
_GUESS = {"tagFQN": "PersonalData.Personal", "state": "Suggested"}
_CUSTOMERS = "warehouse.analytics.marts.dim_customers"
_NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def _table(name: str, **more: object) -> dict[str, object]:
    fqn = f"warehouse.analytics.marts.{name}"
    return {"type": "table", "name": name, "fullyQualifiedName": fqn, **more}


def _model(name: str, title: str) -> dict[str, str]:
    fqn = f"mlflow.{name}"
    return {"type": "mlmodel", "name": name, "displayName": title, "fullyQualifiedName": fqn}


_EXAMPLES = {
    "references": [
        _model("churn_risk", "Churn risk"),
        _table("dim_customers"),
        _table("old_orders", deleted=True),
        {"type": "dashboard", "name": "Churn performance", "fullyQualifiedName": "bi.churn"},
        {"type": "pipeline", "name": "features_daily", "fullyQualifiedName": "airflow.f"},
        {"type": "mlmodelService", "name": "mlflow", "fullyQualifiedName": "mlflow"},
    ],
    "owners": [_ALICE, _BOB, _TEAM],
    "tags": [_TIER, _PERSONAL, _GUESS],
    "crumbs": [
        {"label": "Models", "url": "/mlmodel/"},
        {"label": "mlflow", "url": "/mlmodelService/mlflow"},
    ],
    "tabs": [
        {"key": "overview", "label": "Overview", "count": None},
        {"key": "features", "label": "Features & sources", "count": 12},
        {"key": "lineage", "label": "Lineage", "count": None},
        {"key": "versions", "label": "Versions", "count": 7},
        {"key": "activity", "label": "Activity", "count": 3},
    ],
    "facts": [
        {"label": "Algorithm", "value": "Gradient boosting"},
        {"label": "Target", "value": "churned_in_90_days"},
        {"label": "Server", "value": "https://models.example.com/churn"},
        {"label": "Store", "value": "s3://models/churn_risk/7"},
        {"label": "Completeness", "value": 72, "part": "parts/completeness.html"},
        {"label": "Domain", "value": None, "absent": "No domain"},
    ],
    "rows": [
        {
            "ref": _model("churn_risk", "Churn risk"),
            "algorithm": "Gradient boosting",
            "description": "Chance that a customer leaves within 90 days; scores the weekly list.",
            "owners": [_ALICE, _TEAM],
            "tags": [_TIER],
            "features": 12,
            "percent": 92,
            "at": _NOON,
        },
        {
            "ref": _model("basket_forecast_eu_weekly", "Basket forecast, EU, weekly"),
            "algorithm": "Prophet",
            "description": "",
            "owners": [],
            "tags": [],
            "features": 34,
            "percent": 41,
            "at": _NOON,
        },
        {
            "ref": _model("card_fraud", "Card fraud"),
            "algorithm": "Isolation forest",
            "description": "Flags card payments for a second look before they are booked.",
            "owners": [_BOB],
            "tags": [_TIER, _PERSONAL],
            "features": 208,
            "percent": 68,
            "at": _NOON,
        },
    ],
    "features": [
        {
            "name": "persona",
            "type": "categorical",
            "algorithm": "PCA",
            "description": "Customer segment by age, education and city.",
            "tags": [_PERSONAL],
            "sources": [
                {"name": "age", "type": "integer", "column": "age", "ref": _table("dim_customers")},
                {
                    "name": "education",
                    "type": "string",
                    "column": "education_level",
                    "ref": _table("survey_answers"),
                },
                {"name": "city", "type": "string"},
            ],
        },
        {
            "name": "days_since_last_order",
            "type": "numerical",
            "algorithm": "",
            "description": "",
            "tags": [],
            "sources": [
                {
                    "name": "ordered_at",
                    "type": "date",
                    "column": "ordered_at",
                    "ref": _table("fct_orders"),
                    "missing": True,
                },
            ],
        },
    ],
    "columns": [
        {"name": "customer_id", "type": "bigint", "depth": 0, "tags": []},
        {"name": "address", "type": "struct<street, city>", "depth": 0, "tags": [_PERSONAL]},
        {"name": "street", "type": "varchar(200)", "depth": 1, "tags": [_PERSONAL]},
        {"name": "city", "type": "varchar(80)", "depth": 1, "tags": []},
        {"name": "signed_up_on", "type": "date", "depth": 0, "tags": [_GUESS]},
    ],
    "selects": [
        {
            "name": "service",
            "label": "Service",
            "value": "",
            "options": [
                {"value": "", "label": "All services"},
                {"value": "mlflow", "label": "mlflow"},
            ],
        },
        {
            "name": "sort",
            "label": "Sort by",
            "value": "changed",
            "options": [
                {"value": "name", "label": "Name"},
                {"value": "changed", "label": "Last changed"},
            ],
        },
    ],
    "filters": [
        {"label": "Owner", "value": "Retention", "url": "?"},
        {"label": "Tag", "value": "PII.Sensitive", "url": "?"},
    ],
    "facets": [
        {
            "label": "Service",
            "choices": [
                {"label": "mlflow", "count": 214, "url": "?service=mlflow", "chosen": True},
                {"label": "sagemaker", "count": 61, "url": "?service=sagemaker"},
            ],
        },
        {
            "label": "Owner",
            "choices": [
                {"label": "Retention", "count": 48, "url": "?owner=Retention"},
                {"label": "Alice", "count": 17, "url": "?owner=alice"},
                {"label": "Nobody", "count": 33, "url": "?owner="},
            ],
        },
        {
            "label": "Exposure",
            "choices": [{"label": "Sensitive data", "count": 21, "url": "?exposure=sensitive"}],
        },
    ],
    "suggestion_groups": [
        {
            "label": "Columns",
            "items": [
                {
                    "kind": "column",
                    "id": "1",
                    "fqn": f"{_CUSTOMERS}.age",
                    "name": "age",
                    "path": "warehouse.analytics.marts.dim_customers",
                    "detail": "integer",
                    "tags": ["PII.Sensitive"],
                },
                {
                    "kind": "column",
                    "id": "2",
                    "fqn": f"{_CUSTOMERS}.age_band",
                    "name": "age_band",
                    "path": "warehouse.analytics.marts.dim_customers",
                    "detail": "varchar(12)",
                },
            ],
        },
        {
            "label": "Tables",
            "items": [
                {
                    "kind": "table",
                    "id": "3",
                    "fqn": "warehouse.analytics.raw.agents",
                    "name": "agents",
                    "path": "warehouse.analytics.raw",
                }
            ],
        },
    ],
    "picked": [
        {"kind": "user", "fqn": "alice", "name": "Alice"},
        {"kind": "team", "fqn": "Retention", "name": "Retention"},
    ],
    "timeline": [
        {
            "version": "1.3",
            "major": True,
            "actor": "Alice",
            "at": _NOON,
            "url": "?version=1.3",
            "compare_url": "?compare=1.3",
            "changes": [
                {
                    "change": "changed",
                    "sentence": "Algorithm: Logistic regression → Gradient boosting",
                },
                {
                    "change": "changed",
                    "sentence": "Server: http://old.example.com → https://models.example.com/churn",
                },
            ],
        },
        {
            "version": "0.3",
            "major": False,
            "actor": "Bob",
            "at": _NOON,
            "url": "?version=0.3",
            "compare_url": "?compare=0.3",
            "changes": [
                {"change": "added", "sentence": "Feature days_since_last_order"},
                {"change": "removed", "sentence": "Tag Tier.Tier3"},
            ],
        },
        {
            "version": "0.1",
            "major": False,
            "actor": "ingestion-bot",
            "at": _NOON,
            "url": "?version=0.1",
            "changes": [{"change": "added", "sentence": "First version"}],
        },
    ],
    "changes": [
        {
            "change": "changed",
            "label": "Description",
            "old_html": mark_safe("Chance that a customer leaves within <del>60</del> days."),
            "new_html": mark_safe("Chance that a customer leaves within <ins>90</ins> days."),
        },
        {
            "change": "changed",
            "label": "Algorithm",
            "old": "Logistic regression",
            "new": "Gradient boosting",
        },
        {
            "change": "added",
            "label": "Feature days_since_last_order",
            "new": "numerical, from fct_orders.ordered_at",
        },
        {"change": "removed", "label": "Tag", "old": "Tier.Tier3"},
    ],
    "conflict": {
        "actor": "Bob",
        "version": "0.4",
        "at": _NOON,
        "fields": [
            {"label": "Algorithm", "theirs": "Random forest", "yours": "Gradient boosting"},
            {"label": "Description", "theirs": "", "yours": "Chance that a customer leaves."},
        ],
    },
    "text": """Scores each customer **once a week**; the list goes to the [call centre](https://example.com).

# How it is trained

1. Customers of the last *three years*, without trials
2. `churned_in_90_days` as the target

| Segment | AUC |
|---|---|
| New | 0.81 |
| Loyal | 0.76 |

> Do not use it for pricing.

    SELECT customer_id FROM marts.dim_customers
""",
}


def _graph() -> LineageGraph:
    def node(number: int, kind: str, name: str, **more: object) -> Node:
        return Node(UUID(int=number), kind, name, name, f"warehouse.analytics.{name}", **more)

    nodes = (
        node(1, "table", "raw_orders", hidden_upstream=4),
        node(2, "table", "dim_customers"),
        node(3, "table", "survey_2019", deleted=True),
        node(4, "pipeline", "features_daily"),
        node(5, "table", "churn_features"),
        node(6, "mlmodel", "Churn risk"),
        node(7, "dashboard", "Churn performance", hidden_downstream=2),
    )
    arrows = ((1, 4), (2, 4), (3, 2), (4, 5), (5, 6), (2, 6), (6, 7))
    edges = tuple(
        Edge(UUID(int=a), UUID(int=b), source="Manual" if b == 6 else "PipelineLineage")
        for a, b in arrows
    )
    return LineageGraph(UUID(int=6), {one.id: one for one in nodes}, edges)

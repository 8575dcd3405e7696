"""What training runs send: PUTs of models with features made from the columns of many tables."""

from __future__ import annotations

from typing import Any

TABLES = 200
COLUMNS = 20
TEMPLATES = 20  # models of each size that differ; the others are like one of these
SIZES = {"wide": (50, 3), "small": (4, 3)}  # features, and sources of each
SCHEMA = "warehouse.shop.public"
Document = dict[str, Any]


def name_of(size: str, number: int) -> str:
    return f"{size}_{number:06}"


def a_request(size: str, number: int, tables: int = TABLES, *, variant: int = 0) -> Document:
    """Return the PUT of a model as its training run sends it.

    Another variant is the next training: a new description and a new hyperparameter, five features
    computed in another way, and one made from another table.
    """
    features, sources = SIZES[size]
    template = number % TEMPLATES

    def source(feature: int, place: int) -> Document:
        moved = 7 * variant if feature == 0 else 0
        table = (template * 11 + feature * sources + place + moved) % tables
        return {
            "name": f"column_{(feature + place) % COLUMNS}",
            "dataType": "number",
            "dataSource": f"{SCHEMA}.table_{table:03}",
        }

    def feature(at: int) -> Document:
        algorithm = f"scaled, run {variant}" if variant and at < 5 else "scaled"
        return {
            "name": f"feature_{at}",
            "dataType": "numerical",
            "description": f"What the customer did in week {at} before the prediction.",
            "featureAlgorithm": algorithm,
            "featureSources": [source(at, place) for place in range(sources)],
        }

    return {
        "name": name_of(size, number),
        "service": size,
        "algorithm": "xgboost",
        "description": "Who is about to leave. " * 8 + f"Run {variant}.",
        "target": "left_within_90_days",
        "server": "https://models.example.org/churn",
        "mlStore": {"storage": "s3://models/churn", "imageRepository": "registry/churn:1"},
        "mlFeatures": [feature(at) for at in range(features)],
        "mlHyperParameters": [
            {"name": "max_depth", "value": "6", "description": "How deep a tree may grow."},
            {"name": "eta", "value": f"0.{variant + 1}"},
        ],
    }

"""How much is known of a model, and what is missing. Pure: it looks at the model's document.

Ten things, each worth a tenth; what everybody asks of a model sooner or later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

UNKNOWN_ALGORITHM = "mlmodel"
"""What connectors send when they do not know it, and what is taken when nothing is sent."""


@dataclass(frozen=True)
class Aspect:
    """One thing to know of a model; `missing` says what is to be done where it is not known."""

    key: str
    missing: str
    is_known: Callable[[Document], bool]


@dataclass(frozen=True)
class Completeness:
    known: tuple[Aspect, ...]
    missing: tuple[Aspect, ...]

    @property
    def percent(self) -> int:
        return round(100 * len(self.known) / len(ASPECTS))


def _has(name: str) -> Callable[[Document], bool]:
    return lambda document: bool(document.get(name))


def _names_its_algorithm(document: Document) -> bool:
    return document.get("algorithm", UNKNOWN_ALGORITHM) != UNKNOWN_ALGORITHM


def _every_feature_has_a_source(document: Document) -> bool:
    """A source counts when it names the data it comes from."""
    features = document.get("mlFeatures") or []
    return bool(features) and all(map(is_mapped, features))


def is_mapped(feature: Document) -> bool:
    return any(source.get("dataSource") for source in feature.get("featureSources") or [])


ASPECTS = (
    Aspect("description", "Describe what it is for", _has("description")),
    Aspect("owners", "Name an owner", _has("owners")),
    Aspect("algorithm", "Name the algorithm", _names_its_algorithm),
    Aspect("target", "Say what it predicts", _has("target")),
    Aspect("server", "Say where it answers", _has("server")),
    Aspect("mlStore", "Say where it is stored", _has("mlStore")),
    Aspect("dashboard", "Link the dashboard with its performance", _has("dashboard")),
    Aspect("mlHyperParameters", "List its hyperparameters", _has("mlHyperParameters")),
    Aspect("mlFeatures", "List its features", _has("mlFeatures")),
    Aspect("sources", "Link every feature to its source", _every_feature_has_a_source),
)


def completeness_of(document: Document) -> Completeness:
    """Return what is known and what is missing; the document has its owners and dashboard."""
    known = tuple(aspect for aspect in ASPECTS if aspect.is_known(document))
    return Completeness(known, tuple(aspect for aspect in ASPECTS if aspect not in known))

"""The shapes of what clients send about ML models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from catalog.api.shapes import (
    Label,
    LinkedContents,
    Name,
    RefOrName,
    Shape,
    Text256,
    Url,
    refuse_twins,
)


class FeatureSource(Shape):
    name: Text256
    dataType: (
        Literal["integer", "number", "string", "array", "date", "timestamp", "object", "boolean"]
        | None
    ) = None
    description: str | None = None
    fullyQualifiedName: str | None = None
    dataSource: RefOrName | None = None
    tags: list[Label] | None = None


class MlFeature(Shape):
    name: Text256
    dataType: Literal["numerical", "categorical"] | None = None
    description: str | None = None
    fullyQualifiedName: str | None = None
    featureSources: list[FeatureSource] | None = None
    featureAlgorithm: Annotated[str, StringConstraints(max_length=256)] | None = None
    tags: list[Label] | None = None


class MlHyperParameter(Shape):
    name: Text256
    value: str | None = None
    description: str | None = None


class MlStore(Shape):
    storage: str | None = None
    imageRepository: str | None = None


class MlModelContents(LinkedContents):
    algorithm: Text256 | None = None
    mlFeatures: list[MlFeature] | None = None
    mlHyperParameters: list[MlHyperParameter] | None = None
    target: Text256 | None = None
    dashboard: RefOrName | None = None
    mlStore: MlStore | None = None
    server: Url | None = None

    @model_validator(mode="after")
    def check(self) -> MlModelContents:
        refuse_twins(self.mlFeatures, "feature")
        refuse_twins(self.mlHyperParameters, "hyperparameter")
        return self


class CreateMlModel(MlModelContents):
    name: Name
    service: RefOrName

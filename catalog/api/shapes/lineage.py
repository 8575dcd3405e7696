"""The shapes of requests for lineage."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from catalog.api.shapes import QualifiedName, Reference, Shape
from catalog.models import LineageEdge


class ColumnLineage(BaseModel):
    fromColumns: list[QualifiedName] | None = None
    toColumn: QualifiedName | None = None
    function: str | None = None


class LineageDetails(BaseModel):
    sqlQuery: str | None = None
    columnsLineage: list[ColumnLineage] | None = None
    pipeline: Reference | None = None
    description: str | None = None
    source: Literal[tuple(LineageEdge.Source.values)] | None = None


class Edge(Shape):
    fromEntity: Reference
    toEntity: Reference
    description: str | None = None
    lineageDetails: LineageDetails | None = None


class AddLineage(Shape):
    edge: Edge

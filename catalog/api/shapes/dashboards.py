"""The shapes of requests for dashboards, charts, pipelines and tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from catalog.api.shapes import (
    DisplayName,
    Int,
    Label,
    LinkedContents,
    Name,
    Reference,
    RefOrName,
    Shape,
    Text256,
    refuse_twins,
)


class ChartContents(LinkedContents):
    chartType: (
        Literal[
            tuple(
                """
                Line Table Bar Area Pie Histogram Scatter Text BoxPlot SanKey Gauge Map Graph
                Heatmap Timeline Other
                """.split()
            )
        ]
        | None
    ) = None
    dashboards: list[RefOrName] | None = None


class CreateChart(ChartContents):
    name: Name
    service: RefOrName


class DashboardContents(LinkedContents):
    dashboardType: Literal["Dashboard", "Report"] | None = None
    project: str | None = None
    charts: list[RefOrName] | None = None
    dataModels: list[RefOrName] | None = None


class CreateDashboard(DashboardContents):
    name: Name
    service: RefOrName


class Task(Shape):
    name: Text256
    displayName: DisplayName | None = None
    fullyQualifiedName: str | None = None
    description: str | None = None
    sourceUrl: str | None = None
    downstreamTasks: list[str] | None = None
    taskType: str | None = None
    taskSQL: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    tags: list[Label] | None = None
    owners: list[Reference] | None = None


class PipelineContents(LinkedContents):
    tasks: list[Task] | None = None
    concurrency: Int | None = None
    pipelineLocation: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    scheduleInterval: Annotated[str, StringConstraints(max_length=128)] | None = None
    state: Literal["Active", "Inactive"] | None = None

    @model_validator(mode="after")
    def check(self) -> PipelineContents:
        refuse_twins(self.tasks, "task")
        return self


class CreatePipeline(PipelineContents):
    name: Name
    service: RefOrName

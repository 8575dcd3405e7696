"""The shapes of requests for services: databases', dashboards', pipelines' and models'."""

from __future__ import annotations

from typing import Any, Literal

from catalog.api.shapes import Label, LifeCycle, Name, Reference, Status, Style, Words
from catalog.models import service_types


class ServiceContents(Words):
    tags: list[Label] | None = None
    owners: list[Reference] | None = None
    entityStatus: Status | None = None
    style: Style | None = None
    connection: dict[str, Any] | None = None
    ingestionRunner: Reference | None = None


class CreateDatabaseService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.DATABASE]


class CreateDashboardService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.DASHBOARD]


class CreatePipelineService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.PIPELINE]
    scheduleInterval: str | None = None
    lifeCycle: LifeCycle | None = None


class CreateMlModelService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.ML_MODEL]

"""Services over HTTP: their connection is always shown, with its secrets masked for people."""

from typing import Any

from rest_framework.request import Request

from catalog.api.shapes import services as shapes
from catalog.api.viewsets import EntityViewSet
from catalog.models import (
    DashboardService,
    DatabaseService,
    MlModelService,
    PipelineService,
)
from catalog.models.entity import Document
from catalog.secrets import masked


class ServiceViewSet(EntityViewSet):
    contents = shapes.ServiceContents

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.sees_secrets = request.user.is_bot

    def fields(self, request: Request) -> list[str]:
        return [*dict.fromkeys([*super().fields(request), "connection"])]

    def shown(self, document: Document) -> Document:
        document = super().shown(document)
        if "connection" in document and not self.sees_secrets:
            document["connection"] = masked(document["connection"])
        return document


class DatabaseServiceViewSet(ServiceViewSet):
    kind = DatabaseService
    create_shape = shapes.CreateDatabaseService


class DashboardServiceViewSet(ServiceViewSet):
    kind = DashboardService
    create_shape = shapes.CreateDashboardService


class PipelineServiceViewSet(ServiceViewSet):
    kind = PipelineService
    create_shape = shapes.CreatePipelineService


class MlModelServiceViewSet(ServiceViewSet):
    kind = MlModelService
    create_shape = shapes.CreateMlModelService

"""Databases, tables, dashboards and pipelines over HTTP."""

from rest_framework.request import Request
from rest_framework.response import Response

from catalog import documents
from catalog.api.parsing import limit_of, number
from catalog.api.shapes import dashboards, tables
from catalog.api.viewsets import EntityViewSet
from catalog.models import Chart, Dashboard, Database, DatabaseSchema, Pipeline, Table


class DatabaseViewSet(EntityViewSet):
    kind = Database
    create_shape, contents = tables.CreateDatabase, tables.DatabaseContents


class DatabaseSchemaViewSet(EntityViewSet):
    kind = DatabaseSchema
    create_shape, contents = tables.CreateDatabaseSchema, tables.PlaceContents


class TableViewSet(EntityViewSet):
    kind = Table
    below_name = ("columns",)
    create_shape, contents = tables.CreateTable, tables.TableContents

    def columns(self, request: Request, name: str) -> Response:
        """Page through the columns of a wide table."""
        table = self.by_name(name)
        fields = [*self.fields(request), "columns"]
        columns = documents.read(self.kind, [table], fields)[0].get("columns", [])
        limit, offset = limit_of(request, default=50), number(request, "offset", 0)
        paging = {"total": len(columns), "offset": offset, "limit": limit}
        return Response({"data": columns[offset : offset + limit], "paging": paging})


class ChartViewSet(EntityViewSet):
    kind = Chart
    create_shape, contents = dashboards.CreateChart, dashboards.ChartContents


class DashboardViewSet(EntityViewSet):
    kind = Dashboard
    create_shape, contents = dashboards.CreateDashboard, dashboards.DashboardContents


class PipelineViewSet(EntityViewSet):
    kind = Pipeline
    create_shape, contents = dashboards.CreatePipeline, dashboards.PipelineContents

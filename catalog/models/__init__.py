from catalog.models.classification import Classification, Tag, TagLabel
from catalog.models.dashboards import Chart, Dashboard
from catalog.models.domains import Domain, DomainMembership
from catalog.models.entity import Entity
from catalog.models.history import ChangeEvent, EntityVersion
from catalog.models.lineage import ColumnMapping, LineageEdge
from catalog.models.people import Bot, Following, Responsibility, Team, User, Vote
from catalog.models.pipelines import Pipeline, Task
from catalog.models.services import (
    DashboardService,
    DatabaseService,
    MlModelService,
    PipelineService,
)
from catalog.models.tables import Column, Database, DatabaseSchema, Table
from catalog.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Bot",
    "ChangeEvent",
    "Chart",
    "Classification",
    "Column",
    "ColumnMapping",
    "Dashboard",
    "DashboardService",
    "Database",
    "DatabaseSchema",
    "DatabaseService",
    "Domain",
    "DomainMembership",
    "Entity",
    "EntityVersion",
    "Following",
    "LineageEdge",
    "MlModelService",
    "Pipeline",
    "PipelineService",
    "Responsibility",
    "Table",
    "Tag",
    "TagLabel",
    "Task",
    "Team",
    "User",
    "Vote",
]

"""Write the demo data through the lifecycle, as the people and robots of the story would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from catalog import documents, lifecycle, references
from catalog.access import SYSTEM
from catalog.models import (
    ChangeEvent,
    Chart,
    Dashboard,
    DashboardService,
    Database,
    DatabaseSchema,
    DatabaseService,
    Domain,
    Entity,
    MlModelService,
    Pipeline,
    PipelineService,
    Table,
    Team,
    User,
)
from mlmodels.demo import dashboards, lineage, marts, models, people, pipelines, warehouse
from mlmodels.demo.notation import Document, labels, mapped, owned_by, table_name
from mlmodels.models import MlModel

ROBOT = "ingestion-bot"


def was_loaded() -> bool:
    """Return True if the demo is there, or was and somebody deleted it: it does not come back."""
    created = ChangeEvent.objects.filter(
        event_type=ChangeEvent.Type.CREATED,
        entity_type=Team.type_name,
        entity_fully_qualified_name=people.COMPANY,
    )
    return Team.objects.named(people.COMPANY).exists() or created.exists()


def taken_names() -> list[str]:
    """Return names that the demo needs and somebody else's entities have."""
    wanted = {
        "team": {team["name"] for team in people.TEAMS},
        "user": {name for name, *_ in people.USERS},
        "domain": {domain["name"] for domain in people.DOMAINS},
        "databaseService": {warehouse.SERVICE["name"]},
        "dashboardService": {service["name"] for service in dashboards.SERVICES},
        "pipelineService": {pipelines.SERVICE["name"]},
        "mlmodelService": {service["name"] for service in models.SERVICES},
    }
    found = Entity.objects.named(*set().union(*wanted.values()))
    return sorted(
        f"{entity.entity_type} {entity.name}"
        for entity in found
        if entity.fully_qualified_name in wanted.get(entity.entity_type, ())
    )


@transaction.atomic
def load() -> None:
    """Write everything or, if anything goes wrong, nothing."""
    Loading().run()


class Loading:
    """One run; it remembers who is who and what was made."""

    def __init__(self) -> None:
        self.actors: dict[str, User] = {}
        self.made: dict[tuple[str, str], Entity] = {}

    def run(self) -> None:
        self.people()
        self.warehouse()
        self.dashboards_and_pipelines()
        self.table_lineage()
        self.models()
        self.ties()

    def people(self) -> None:
        self.actors[ROBOT] = references.find(User, ROBOT)
        for team in people.TEAMS:
            above = [{"type": "team", "fullyQualifiedName": name} for name in team["parents"]]
            self._make(Team, team | {"parents": above}, SYSTEM)
        for name, display_name, team, description in people.USERS:
            document = {
                "name": name,
                "displayName": display_name,
                "email": f"{name}@example.com",
                "description": description,
                "teams": [{"type": "team", "fullyQualifiedName": team}],
            }
            self.actors[name] = self._make(User, document, SYSTEM)
        for domain in people.DOMAINS:
            self._make(Domain, domain, SYSTEM)

    def warehouse(self) -> None:
        self._ingest(DatabaseService, warehouse.SERVICE)
        self._ingest(Database, warehouse.DATABASE)
        for schema, _ in warehouse.SCHEMAS:
            self._ingest(DatabaseSchema, schema)
        tables = {"raw": warehouse.RAW, "core": warehouse.CORE, "marts": marts.MARTS}
        for schema, inside in tables.items():
            for table in inside:
                self._ingest(Table, table | {"databaseSchema": table_name(schema)})
        for name, tags in warehouse.TAGS.items():
            self._tag_columns(self._table(name), tags)
        # Last: what has an owner is no longer open to everybody.
        for schema, words in warehouse.SCHEMAS:
            place = self.made[DatabaseSchema.type_name, table_name(schema["name"])]
            self._edit(place, words, "data-engineer")
        for name, owners in marts.OWNERS.items():
            self._edit(self._table(name), {"owners": owners}, "data-engineer")
        for name, tier in warehouse.TIERS.items():
            self._edit(self._table(name), {"tags": labels(tier)}, "data-engineer")
        service = self.made[DatabaseService.type_name, warehouse.SERVICE["name"]]
        self._edit(service, {"owners": owned_by("data-platform")}, "data-engineer")

    def dashboards_and_pipelines(self) -> None:
        for service in dashboards.SERVICES:
            self._ingest(DashboardService, service)
        for service, charts in dashboards.CHARTS.items():
            for name, display_name, chart_type, description in charts:
                chart = {
                    "name": name,
                    "displayName": display_name,
                    "chartType": chart_type,
                    "description": description,
                    "service": service,
                }
                self._ingest(Chart, chart)
        for dashboard in dashboards.DASHBOARDS:
            self._ingest(Dashboard, dashboard)
        self._ingest(PipelineService, pipelines.SERVICE)
        for pipeline in pipelines.PIPELINES:
            self._ingest(Pipeline, pipeline | {"service": pipelines.SERVICE["name"]})

    def table_lineage(self) -> None:
        for source, target, pipeline, columns in lineage.TABLES:
            details: Document = {
                "columnsLineage": mapped(table_name(source), table_name(target), columns),
                "source": "PipelineLineage" if pipeline else "ViewLineage",
            }
            if pipeline:
                details["pipeline"] = {"type": "pipeline", "fullyQualifiedName": pipeline}
            if (source, target) in lineage.SQL:
                details["sqlQuery"] = lineage.SQL[source, target]
            self._link(self._table(source), self._table(target), details)
        for table, dashboard in lineage.SHOWN:
            self._link(
                self._table(table),
                self.made[Dashboard.type_name, dashboard],
                {"source": "DashboardLineage"},
            )

    def models(self) -> None:
        for service in models.SERVICES:
            self._ingest(MlModelService, service)
        for document, story in models.MODELS:
            model = self._ingest(MlModel, document)
            for who, edits in story:
                self._edit(model, edits, who)
            if deleter := models.DELETED.get(model.fully_qualified_name):
                lifecycle.delete(model, actor=self.actors[deleter])
        for model, table, pipeline in lineage.PREDICTED:
            details = {
                "source": "PipelineLineage",
                "pipeline": {"type": "pipeline", "fullyQualifiedName": pipeline},
            }
            self._link(self.made[MlModel.type_name, model], self._table(table), details)

    def ties(self) -> None:
        for kind, name, followers in models.FOLLOWED:
            for who in followers:
                user = self.actors[who]
                lifecycle.follow(self.made[kind, name], user, actor=user)
        for kind, name, who, is_up in models.VOTES:
            user = self.actors[who]
            lifecycle.vote(self.made[kind, name], user, is_up, actor=user)

    def _ingest(self, kind: type[Entity], document: Document) -> Any:
        return self._make(kind, document, self.actors[ROBOT])

    def _make(self, kind: type[Entity], document: Document, actor: Any) -> Any:
        entity = lifecycle.create(kind, document, actor=actor).entity
        self.made[kind.type_name, entity.fully_qualified_name] = entity
        return entity

    def _edit(self, entity: Entity, edits: Document, who: str) -> None:
        lifecycle.update(entity, edits, actor=self.actors[who])

    def _table(self, name: str) -> Entity:
        return self.made[Table.type_name, table_name(name)]

    def _link(self, source: Entity, target: Entity, details: Document) -> None:
        lifecycle.put_edge(source, target, actor=self.actors[ROBOT], details=details)

    def _tag_columns(self, table: Entity, tags: dict[str, Iterable[str]]) -> None:
        columns = documents.content_of(table)["columns"]
        for path, column in Table.parts({"columns": columns}):
            found = tags.get(path.removeprefix("columns."))
            if found:
                column["tags"] = labels(*found)
        self._edit(table, {"columns": columns}, "privacy-officer")

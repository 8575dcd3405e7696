"""Ready-made catalogue entities, made through the write path as real ones are.

Each builder returns the entity; keywords are members of its document, and an entity may stand
wherever the document wants a reference. What contains the entity is made when it is missing.
"""

from __future__ import annotations

from typing import Any

from catalog import lifecycle, names
from catalog.access import SYSTEM, Actor
from catalog.models import (
    Chart,
    Classification,
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
    Tag,
    Team,
    User,
)
from catalog.models.entity import Document
from mlmodels.models import MlModel

SCHEMA = "warehouse.shop.public"
ORDERS = f"{SCHEMA}.orders"


def put(kind: type[Entity], *, by: Actor = SYSTEM, **document: Any) -> Any:
    """Put the document that the keywords make, and return the entity."""
    return lifecycle.put(kind, with_references(document), actor=by).entity


def with_references(value: Any) -> Any:
    """Return `value` with every entity in it replaced by a reference."""
    if isinstance(value, Entity):
        return {"id": str(value.pk), "type": value.entity_type}
    if isinstance(value, dict):
        return {key: with_references(inner) for key, inner in value.items()}
    return [with_references(inner) for inner in value] if isinstance(value, list) else value


def tags(*names: str) -> list[Document]:
    """Return labels for these tags, which are made when they are missing."""
    for name in names:
        if not Tag.objects.named(name).exists():
            a_tag(name)
    return [{"tagFQN": name} for name in names]


# --- People. Alice owns, Bob is in her team, Charlie is an outsider. ---


def a_user(name: str = "alice", **values: Any) -> User:
    return put(User, **{"name": name, "email": f"{name}@example.org"} | values)


def an_admin(name: str = "ada", **values: Any) -> User:
    return a_user(name, isAdmin=True, **values)


def a_bot(name: str = "robot", **values: Any) -> User:
    """Return the account of a robot: what connectors act as."""
    return a_user(name, isBot=True, **values)


def a_team(name: str = "growth", *members: User, **values: Any) -> Team:
    return put(Team, **{"name": name, "users": list(members)} | values)


def a_token(user: User) -> str:
    """Return an API token of the user, to be sent as `Authorization: Bearer …`."""
    return lifecycle.issue_token(user, "tests", actor=SYSTEM)


# --- Words about things ---


def a_classification(name: str = "PII", **values: Any) -> Classification:
    return put(Classification, **{"name": name, "description": f"All about {name}"} | values)


def a_tag(name: str = "PII.Sensitive", **values: Any) -> Tag:
    """Return the tag with this qualified name; its classification is made when it is missing."""
    classification, *above, own = names.split(name)
    if not Classification.objects.named(names.quote(classification)).exists():
        a_classification(classification)
    place = {"classification": names.quote(classification)}
    if above:
        place["parent"] = names.parent_of(name)
    return put(Tag, **{"name": own, "description": f"What is {own}"} | place | values)


def a_domain(name: str = "Sales", **values: Any) -> Domain:
    return put(Domain, **{"name": name, "domainType": "Aggregate", "description": name} | values)


# --- Services ---


def a_service(kind: type[Entity], name: str, service_type: str, **values: Any) -> Any:
    return put(kind, **{"name": name, "serviceType": service_type} | values)


def a_database_service(name: str = "warehouse", **values: Any) -> DatabaseService:
    return a_service(DatabaseService, name, "Postgres", **values)


def a_dashboard_service(name: str = "superset", **values: Any) -> DashboardService:
    return a_service(DashboardService, name, "Superset", **values)


def a_pipeline_service(name: str = "airflow", **values: Any) -> PipelineService:
    return a_service(PipelineService, name, "Airflow", **values)


def a_model_service(name: str = "mlflow", **values: Any) -> MlModelService:
    return a_service(MlModelService, name, "Mlflow", **values)


# --- What services hold ---


def a_database(name: str = "shop", *, service: str = "warehouse", **values: Any) -> Database:
    _make_sure(DatabaseService, service, a_database_service)
    return put(Database, **{"name": name, "service": service} | values)


def a_schema(
    name: str = "public", *, database: str = "warehouse.shop", **values: Any
) -> DatabaseSchema:
    _make_sure(Database, database, a_database, "service")
    return put(DatabaseSchema, **{"name": name, "database": database} | values)


def a_table(
    name: str = "orders", *columns: str | Document, schema: str = SCHEMA, **values: Any
) -> Table:
    """Return a table.

    >>> a_table("people", "age INT", "email STRING PII.Sensitive")  # doctest: +SKIP
    """
    _make_sure(DatabaseSchema, schema, a_schema, "database")
    document = {
        "name": name,
        "databaseSchema": schema,
        "columns": [a_column(column) for column in columns or ("id INT", "amount DOUBLE")],
    }
    return put(Table, **document | values)


def a_column(shorthand: str | Document, *children: str | Document, **values: Any) -> Document:
    """Return a column's document from "name TYPE Tag…", with columns inside it."""
    if isinstance(shorthand, dict):
        return shorthand
    name, data_type, *labels = shorthand.split()
    column: Document = {"name": name, "dataType": data_type} | values
    if labels:
        column["tags"] = tags(*labels)
    if children:
        column["children"] = [a_column(child) for child in children]
    return column


def a_chart(name: str = "accuracy", *, service: str = "superset", **values: Any) -> Chart:
    _make_sure(DashboardService, service, a_dashboard_service)
    return put(Chart, **{"name": name, "service": service, "chartType": "Line"} | values)


def a_dashboard(
    name: str = "performance", *, service: str = "superset", **values: Any
) -> Dashboard:
    _make_sure(DashboardService, service, a_dashboard_service)
    return put(Dashboard, **{"name": name, "service": service} | values)


def a_pipeline(name: str = "nightly", *, service: str = "airflow", **values: Any) -> Pipeline:
    _make_sure(PipelineService, service, a_pipeline_service)
    return put(Pipeline, **{"name": name, "service": service} | values)


# --- ML models ---


def churn_document(**values: Any) -> Document:
    """Return the request for a model with two features; one comes from the orders table."""
    return {
        "name": "churn",
        "service": "mlflow",
        "description": "Who is about to leave.",
        "algorithm": "xgboost",
        "target": "left_within_90_days",
        "server": "https://models.example.org/churn",
        "mlStore": {"storage": "s3://models/churn", "imageRepository": "registry/churn:1"},
        "mlFeatures": [sales_feature(), persona_feature()],
        "mlHyperParameters": [
            {"name": "max_depth", "value": "6", "description": "How deep a tree may grow."},
            {"name": "eta", "value": "0.3"},
        ],
    } | with_references(values)


def sales_feature(**values: Any) -> Document:
    source = {"name": "amount", "dataType": "number", "dataSource": ORDERS}
    return {"name": "sales", "dataType": "numerical", "featureSources": [source]} | values


def persona_feature(**values: Any) -> Document:
    return {
        "name": "persona",
        "dataType": "categorical",
        "featureAlgorithm": "PCA",
        "description": "What kind of customer this is.",
        "featureSources": [{"name": "city", "dataType": "string"}],
    } | values


def what_churn_needs() -> Table:
    """Make the service and the table that `churn_document` names; return the table."""
    _make_sure(MlModelService, "mlflow", a_model_service)
    table = Table.objects.named(ORDERS).first()
    return table if table is not None else a_table("orders", "id INT", "amount DOUBLE")


def a_model(name: str = "churn", *, by: Actor = SYSTEM, **values: Any) -> MlModel:
    """Return the churn model, or with keywords one like it."""
    what_churn_needs()
    if (service := values.get("service")) and isinstance(service, str):
        _make_sure(MlModelService, service, a_model_service)
    return put(MlModel, by=by, **churn_document(name=name, **values))


def a_shell(name: str = "shell", *, service: str = "mlflow", **values: Any) -> MlModel:
    """Return a model of which only the name is known."""
    _make_sure(MlModelService, service, a_model_service)
    return put(MlModel, **{"name": name, "service": service} | values)


def _make_sure(kind: type[Entity], name: str, builder: Any, place: str | None = None) -> None:
    """Make the container that this qualified name asks for, unless it is there."""
    if kind.objects.named(name).exists():
        return
    where = {place: names.parent_of(name)} if place else {}
    builder(names.split(name)[-1], **where)

"""Fill a catalogue with many models: a few are written by lifecycle, the rest are copies of them.

Copies are made inside the database, all rows of a model with new keys and another name, so each is
what lifecycle would have written: tests/test_benchmarks.py compares them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import (
    ChangeEvent,
    DatabaseService,
    Entity,
    EntityVersion,
    Following,
    LineageEdge,
    MlModelService,
    Responsibility,
    Table,
    TagLabel,
    User,
)
from catalog.models.fields import DocumentField
from catalog.models.tables import Database, DatabaseSchema
from mlmodels.models import MlModel
from mlmodels.models.features import FeatureSource, MlFeature
from mlmodels.models.ml_model import MlHyperParameter
from tests.benchmarks.training import COLUMNS, SCHEMA, TABLES, TEMPLATES, a_request, name_of

TAGS = ("Tier.Tier2", "PII.NonSensitive")


def fill(counts: Mapping[str, int], tables: int = TABLES) -> None:
    """Make `counts[size]` models of each size, over some tables. The catalogue must be seeded."""
    people = [_put(User, name=f"user{n}", email=f"user{n}@example.org") for n in range(5)]
    _put(DatabaseService, name="warehouse", serviceType="Postgres")
    _put(Database, name="shop", service="warehouse")
    _put(DatabaseSchema, name="public", database="warehouse.shop")
    columns = [{"name": f"column_{n}", "dataType": "DOUBLE"} for n in range(COLUMNS)]
    for number in range(tables):
        _put(Table, name=f"table_{number:03}", databaseSchema=SCHEMA, columns=columns)
    for size, count in counts.items():
        _put(MlModelService, name=size, serviceType="Mlflow")
        for number in range(min(TEMPLATES, count)):
            owner = people[number % len(people)]
            request = a_request(size, number, tables) | {
                "owners": [{"id": str(owner.pk), "type": "user"}],
                "tags": [{"tagFQN": name} for name in TAGS],
            }
            model = lifecycle.put(MlModel, request, actor=SYSTEM).entity
            for follower in people[:2]:
                lifecycle.follow(model, follower, actor=SYSTEM)
        copy(size, count)


@transaction.atomic
def copy(size: str, count: int) -> None:
    """Make models TEMPLATES … count - 1 of this size from the first ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE copies "
            "(old uuid, new uuid, old_name text, new_name text) ON COMMIT DROP"
        )
        there = MlModel.objects.filter(name__startswith=f"{size}_").order_by("name")
        templates = list(there.values_list("pk", "name")[:TEMPLATES])
        with cursor.copy("COPY copies FROM STDIN") as rows:
            for number in range(TEMPLATES, count):
                pk, name = templates[number % TEMPLATES]
                rows.write_row((pk, uuid.uuid4(), name, name_of(size, number)))
        cursor.execute("ANALYZE copies")
        _copy(Entity, "id", name="copies.new_name", fully_qualified_name=_renamed("text"))
        _copy(MlModel, "entity_ptr_id")
        _copy(MlHyperParameter, "ml_model_id")
        _copy(MlFeature, "ml_model_id")
        _copy_sources()
        for model in (TagLabel, Responsibility, Following, EntityVersion):
            _copy(model, "entity_id")
        _copy(LineageEdge, "to_entity_id")
        _copy(
            ChangeEvent,
            "entity_id",
            uuid="gen_random_uuid()",
            entity_fully_qualified_name=_renamed("text"),
        )
        cursor.execute("DROP TABLE copies")


def tidy() -> None:
    """Give the planner its figures, and do now what the server would do while we measure."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _put(kind: type[Entity], **document: Any) -> Any:
    return lifecycle.put(kind, document, actor=SYSTEM).entity


def _copy(model: type[Model], link: str, **others: str) -> None:
    """Copy the rows that `link` ties to a template; `others` say what else differs, in SQL."""
    differs = {link: "copies.new", **others}
    for field in _columns(model):
        if isinstance(field, DocumentField):
            differs.setdefault(field.column, _renamed("json"))
    _insert(model, differs, f"JOIN copies ON copies.old = t.{link}")


def _copy_sources() -> None:
    """Sources hang on features, and a copied feature is known by its model and name."""
    place = """
        JOIN mlmodels_mlfeature theirs ON theirs.id = t.feature_id
        JOIN copies ON copies.old = theirs.ml_model_id
        JOIN mlmodels_mlfeature ours ON ours.ml_model_id = copies.new AND ours.name = theirs.name
    """
    _insert(FeatureSource, {"feature_id": "ours.id"}, place)


def _insert(model: type[Model], differs: Mapping[str, str], joins: str) -> None:
    columns = [field.column for field in _columns(model)]
    values = [
        differs.get(column, f"t.{column}").replace("{column}", f"t.{column}") for column in columns
    ]
    quoted = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {', '.join(values)} FROM {table} t {joins}"
            f" ORDER BY t.{model._meta.pk.column}"  # rows of one model keep their order
        )


def _columns(model: type[Model]) -> list[Any]:
    """Return what is stored and not made by the database itself."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and field.get_internal_type() != "BigAutoField"
    ]


def _renamed(type_name: str) -> str:
    text = "replace({column}::text, copies.old::text, copies.new::text)"
    return f"replace({text}, copies.old_name, copies.new_name)::{type_name}"

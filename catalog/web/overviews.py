"""The Overview tabs: what each kind of entity is, in a form made for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from catalog import names
from catalog.models import Entity
from catalog.models.entity import Document
from catalog.models.tables import nested
from catalog.models.uses import Use, users_by_column, uses_of
from catalog.web.headers import document_of
from catalog.web.sentences import item_name, label_of
from catalog.web.tabs import Context
from catalog.web.word_diff import readable

LINK, TEXT, CODE, ENTITIES, TAG, EMAIL, WHEN = (
    f"catalog/facts/{name}.html"
    for name in ("link", "text", "code", "entities", "tag", "email", "when")
)
SHAPES = {
    "sourceUrl": LINK,
    "email": EMAIL,
    "certification": TAG,
} | dict.fromkeys(("locationPath", "pipelineLocation", "externalId", "scheduleInterval"), CODE)
"""How a field is shown among the facts; as text if it is not here."""

# Shown in a place of their own, or nothing that people read.
ELSEWHERE = frozenset(
    "connection style provider profile lifeCycle sourceHash processedLineage schemaDefinition"
    " dataModel tableProfilerConfig extension tableConstraints botUser".split()
)
WORDS = {
    "mutuallyExclusive": "One at a time",
    "isJoinable": "Open to join",
    "isAdmin": "Administrator",
    "isBot": "Robot",
    "default": "The default one",
}
"""What facts that are true or false are called, where the field's own name says too little."""

AROUND = ("experts", "reviewers", "teams", "parents", "dashboards")
ABOVE = ("service", "database", "databaseSchema", "classification", "parent")
MOST_USES = 500


def anything(request: HttpRequest, entity: Entity) -> Context:
    """Return what the overview of every kind shows; the document is all it asks for."""
    document = document_of(entity)
    return {
        "facts": list(_facts(entity, document)),
        "extension": [
            {"label": name, "value": readable(value), "part": TEXT}
            for name, value in sorted((document.get("extension") or {}).items())
        ],
    }


def table(request: HttpRequest, entity: Entity) -> Context:
    """Return the columns of a table, nested ones after the one they are in."""
    document = document_of(entity)
    users = users_by_column(uses(entity))
    columns = list(nested("columns", document.get("columns") or []))
    constraints = document.get("tableConstraints") or []
    return anything(request, entity) | {
        "columns": [
            column
            | {
                "path": path,
                "depth": len(names.split(path)) - 2,
                "users": users.get(path, 0),
                "constraints": list(_constraints(column, constraints)),
            }
            for path, column in columns
        ],
        "described": sum(bool(column.get("description")) for _, column in columns),
        "is_used": bool(users),
        "table_constraints": [item_name(item) for item in constraints],
        "definition": document.get("schemaDefinition"),
    }


def service(request: HttpRequest, entity: Entity) -> Context:
    """Return the connection of a service as lines; its secrets are masked already."""
    connection = document_of(entity).get("connection") or {}
    return anything(request, entity) | {"connection": readable(connection.get("config") or {})}


def pipeline(request: HttpRequest, entity: Entity) -> Context:
    """Return the tasks in the order in which they run, each with those before and after it."""
    tasks = document_of(entity).get("tasks") or []
    before: dict[str, list[str]] = {}
    for task in tasks:
        for name in task.get("downstreamTasks") or []:
            before.setdefault(name, []).append(task["name"])
    shown = [task | {"upstreamTasks": before.get(task["name"], [])} for task in in_order(tasks)]
    return anything(request, entity) | {"tasks": shown}


def in_order(tasks: list[Document]) -> list[Document]:
    """Return tasks so that each comes after those it waits for; what is left runs in a circle."""
    waiting = {task["name"]: task for task in tasks}
    ordered: list[Document] = []
    while waiting:
        blocked = {n for task in waiting.values() for n in task.get("downstreamTasks") or []}
        ready = [task for name, task in waiting.items() if name not in blocked]
        for task in ready or [*waiting.values()]:
            ordered.append(waiting.pop(task["name"]))
    return ordered


def uses(entity: Entity) -> list[Use]:
    """Return what uses the entity; read once for each row object."""
    if "page_uses" not in entity.__dict__:
        entity.__dict__["page_uses"] = uses_of(entity)
    return entity.__dict__["page_uses"]


def used_by(request: HttpRequest, entity: Entity) -> Context:
    """Return who uses the entity and how; three queries for any number of uses."""
    found = uses(entity)
    is_table = entity.entity_type == "table"
    return {
        "uses": [_shown(use, is_table=is_table) for use in found[:MOST_USES]],
        "users": count_of_users(entity),
        "left_out": max(0, len(found) - MOST_USES),
    }


def count_of_users(entity: Entity) -> int:
    return len({use.user["id"] for use in uses(entity)})


def served_models(request: HttpRequest, entity: Entity) -> Context:
    """Return the models whose performance a dashboard shows."""
    served = [use.user for use in uses(entity) if use.role == "dashboard"]
    return anything(request, entity) | {"served": served}


def _shown(use: Use, *, is_table: bool) -> Context:
    return {
        "user": use.user,
        "role": use.role,
        "feature": use.part,
        "source": use.source,
        "column": use.column.removeprefix("columns."),
        "path": use.column,
        "is_broken": is_table and bool(use.source) and not use.column,
    }


def _facts(entity: Entity, document: Document) -> Iterator[Context]:
    if entity.display_name and entity.display_name != entity.name:
        yield {"label": "Name", "value": entity.name, "part": CODE}
    for name in ABOVE:
        if isinstance(document.get(name), dict):
            yield _fact(name, [document[name]], ENTITIES)
    kind = type(entity)
    for name in (*kind.plain, *kind.plain_on_request):
        value = document.get(name)
        # What is false is nothing to tell of, like what is absent.
        if name not in ELSEWHERE and value not in (None, False, "", [], {}):
            shape = SHAPES.get(name, TEXT)
            yield _fact(name, value if shape != TEXT else readable(value), shape)
    for name in AROUND:
        if document.get(name):
            yield _fact(name, document[name], ENTITIES)
    yield {"label": "Changed", "value": entity, "part": WHEN}


def _fact(name: str, value: Any, part: str) -> Context:
    return {"label": WORDS.get(name) or label_of(name), "value": value, "part": part}


def _constraints(column: Document, of_table: list[Document]) -> Iterator[str]:
    """Yield the constraints of a column: its own, and those of the table that name it."""
    own = column.get("constraint")
    words = [own] if own and own != "NULL" else []
    words += [
        item["constraintType"]
        for item in of_table
        if column["name"] in (item.get("columns") or []) and item.get("constraintType")
    ]
    for word in dict.fromkeys(words):
        yield word.replace("_", " ").lower()

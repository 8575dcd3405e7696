"""Short ways to write the documents of the demo data; nothing here touches the database."""

from __future__ import annotations

import re
from typing import Any

from catalog import names

Document = dict[str, Any]

DATABASE = "snowflake.analytics"
SIZED = {"VARCHAR", "CHAR"}


def table_name(name: str) -> str:
    """Return the qualified name of a warehouse table: "core.orders"."""
    return f"{DATABASE}.{name}"


def owned_by(*teams: str) -> list[Document]:
    return [{"type": "team", "fullyQualifiedName": team} for team in teams]


def owned_by_users(*users: str) -> list[Document]:
    return [{"type": "user", "fullyQualifiedName": user} for user in users]


def labels(*tags: str) -> list[Document]:
    return [{"tagFQN": tag} for tag in tags]


def column(
    name: str,
    data_type: str,
    description: str = "",
    *tags: str,
    inside: tuple[Document, ...] = (),
    key: bool = False,
) -> Document:
    """Return a column; `data_type` is written as in SQL: "varchar(320)", "array<varchar>"."""
    word, numbers, element = re.fullmatch(
        r"(\w+)(?:\(([\d, ]+)\))?(?:<(\w+)>)?", data_type
    ).groups()
    sizes = [int(number) for number in (numbers or "").split(",") if number]
    document: Document = {"name": name, "dataType": word.upper(), "dataTypeDisplay": data_type}
    sizes_are = ("dataLength",) if word.upper() in SIZED else ("precision", "scale")
    document |= dict(zip(sizes_are, sizes, strict=False))  # a number may have no scale
    if element:
        document["arrayDataType"] = element.upper()
    if inside:
        document["children"] = list(inside)
    if description:
        document["description"] = description
    if tags:
        document["tags"] = labels(*tags)
    if key:
        document["constraint"] = "PRIMARY_KEY"
    return document


def source(place: str, data_type: str) -> Document:
    """Return a feature source: "core.customers.birth_date", or a bare name that nobody maps."""
    schema, dot, rest = place.partition(".")
    if not dot:
        return {"name": place, "dataType": data_type}
    table, _, name = rest.partition(".")
    above = {"type": "table", "fullyQualifiedName": table_name(f"{schema}.{table}")}
    return {"name": name, "dataType": data_type, "dataSource": above}


def feature(
    name: str,
    data_type: str,
    description: str,
    *sources: Document,
    algorithm: str = "",
    tags: tuple[str, ...] = (),
) -> Document:
    document: Document = {"name": name, "dataType": data_type}
    if description:
        document["description"] = description
    if algorithm:
        document["featureAlgorithm"] = algorithm
    if sources:
        document["featureSources"] = list(sources)
    if tags:
        document["tags"] = labels(*tags)
    return document


def parameter(name: str, value: str, description: str = "") -> Document:
    words = {"description": description} if description else {}
    return {"name": name, "value": value} | words


def task(name: str, kind: str, description: str, *then: str) -> Document:
    """Return a pipeline task; `then` are the tasks that run after it."""
    return {
        "name": name,
        "taskType": kind,
        "description": description,
        "downstreamTasks": list(then),
    }


def mapped(source_name: str, target_name: str, columns: Document) -> list[Document]:
    """Return column lineage from {target column: source columns, or (source columns, function)}.

    Source columns are words in one string; "address.city" is a column inside another.
    """
    lineage = []
    for target, made_from in columns.items():
        used, function = made_from if isinstance(made_from, tuple) else (made_from, "")
        mapping: Document = {
            "fromColumns": [names.join(source_name, *name.split(".")) for name in used.split()],
            "toColumn": names.join(target_name, *target.split(".")),
        }
        lineage.append(mapping | ({"function": function} if function else {}))
    return lineage

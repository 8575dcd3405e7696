"""The API as a client meets it: a caller with a token, and what a request of each kind needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from django.http import HttpResponse
from django.test import Client

from catalog.models import Entity, User
from catalog.models.entity import Document
from tests import builders

V2, V1_13 = "/api/v1/", "/compat/1.13/api/v1/"


class Caller:
    """Calls the API with a user's token. No answer to any call may be a 500."""

    def __init__(self, user: User | None = None, *, mount: str = V2, token: str | None = None):
        self.mount = mount
        self.token = token or (builders.a_token(user) if user else None)
        self.client = Client()

    def __call__(
        self, verb: str, path: str, body: Any = ..., *, raw: bytes | None = None, **options: Any
    ) -> HttpResponse:
        """Send `body` as JSON, or `raw` as it is; `if_match` is a header, the rest parameters."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if (if_match := options.pop("if_match", None)) is not None:
            headers["If-Match"] = if_match
        parameters = {k.rstrip("_"): _text(v) for k, v in options.items()}
        path = self.mount + path + ("?" + urlencode(parameters) if parameters else "")
        data = raw if raw is not None else b"" if body is ... else orjson.dumps(body)
        response = self.client.generic(verb, path, data, "application/json", headers=headers)
        assert response.status_code != 500, (verb, path, response.content)
        return response

    def get(self, path: str, **options: Any) -> HttpResponse:
        return self("GET", path, **options)

    def put(self, path: str, body: Any = ..., **options: Any) -> HttpResponse:
        return self("PUT", path, body, **options)

    def post(self, path: str, body: Any = ..., **options: Any) -> HttpResponse:
        return self("POST", path, body, **options)

    def patch(self, path: str, body: Any = ..., **options: Any) -> HttpResponse:
        return self("PATCH", path, body, **options)

    def delete(self, path: str, body: Any = ..., **options: Any) -> HttpResponse:
        return self("DELETE", path, body, **options)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def told(response: HttpResponse, status: int = 200) -> Any:
    """Return the JSON of an answer that must have this status."""
    assert response.status_code == status, (response.status_code, response.content[:2000])
    return orjson.loads(response.content)


def refused(response: HttpResponse, status: int, *words: str) -> str:
    """Return the message of a refusal, which is `code` and `message` and nothing else."""
    body = told(response, status)
    assert set(body) == {"code", "message"}
    assert body["code"] == status
    assert isinstance(body["message"], str)
    for word in words:
        assert word in body["message"], body["message"]
    return body["message"]


def at(entity: Entity) -> str:
    """Return the path of an entity by id."""
    return f"{entity.collection}/{entity.pk}"


def named(kind: type[Entity], name: str) -> str:
    """Return the path of an entity by name, encoded as the SDK encodes it."""
    return f"{kind.collection}/name/{quote(name, safe='')}"


def changed(document: Document) -> dict[str, list[str]]:
    """Return the names that the document's change description lists, by list."""
    description = document["changeDescription"]
    lists = ("fieldsAdded", "fieldsUpdated", "fieldsDeleted")
    return {key: [c["name"] for c in description[key]] for key in lists if description[key]}


def reference(entity: Entity) -> Document:
    return {"id": str(entity.pk), "type": entity.entity_type}


def link(api: Caller, source: Entity, target: Entity, **edge: Any) -> HttpResponse:
    """Put a lineage edge."""
    ends = {"fromEntity": reference(source), "toEntity": reference(target)}
    return api.put("lineage", {"edge": ends | edge})


def lineage_of(api: Caller, entity: Entity, up: int = 1, down: int = 1) -> Document:
    """Return the lineage of an entity, which by id and by name must be the same."""
    depths = {"upstreamDepth": up, "downstreamDepth": down}
    name = quote(entity.fully_qualified_name, safe="")
    by_id = told(api.get(f"lineage/{entity.entity_type}/{entity.pk}", **depths))
    assert told(api.get(f"lineage/{entity.entity_type}/name/{name}", **depths)) == by_id
    return by_id


def nodes(lineage: Document) -> list[str]:
    return [node["name"] for node in lineage["nodes"]]


# --- A request of each kind ---


@dataclass(frozen=True)
class Sample:
    """What to make first, and the smallest request that creates one entity of a kind."""

    kind: str
    needs: Callable[[], Any]
    request: Document

    def made(self, **values: Any) -> Document:
        self.needs()
        return self.request | values


def _nothing() -> None:
    pass


SAMPLES = {
    sample.kind: sample
    for sample in (
        Sample("databaseService", _nothing, {"name": "warehouse", "serviceType": "Postgres"}),
        Sample("dashboardService", _nothing, {"name": "superset", "serviceType": "Superset"}),
        Sample("pipelineService", _nothing, {"name": "airflow", "serviceType": "Airflow"}),
        Sample("mlmodelService", _nothing, {"name": "mlflow", "serviceType": "Mlflow"}),
        Sample("database", builders.a_database_service, {"name": "shop", "service": "warehouse"}),
        Sample(
            "databaseSchema", builders.a_database, {"name": "public", "database": "warehouse.shop"}
        ),
        Sample(
            "table",
            builders.a_schema,
            {"name": "orders", "databaseSchema": builders.SCHEMA, "columns": []},
        ),
        Sample("chart", builders.a_dashboard_service, {"name": "sales", "service": "superset"}),
        Sample("dashboard", builders.a_dashboard_service, {"name": "board", "service": "superset"}),
        Sample("pipeline", builders.a_pipeline_service, {"name": "nightly", "service": "airflow"}),
        Sample("mlmodel", builders.a_model_service, {"name": "churn", "service": "mlflow"}),
        Sample("user", _nothing, {"name": "zoe", "email": "zoe@example.org"}),
        Sample("team", _nothing, {"name": "analysts", "teamType": "Group"}),
        Sample("bot", builders.a_bot, {"name": "nightly-bot", "botUser": "robot"}),
        Sample("classification", _nothing, {"name": "Use", "description": "What it is for."}),
        Sample(
            "tag",
            lambda: builders.a_classification("Use"),
            {"name": "Free", "description": "Free to use.", "classification": "Use"},
        ),
        Sample(
            "domain",
            _nothing,
            {"name": "Sales", "description": "All sales.", "domainType": "Aggregate"},
        ),
    )
}
KINDS = sorted(SAMPLES)


def kind_of(name: str) -> type[Entity]:
    return Entity.kinds()[name]


def op(verb, path, *value, **more):
    return {"op": verb, "path": path} | ({"value": value[0]} if value else {}) | more


def label(name):
    builders.tags(name)
    return {"tagFQN": name, "source": "Classification", "labelType": "Manual", "state": "Confirmed"}

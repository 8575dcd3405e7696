"""What is measured, and the budget of each row; docs/performance.md tells where they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from urllib.parse import quote

import orjson

from tests.benchmarks import load, mlflow, training

PAGE = 50
CHANGED_AT_ONCE = 100  # models that a run of changing PUTs goes round
RELATIONS = "fields=owners,tags,followers"
Requests = Callable[[], Sequence[bytes]]
NO_CHANGE, UPDATED = "entityNoChange", "entityUpdated"

_variants = count(1)
_new_models = count(1)


@dataclass(frozen=True)
class Budget:
    """A limit for one figure of a row, or, with `of`, for how often it does what that row does."""

    figure: str  # "p50" or "rate"; with `of` the speed at p50
    limit: float
    of: str = ""

    @property
    def is_ceiling(self) -> bool:
        return self.figure == "p50" and not self.of

    def __str__(self) -> str:
        if self.of:
            return f"≥ {self.limit:.2g} × as fast as {self.of}"
        return f"p50 ≤ {self.limit:g} ms" if self.figure == "p50" else f"≥ {self.limit:,.0f}/s"


@dataclass(frozen=True)
class Row:
    """One kind of request to one of the servers."""

    name: str
    server: str  # "almanac", "bare", "mlflow"
    requests: Requests
    budgets: tuple[Budget, ...] = ()
    connections: tuple[int, ...] = (1, 8)
    expects: dict[str, str] = field(default_factory=dict)  # headers of each right answer


def faster(limit: float, of: str) -> Budget:
    return Budget("p50", limit, of)


def p50(limit: float) -> Budget:
    return Budget("p50", limit)


def rate(limit: float) -> Budget:
    return Budget("rate", limit)


def rows(counts: dict[str, int], ports: dict[str, int], token: str, session: str) -> Iterator[Row]:
    """Yield all rows, the compared ones first; `session` is the cookie of a signed-in person."""
    api = {"Authorization": f"Bearer {token}"}
    person = {"Cookie": f"sessionid={session}"}

    def get(path: str, server: str = "almanac", **headers: str) -> bytes:
        return load.request("GET", path, ports[server], headers)

    def each(size: str, path: str, server: str = "almanac", **headers: str) -> Requests:
        names = [training.name_of(size, (n * 7919) % counts[size]) for n in range(1000)]
        return lambda: [get(path.replace("{}", f"{size}.{n}"), server, **headers) for n in names]

    def put(size: str, number: int, variant: int) -> bytes:
        body = orjson.dumps(training.a_request(size, number, variant=variant))
        return load.request("PUT", "/api/v1/mlmodels", ports["almanac"], api, body)

    def changed() -> list[bytes]:
        # Each run has values of its own, and no model is sent the same twice in a row.
        last = range(counts["wide"] - CHANGED_AT_ONCE, counts["wide"])
        return [put("wide", n, next_) for next_ in (next(_variants), next(_variants)) for n in last]

    def unchanged() -> list[bytes]:
        return [put("wide", n, 0) for n in range(min(200, counts["wide"] - CHANGED_AT_ONCE))]

    yield Row("Django, no-op", "bare", lambda: [get("/nothing", "bare")])
    yield Row("Django + raw query", "bare", each("small", "/stored/{}", "bare"))
    if "mlflow" in ports:
        yield from _mlflow_rows(get, ports["mlflow"])

    name, page = "/api/v1/mlmodels/name/{}", f"/api/v1/mlmodels?limit={PAGE}&fields=owners,tags"
    yield Row(
        "GET model, 5 KB",
        "almanac",
        each("small", name, **api),
        (p50(1.5), rate(1300), faster(4, "MLflow get"), faster(0.5, "Django + raw query")),
    )
    yield Row(
        "GET model, 5 KB, with owners, tags, followers",
        "almanac",
        each("small", f"{name}?{RELATIONS}", **api),
        (p50(4), faster(2, "MLflow get")),
    )
    yield Row("GET model, 50 × 3", "almanac", each("wide", name, **api))
    yield Row(
        "GET model, 50 × 3, with owners, tags, followers",
        "almanac",
        each("wide", f"{name}?{RELATIONS}", **api),
    )
    yield Row(
        f"list of {PAGE} models, 5 KB, with owners and tags",
        "almanac",
        lambda: [get(f"{page}&service=small", **api)],
        (p50(8), rate(200), faster(3.5, f"MLflow search, page of {PAGE}")),
    )
    yield Row(
        f"list of {PAGE} models, 50 × 3, with owners and tags",
        "almanac",
        lambda: [get(f"{page}&service=wide", **api)],
    )
    yield Row(
        "PUT unchanged, 50 × 3",
        "almanac",
        unchanged,
        (p50(6),),
        expects={"X-OpenMetadata-Change": NO_CHANGE},
    )
    yield Row(
        "PUT changed, 50 × 3, with lineage",
        "almanac",
        changed,
        (p50(15), rate(100), faster(1 / 2.2, "MLflow create")),
        expects={"X-OpenMetadata-Change": UPDATED},
    )
    yield Row(
        "HTML model page, 50 × 3",
        "almanac",
        each("wide", "/mlmodel/{}", **person),
        (p50(10),),
        connections=(1,),
    )
    yield Row(
        "HTML list page",
        "almanac",
        lambda: [get("/mlmodel/", **person)],
        (p50(15),),
        connections=(1,),
    )


def _mlflow_rows(get: Callable[..., bytes], port: int) -> Iterator[Row]:
    def names() -> list[bytes]:
        known = [quote(mlflow.name(n)) for n in range(mlflow.MODELS)]
        return [get(f"{mlflow.API}get?name={name}", "mlflow") for name in known]

    def new(number: int) -> bytes:
        body = json.dumps({"name": f"new_{number}", "tags": mlflow.TAGS}).encode()
        return load.request("POST", f"{mlflow.API}create", port, {}, body)

    yield Row("MLflow get", "mlflow", names)
    yield Row(
        f"MLflow search, page of {PAGE}",
        "mlflow",
        lambda: [get(f"{mlflow.API}search?max_results={PAGE}", "mlflow")],
    )
    many = partial(range, 5000)  # more than it can make in the time of a row
    yield Row("MLflow create", "mlflow", lambda: [new(next(_new_models)) for _ in many()])

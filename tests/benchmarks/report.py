"""What a run prints: the figures of each row, and how they stand to the budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.load import Timed
from tests.benchmarks.rows import Budget, Row

START_S, START_RATIO = 3, 2.5
MEMORY_MB, MEMORY_RATIO = 200, 9


@dataclass
class Measured:
    """All figures of one row; what is shown is the median of the rounds."""

    row: Row
    size: int  # bytes of one answer
    timed: dict[int, list[Timed]] = field(default_factory=dict)  # by connections

    def add(self, connections: int, timed: Timed) -> None:
        self.timed.setdefault(connections, []).append(timed)

    @property
    def p50(self) -> float:
        return median(timed.p50 for timed in self.timed[1])

    @property
    def p95(self) -> float:
        return median(timed.p95 for timed in self.timed[1])

    @property
    def rate(self) -> float | None:
        return median(timed.rate for timed in self.timed[8]) if 8 in self.timed else None

    @property
    def cpu(self) -> float:
        return median(timed.cpu_ms for timed in self.timed[max(self.timed)])


def table(measured: Sequence[Measured]) -> str:
    """Return a Markdown table of the figures."""
    lines = [
        "| row | answer, KB | p50 ms, c=1 | p95 ms, c=1 | answers/s, c=8 | CPU ms each |",
        "|---|---|---|---|---|---|",
    ]
    for one in measured:
        rate = f"{one.rate:,.0f}" if one.rate else ""
        lines.append(
            f"| {one.row.name} | {one.size / 1024:.1f} | {one.p50:.2f} | {one.p95:.2f} | {rate} "
            f"| {one.cpu:.2f} |"
        )
    return "\n".join([*lines, ""])


def budgets(
    measured: Sequence[Measured], starts: Mapping[str, float], memory: Mapping[str, float]
) -> str:
    """Return a Markdown table of the budgets; what is over is said in capitals."""
    lines = ["| row | budget | measured | |", "|---|---|---|---|"]
    found = {one.row.name: one for one in measured}
    for one in measured:
        for budget in one.row.budgets:
            if budget.of in found or not budget.of:
                value = _value(budget, one, found)
                is_kept = value <= budget.limit if budget.is_ceiling else value >= budget.limit
                lines.append(_line(one.row.name, str(budget), _told(budget, value), is_kept))
    lines += _starts(starts)
    lines += _memory(memory)
    return "\n".join([*lines, ""])


def _value(budget: Budget, one: Measured, found: Mapping[str, Measured]) -> float:
    if budget.of:
        return found[budget.of].p50 / one.p50
    return one.p50 if budget.figure == "p50" else one.rate or 0


def _told(budget: Budget, value: float) -> str:
    if budget.of:
        return f"{value:.2f} ×"
    return f"{value:.2f} ms" if budget.figure == "p50" else f"{value:,.0f}/s"


def _starts(starts: Mapping[str, float]) -> Iterator[str]:
    yield f"| start to /readyz, first | | {starts['first']:.2f} s | |"
    second = starts["second"]
    yield _line("… second", f"≤ {START_S} s", f"{second:.2f} s", second <= START_S)
    if "mlflow" in starts:
        ratio = starts["mlflow"] / second
        told = f"{ratio:.1f} × ({starts['mlflow']:.1f} s)"
        yield _line("…", f"≥ {START_RATIO} × faster than MLflow", told, ratio >= START_RATIO)


def _memory(memory: Mapping[str, float]) -> Iterator[str]:
    own = memory["almanac"]
    name = "memory, 2 workers, PSS without database"
    yield _line(name, f"≤ {MEMORY_MB} MB", f"{own:.0f} MB", own <= MEMORY_MB)
    if "mlflow" in memory:
        ratio = memory["mlflow"] / own
        told = f"1/{ratio:.1f} ({memory['mlflow']:.0f} MB)"
        yield _line("…", f"≤ 1/{MEMORY_RATIO} of MLflow", told, ratio >= MEMORY_RATIO)


def _line(name: str, budget: str, told: str, is_kept: bool) -> str:
    return f"| {name} | {budget} | {told} | {'ok' if is_kept else 'OVER'} |"

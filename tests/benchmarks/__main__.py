"""`python -m tests.benchmarks`: start everything, measure in rounds, print the table, stop it."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import load, mlflow, report, servers
from tests.benchmarks.servers import Server

LEAST_ANSWERS = 50


def main() -> None:
    options = _options()
    began = time.monotonic()
    with ExitStack() as stack:
        home = _an_empty_home(stack)
        starts = {}
        for what in ("first", "second"):
            with servers.almanac(home, servers.free_port()) as server:
                starts[what] = server.start_s
        print(f"{_now()} started twice", flush=True)
        token, session = _fill(stack, home, options)
        running = _start(stack, home, options)
        print(f"{_now()} filled and started after {time.monotonic() - began:.0f} s", flush=True)
        measured = _measure(running, token, session, options)
        memory = {name: server.memory_mb() for name, server in running.items()}
        starts |= {name: running[name].start_s for name in running if name == "mlflow"}
    took = time.monotonic() - began
    print(
        f"\n{_now()} UTC, {os.cpu_count()} cores, Python {platform.python_version()}, client "
        f"{load.client()}; {options.small:,} models of 5 KB and {options.wide:,} of 50 features "
        f"× 3 sources; medians of {options.rounds} rounds; {took:.0f} s in all\n"
    )
    print(report.table(measured))
    print(report.budgets(measured, starts, memory))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("--small", type=int, default=8000, help="how many models of 5 KB (default %(default)s)")
    add("--wide", type=int, default=2000, help="how many of 50 features × 3 sources (%(default)s)")
    add("--rounds", type=int, default=3, help="how often each row is measured (%(default)s)")
    add("--seconds", type=float, default=2, help="for how long at least (%(default)s)")
    add("--only", default="", help="measure only the rows with this text in their names")
    add("--no-peer", action="store_true", help="leave MLflow out")
    return parser.parse_args()


def _an_empty_home(stack: ExitStack) -> Path:
    """Make a data folder of our own; as root where PostgreSQL's account can get to it."""
    above = "/var/lib" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="almanac-bench-", dir=above))
    stack.callback(shutil.rmtree, home, ignore_errors=True)
    os.environ["ALMANAC_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    return home


def _fill(stack: ExitStack, home: Path, options: argparse.Namespace) -> tuple[str, str]:
    """Hold the database, fill it; return an admin's token and the key of their session."""
    import django

    from catalog import embedded

    stack.callback(embedded.stop)
    embedded.start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "catalog.settings"
    django.setup()
    from django.db import connection
    from django.test import Client

    from catalog import lifecycle
    from catalog.access import SYSTEM
    from catalog.models import User
    from tests.benchmarks import filling

    filling.fill({"small": options.small, "wide": options.wide})
    filling.tidy()
    admin = User.objects.get(username="admin")
    token = lifecycle.issue_token(admin, "benchmark", actor=SYSTEM)
    browser = Client()
    browser.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    connection.close()
    return token, browser.cookies["sessionid"].value


def _start(stack: ExitStack, home: Path, options: argparse.Namespace) -> dict[str, Server]:
    start = stack.enter_context
    running = {
        "almanac": start(servers.almanac(home, servers.free_port())),
        "bare": start(
            servers.almanac(home, servers.free_port(), settings="tests.benchmarks.bare_settings")
        ),
    }
    if options.no_peer:
        return running
    try:
        from catalog import embedded

        peer = start(mlflow.start(embedded.address(), home / "mlflow.log", servers.free_port()))
        mlflow.fill(peer.port)
        running["mlflow"] = peer
    except mlflow.Missing as reason:
        print(f"Without MLflow: {reason}", file=sys.stderr)
    return running


def _measure(
    running: dict[str, Server], token: str, session: str, options: argparse.Namespace
) -> list[report.Measured]:
    from tests.benchmarks.rows import rows

    counts = {"small": options.small, "wide": options.wide}
    ports = {name: server.port for name, server in running.items()}
    wanted = [row for row in rows(counts, ports, token, session) if options.only in row.name]
    measured = {
        row.name: report.Measured(
            row, load.check(row.requests()[0], ports[row.server], row.expects)
        )
        for row in wanted
    }
    for number in range(options.rounds):
        for row in wanted:
            for connections in row.connections:
                try:
                    timed = load.replay(
                        row.requests,
                        running[row.server],
                        connections=connections,
                        seconds=options.seconds,
                        least=LEAST_ANSWERS,
                    )
                except load.Refused as reason:
                    raise SystemExit(f"{row.name}, c={connections}: {reason}") from reason
                measured[row.name].add(connections, timed)
        print(f"{_now()} round {number + 1} of {options.rounds} done", flush=True)
    return list(measured.values())


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    main()

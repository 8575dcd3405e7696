"""The peer: MLflow's model registry on gunicorn, in an environment and a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.benchmarks.servers import ROOT, DidNotStart, Server

VERSION = "3.17.2"
FOLDER = ROOT / ".bench" / f"mlflow-{VERSION}"
WORKERS = 2
MODELS = 1000
TAGS = [{"key": f"tag{number}", "value": f"value {number}"} for number in range(5)]
API = "/api/2.0/mlflow/registered-models/"


class Missing(RuntimeError):
    """MLflow could not be installed or started; the message says so in a sentence."""


def install() -> None:
    """Install MLflow on first use. Raise Missing."""
    if (FOLDER / "installed").exists():
        return
    print(f"Installing MLflow {VERSION} into {FOLDER} (this is done once) …", flush=True)
    python = FOLDER / "bin" / "python"
    packages = [f"mlflow=={VERSION}", "gunicorn", "psycopg2-binary"]
    try:
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True, capture_output=True)
        subprocess.run(
            [python, "-m", "pip", "-q", "--disable-pip-version-check", "install", *packages],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        last = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        raise Missing(f"MLflow {VERSION} cannot be installed here: {last}") from None
    (FOLDER / "installed").touch()


def start(server: dict[str, str], log: Path, port: int) -> Server:
    """Start MLflow on the PostgreSQL that libpq reaches with `server`. Raise Missing."""
    install()
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS mlflow")
        connection.execute("CREATE DATABASE mlflow")
    store = f"postgresql+psycopg2://{server['user']}@/mlflow?host={quote(server['host'], safe='')}"
    command = [str(FOLDER / "bin" / "mlflow"), "server", "--host=127.0.0.1", f"--port={port}"]
    command += [f"--backend-store-uri={store}", f"--artifacts-destination={log.parent / 'files'}"]
    command += [f"--workers={WORKERS}", "--gunicorn-opts=--no-control-socket"]
    path = f"{FOLDER / 'bin'}:{os.environ['PATH']}"  # it calls its own gunicorn by name
    own = {"PATH": path, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    try:
        return Server(command, "/health", port, log, own)
    except DidNotStart as reason:
        raise Missing(f"MLflow did not start: {reason}") from None


def fill(port: int) -> None:
    """Register models through MLflow's API, each with five tags and a description."""
    for number in range(MODELS):
        body = json.dumps(
            {"name": name(number), "tags": TAGS, "description": "Who leaves. " * 20}
        ).encode()
        address = f"http://127.0.0.1:{port}{API}create"
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
            answer.read()


def name(number: int) -> str:
    return f"model_{number:05}"

"""A real Almanac server for the SDK to talk to: its own data folder, its own database, one port."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# What the test run itself goes by; the server is to find its own settings and database.
NOT_INHERITED = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """Where a running catalogue answers, and a token of its administrator."""

    url: str
    token: str


@contextmanager
def running_server() -> Iterator[Server]:
    """Start `manage.py serve` on an empty catalogue, yield it when it is ready, stop it again.

    ALMANAC_URL and ALMANAC_TOKEN name a server that already runs; then that one is used.
    """
    if "ALMANAC_URL" in os.environ:
        yield Server(os.environ["ALMANAC_URL"].rstrip("/"), os.environ["ALMANAC_TOKEN"])
        return
    home = Path(tempfile.mkdtemp(prefix="almanac-compat-", dir=_parent_of_data_folders()))
    port = _free_port()
    environment = _environment(home, port)
    log = home / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, log)
        yield Server(url, _token(environment))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(home, ignore_errors=True)


def _parent_of_data_folders() -> str | None:
    """Choose a folder the embedded PostgreSQL may enter: as root it runs as another user."""
    return "/var/lib" if os.geteuid() == 0 else None


def _environment(home: Path, port: int) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    return inherited | {
        "ALMANAC_HOME": str(home / "data"),
        "ALMANAC_ADMIN_PASSWORD": secrets.token_urlsafe(16),
        "DEMO": "0",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]


def _wait_until_ready(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with code {process.returncode}:\n{_tail(log)}")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"The server was not ready after {START_SECONDS} s:\n{_tail(log)}")


def _token(environment: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "create_token", "admin"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    token = done.stdout.strip()
    if done.returncode or not token or token.split() != [token]:
        raise RuntimeError(f"create_token printed no token: {done.stdout!r}\n{done.stderr[-2000:]}")
    return token


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-4000:]

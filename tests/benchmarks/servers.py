"""The servers of a run, each on a port of its own and stopped at its end; what they cost is read
from /proc, so it holds on a machine that others use too."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 120
STOP_S = 15
TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStart(RuntimeError):
    """A server ended, or answered nothing, before it was ready."""


class Server:
    """A running server and all processes below it."""

    def __init__(
        self, command: list[str], ready: str, port: int, log: Path, environment: Mapping[str, str]
    ) -> None:
        """Start it and wait until `ready` answers 200. Raise DidNotStart."""
        self.port, self._log = port, log
        began = time.perf_counter()
        with log.open("a") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        try:
            self._wait(ready)
        except BaseException:
            self.stop()
            raise
        self.start_s = time.perf_counter() - began

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait(self, path: str) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5):
                    return
            except OSError:
                time.sleep(0.01)
        raise DidNotStart(self._log.read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """End it as a supervisor does; what does not listen is killed."""
        below = self._processes()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in below[1:]:
            if _parent(pid) is not None:  # outlived its server
                os.kill(pid, signal.SIGKILL)

    def cpu_s(self) -> float:
        """Return the seconds of processor that the server's processes used so far."""
        return sum(_cpu_s(pid) for pid in self._processes())

    def memory_mb(self) -> float:
        """Return the proportional set size: memory that workers share counts once."""
        return sum(_pss_kb(pid) for pid in self._processes()) / 1024

    def _processes(self) -> list[int]:
        found = [self.process.pid]
        for pid in found:  # grows while it is walked
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in _read(children).split()]
        return found


def almanac(home: Path, port: int, *, settings: str = "catalog.settings") -> Server:
    """Start Almanac as `make run` does, with an empty catalogue in `home`."""
    environment = {
        "ALMANAC_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": settings,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DEMO": "0",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "manage.py", "serve"]
    return Server(command, "/readyz", port, home / f"{settings}.log", environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


def _parent(pid: int) -> int | None:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return int(fields[1]) if fields and fields[0] != "Z" else None


def _cpu_s(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _pss_kb(pid: int) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

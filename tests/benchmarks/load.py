"""Send requests over kept-alive connections and take the time: with wrk, or without it here."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

from tests.benchmarks.servers import Server

LONGEST_S = 30


class Refused(RuntimeError):
    """The server answered with an error, or not at all: there is nothing to measure."""


@dataclass(frozen=True)
class Timed:
    """What a client saw: how many answers in how many seconds, and how long one took, in ms."""

    count: int
    seconds: float
    p50: float
    p95: float
    cpu_ms: float = 0  # what the server's processes spent on one answer

    @property
    def rate(self) -> float:
        return self.count / self.seconds


def request(
    verb: str, path: str, port: int, headers: dict[str, str], body: bytes | None = None
) -> bytes:
    """Return the bytes of an HTTP request."""
    lines = [f"{verb} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def client() -> str:
    return "wrk" if shutil.which("wrk") else "a loop of Python threads"


def replay(
    requests: Callable[[], Sequence[bytes]],
    server: Server,
    *,
    connections: int,
    seconds: float,
    least: int,
) -> Timed:
    """Send the requests in turn for some seconds; again and longer if that gave too few answers.

    `requests` is called for each attempt: what was made once cannot be made again. Raise Refused if
    any answer was an error.
    """
    timed = _replay(requests(), server, connections, seconds)
    if timed.count < least:
        longer = min(LONGEST_S, seconds * 1.2 * least / max(timed.count, 1))
        timed = _replay(requests(), server, connections, longer)
    if not timed.count:
        raise Refused(f"nothing was answered within {LONGEST_S} s")
    return timed


def _replay(requests: Sequence[bytes], server: Server, connections: int, seconds: float) -> Timed:
    send = _with_wrk if shutil.which("wrk") else _in_threads
    before = server.cpu_s()
    timed = send(requests, server.port, connections, seconds)
    spent = (server.cpu_s() - before) * 1000
    return replace(timed, cpu_ms=spent / max(timed.count, 1))


def check(request: bytes, port: int, expects: dict[str, str]) -> int:
    """Send one request; return the size of the answer. Raise Refused if it is not as expected."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        head, size = _read_answer(connection)
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    told = {name: headers.get(name.lower()) for name in expects}
    if not status.split()[1].startswith("2") or any(
        told[name] != value.lower() for name, value in expects.items()
    ):
        raise Refused(f"{request[:200]!r} was answered with {status}, {told}")
    return size


def _with_wrk(requests: Sequence[bytes], port: int, connections: int, seconds: float) -> Timed:
    with tempfile.NamedTemporaryFile() as file:
        for one in requests:
            file.write(b"%d\n%b" % (len(one), one))
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += ["--timeout=30s", f"--script={Path(__file__).with_name('replay.lua')}"]
        command += [f"http://127.0.0.1:{port}", "--", file.name]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seen = json.loads(told.splitlines()[-1])
    if seen["wrong"] or seen["failed"]:
        raise Refused(told)
    return Timed(seen["count"], seen["us"] / 1e6, seen["p50"] / 1000, seen["p95"] / 1000)


def _in_threads(requests: Sequence[bytes], port: int, connections: int, seconds: float) -> Timed:
    waiting, taking = cycle(requests), threading.Lock()
    taken: list[float] = []
    wrong: list[bytes] = []
    began = time.perf_counter()

    def turns() -> Iterator[bytes]:
        while time.perf_counter() < began + seconds and not wrong:
            with taking:
                one = next(waiting)
            yield one

    def run() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for one in turns():
                start = time.perf_counter()
                connection.sendall(one)
                head, _ = _read_answer(connection)
                taken.append(time.perf_counter() - start)
                if not head.split()[1].startswith(b"2"):
                    wrong.append(head)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise Refused(repr(wrong[:1]))
    took = time.perf_counter() - began
    order = sorted(taken)
    middle, high = (order[int(len(order) * part)] * 1000 if order else 0 for part in (0.5, 0.95))
    return Timed(len(taken), took, middle, high)


def _read_answer(connection: socket.socket) -> tuple[bytes, int]:
    """Read one answer to its end; return its head and the size of its body."""
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _some(connection)
    head = bytes(data[:end])
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    length = int(fields[b"content-length"])  # all servers here tell it
    left = length - (len(data) - end - 4)
    while left > 0:
        left -= len(_some(connection))
    return head, length


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 18)
    if not data:
        raise Refused("The connection was closed.")
    return data

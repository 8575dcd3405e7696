"""Run Graphviz in a child process: DOT in, a picture out, or LayoutFailed within the time limit.

A child that crashes or never ends cannot take the web worker with it. Starting one costs more
than laying out fifty nodes, so after each SVG the next engine is started and waits for its turn.
"""

import atexit
import os
import subprocess
import sys
from collections import deque
from contextlib import suppress
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from threading import Lock

from catalog.lineage import bundled_dot

LAYOUT_SECONDS = 5

_waiting: deque[subprocess.Popen] = deque()
_starting = Lock()


class LayoutFailed(Exception):
    """No picture: `reason` is "timeout", "crashed" or "not available", `detail` is for the log."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def lay_out(source: str, picture_format: str = "svg", timeout: float = LAYOUT_SECONDS) -> bytes:
    """Return the picture (svg, png, pdf, dot) of a graph in the DOT language."""
    child = _take() if picture_format == "svg" else _start(picture_format)
    try:
        picture, complaints = child.communicate(source.encode(), timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise LayoutFailed("timeout", f"no layout after {timeout} s") from None
    except BaseException:
        child.kill()
        child.communicate()
        raise
    if child.returncode or not picture:
        reason = "not available" if child.returncode == bundled_dot.UNAVAILABLE else "crashed"
        detail = complaints.decode(errors="replace").strip()[-500:]
        raise LayoutFailed(reason, f"exit status {child.returncode} {detail}".strip())
    if picture_format == "svg":
        _start_the_next()
    return picture


@cache
def engine_version() -> str:
    """Name the engine and its version: another engine draws another picture."""
    if dot := which("dot"):
        said = subprocess.run([dot, "-V"], capture_output=True, text=True, check=False)  # noqa: S603
        return said.stderr.strip()
    return f"pygraphviz {metadata.version('pygraphviz')}" if find_spec("pygraphviz") else "none"


@cache
def command() -> tuple[str, ...]:
    """Return the command that waits for DOT; the name of the format goes at its end."""
    if dot := which("dot"):
        return (dot, "-T")
    package = find_spec("pygraphviz")
    if package is None or package.origin is None:
        raise LayoutFailed("not available", "neither dot nor pygraphviz is installed")
    folder = str(Path(package.origin).parent)
    return (sys.executable, "-I", "-S", bundled_dot.__file__, folder, "")


def _take() -> subprocess.Popen:
    """Return the waiting engine, or a new one when another thread has it or it has died."""
    try:
        child = _waiting.pop()
    except IndexError:
        return _start("svg")
    if child.poll() is None:
        return child
    child.communicate()
    return _start("svg")


def _start_the_next() -> None:
    """Let one engine wait, not one for each thread; a failure here is not the picture's."""
    if _starting.acquire(blocking=False):
        try:
            if not _waiting:
                with suppress(LayoutFailed):
                    _waiting.append(_start("svg"))
        finally:
            _starting.release()


def _start(picture_format: str) -> subprocess.Popen:
    *words, last = command()
    try:
        return subprocess.Popen(  # noqa: S603
            [*words, last + picture_format],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise LayoutFailed("not available", str(error)) from error


def _dismiss() -> None:
    while _waiting:
        child = _waiting.pop()
        child.kill()
        child.communicate()


atexit.register(_dismiss)
# A forked worker must not share its parent's waiting engine: two graphs would mix in one pipe.
os.register_at_fork(after_in_child=_waiting.clear)

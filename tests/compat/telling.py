"""How the story is told with one SDK line: a child pytest, read back step by step."""

import ast
import os
import subprocess
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

from tests.compat.environments import Line, build
from tests.compat.server import Server

STORY = Path(__file__).resolve().parent / "story"
SECONDS = 900


def steps(line: Line) -> list[str]:
    """List the story's steps in their order, as `module::function`, without importing the SDK."""
    return [
        f"{module.stem}::{node.name}"
        for module in modules(line)
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def modules(line: Line) -> list[Path]:
    """List the story's modules for one SDK line; `_only_2_0` modules need what came with 2.0."""
    every = sorted(STORY.glob("test_*.py"))
    return [one for one in every if line.name != "1.13" or not one.stem.endswith("_only_2_0")]


class Telling:
    """One run of the story with one SDK line against one server."""

    def __init__(self, line: Line, server: Server, folder: Path):
        self.line = line
        self.server = server
        self.report = folder / "report.xml"

    @cached_property
    def output(self) -> str:
        """Run the story and return what the child pytest printed."""
        build(self.line)
        environment = os.environ | {
            "SDK_LINE": self.line.name,
            "SDK_VERSION": self.line.version,
            "SDK_HOST_PORT": self.server.url + self.line.api,
            "SDK_TOKEN": self.server.token,
            "PYTHONPATH": "",
        }
        command = [self.line.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["--rootdir", STORY, "-c", STORY / "pytest.ini", "--junitxml", self.report]
        done = subprocess.run(
            [str(part) for part in [*command, *modules(self.line)]],
            cwd=STORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        return done.stdout

    @cached_property
    def results(self) -> dict[str, list[ElementTree.Element]]:
        """Gather the report's cases by step; a parametrised step has several."""
        told = self.output
        if not self.report.exists():
            raise RuntimeError(f"The story could not be told:\n{told[-8000:]}")
        cases: dict[str, list[ElementTree.Element]] = {}
        for case in ElementTree.parse(self.report).iter("testcase"):
            module = case.get("classname", "").rsplit(".", 1)[-1]
            step = f"{module}::{case.get('name', '').partition('[')[0]}"
            cases.setdefault(step, []).append(case)
        return cases

    def fault(self, step: str) -> str | None:
        """Say what went wrong in one step, or None when it held."""
        cases = self.results.get(step)
        if not cases:
            return f"This step never ran:\n{self.output[-8000:]}"
        found = [
            f"{case.get('name')}:\n{outcome.text or outcome.get('message')}"
            for case in cases
            for outcome in case
            if outcome.tag in ("failure", "error", "skipped")
        ]
        return "\n\n".join(found) or None

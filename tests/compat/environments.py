"""The environments the real OpenMetadata SDKs live in: one per SDK line, pinned and hashed.

The compat tests build what is missing; `python tests/compat/environments.py` does so beforehand.
An environment that already matches its lock file is left alone, so a second run takes no time.
`--relock` resolves the `.in` files anew and rewrites the lock files.

They live outside the project's own environment because the SDK pins dozens of packages that the
catalogue must not depend on.
"""

import hashlib
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCKS = HERE / "locks"
STAMP = "almanac-lock"


def home() -> Path:
    """Name the folder that holds the environments: COMPAT_HOME, else `.compat` in the project."""
    return Path(os.environ.get("COMPAT_HOME") or HERE.parents[1] / ".compat").resolve()


@dataclass(frozen=True)
class Line:
    """One line of the SDK and where the server offers the API it accepts."""

    name: str
    version: str
    api: str

    @property
    def environment(self) -> Path:
        return home() / f"sdk-{self.name}"

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    @property
    def lock(self) -> Path:
        return LOCKS / f"sdk-{self.name}.txt"

    @property
    def wanted(self) -> Path:
        return LOCKS / f"sdk-{self.name}.in"

    @property
    def overrides(self) -> Path:
        return LOCKS / f"sdk-{self.name}.overrides.in"


LINES = (
    Line("2.0", "2.0.6.0", "/api"),
    Line("1.13", "1.13.4.1", "/compat/1.13/api"),
)


def ready(line: Line) -> bool:
    """Say whether the line's environment holds exactly what its lock file says."""
    stamp = line.environment / STAMP
    return stamp.is_file() and stamp.read_text() == _fingerprint(line.lock) and line.python.exists()


def build(line: Line) -> None:
    """Make the line's environment, unless it is already what the lock file says."""
    if ready(line):
        return
    _make_environment(line.environment)
    _run(_uv(), "pip", "sync", "--quiet", "--python", line.python, "--require-hashes", line.lock)
    (line.environment / STAMP).write_text(_fingerprint(line.lock))


def relock(line: Line) -> None:
    """Resolve what the line wants and rewrite its lock file with versions and hashes."""
    command = [_uv(), "pip", "compile", "--quiet", "--no-header", "--generate-hashes"]
    command += ["--upgrade", "--universal", "--python-version", "3.11", "--no-annotate"]
    if line.overrides.exists():
        command += ["--overrides", line.overrides]
    _run(*command, "--output-file", line.lock, line.wanted)


def _uv() -> Path:
    """Install uv, once: it resolves with overrides and installs ten times faster than pip."""
    folder = home() / "uv"
    lock = LOCKS / "uv.txt"
    stamp = folder / STAMP
    if not (stamp.is_file() and stamp.read_text() == _fingerprint(lock)):
        _make_environment(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "-q"]
        _run(*pip, "install", "--require-hashes", "-r", lock)
        stamp.write_text(_fingerprint(lock))
    return folder / "bin" / "uv"


def _make_environment(folder: Path, *, with_pip: bool = False) -> None:
    """Make an empty virtual environment in the folder, whatever was there before."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    venv.create(folder, clear=True, symlinks=True, with_pip=with_pip)


def _fingerprint(lock: Path) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return version + " " + hashlib.sha256(lock.read_bytes()).hexdigest()


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)


def main(arguments: list[str]) -> int:
    """Build every environment; with `--relock`, rewrite the lock files first."""
    for line in LINES:
        if "--relock" in arguments:
            relock(line)
        build(line)
        print(f"openmetadata-ingestion {line.version}: {line.environment}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

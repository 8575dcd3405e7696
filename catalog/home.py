"""The data folder: where it lies, and the secret key that is made in it once."""

import os
import secrets
import tempfile
from pathlib import Path


class CannotStart(Exception):
    """Say in one sentence, for a person at a terminal, why Almanac cannot start."""


def folder() -> Path:
    """Return the data folder, without creating it."""
    if given := os.environ.get("ALMANAC_HOME"):
        return Path(given).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/almanac")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "almanac"


def ensure_folder() -> Path:
    """Create the data folder when it is missing and return it."""
    path = folder()
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise CannotStart(
            f"The data folder {path} cannot be written to ({error.strerror}): "
            "set ALMANAC_HOME to a folder of your own."
        ) from error
    return path


def secret_key() -> str:
    """Return SECRET_KEY, else the key kept in the data folder, made on first use.

    Two processes that start together agree: the file appears complete, under its name, or not at
    all, and whoever comes second reads what the first one wrote.
    """
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = folder() / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CannotStart(f"The secret key {path} cannot be read ({error.strerror}).") from error
    ensure_folder()
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="secret_key.")  # mode 0600
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
    return path.read_text(encoding="ascii")

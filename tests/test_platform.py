"""What surrounds the catalogue: addresses, the data folder, the log, health, start and stop."""

import json
import logging.config
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory, override_settings

from catalog import database, fingerprint, home, logs
from catalog.home import CannotStart
from catalog.web import health, requests

PROJECT = Path(__file__).resolve().parent.parent
GET = RequestFactory()


# Addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://us%40er:p%2Fw%25@db.example:5433/al%20manac",
            {
                "USER": "us@er",
                "PASSWORD": "p/w%",
                "HOST": "db.example",
                "PORT": "5433",
                "NAME": "al manac",
            },
        ),
        ("postgres://me@/almanac?host=/run/a%20b", {"HOST": "/run/a b", "NAME": "almanac"}),
        ("postgresql://%2Frun%2Fpg/almanac", {"HOST": "/run/pg", "PORT": ""}),
        ("postgresql://[::1]:5432/almanac", {"HOST": "::1", "PORT": "5432"}),
    ],
)
def test_an_address_is_read_as_libpq_reads_it(monkeypatch, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)
    settings = database.settings()
    assert {name: settings[name] for name in expected} == expected


def test_what_else_an_address_says_goes_to_the_driver(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/x?sslmode=require&connect_timeout=9")
    options = database.settings()["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["connect_timeout"] == "9"


@pytest.mark.parametrize("url", ["mysql://h/d", "h/d", "postgresql://host", "postgresql://h/d?a=b"])
def test_a_wrong_address_is_refused_without_repeating_it(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(CannotStart) as refusal:
        database.settings()
    assert url not in str(refusal.value)


def test_a_socket_folder_is_never_too_long(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for folder in ("/short", "/" + "long/" * 40, "/with,comma"):
        monkeypatch.setenv("ALMANAC_HOME", folder)
        host = database.settings()["HOST"]
        assert len(f"{host}/.s.PGSQL.5432") < 104
        assert "," not in host


# The data folder


def test_the_secret_key_is_made_once_and_kept_from_others(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path / "new"))
    key = home.secret_key()
    assert len(key) > 50
    assert home.secret_key() == key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_a_given_secret_key_is_used(monkeypatch, tmp_path):
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "given")
    assert home.secret_key() == "given"
    assert not list(tmp_path.iterdir())


def test_static_addresses_change_with_any_file(tmp_path):
    (tmp_path / "a.css").write_text("x")
    before = fingerprint.of(tmp_path)
    assert fingerprint.of(tmp_path) == before
    (tmp_path / "a.css").write_text("y")
    changed = fingerprint.of(tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert len({before, changed, fingerprint.of(tmp_path)}) == 3


# Requests


def view(request):
    return health.healthz(request)


@pytest.mark.parametrize("given", ["abc-1", "4bf92f3577b34da6a3ce929d0e0e4736"])
def test_a_sane_request_id_is_kept(given):
    response = requests.request_id(view)(GET.get("/", headers={"X-Request-ID": given}))
    assert response["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "<script>", "x" * 200, "é"])
def test_any_other_request_id_is_replaced(given):
    response = requests.request_id(view)(GET.get("/", headers={"X-Request-ID": given}))
    assert len(response["X-Request-ID"]) == 32


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_a_body_over_the_limit_is_read_to_its_end_and_refused():
    request = GET.put("/", b"x" * 1001, content_type="application/json")
    response = requests.bounded_body(view)(request)
    assert response.status_code == 413
    assert json.loads(response.content)["code"] == 413
    assert not request.environ["wsgi.input"].read()
    fitting = GET.post("/", b"x" * 1000, content_type="application/json")
    assert requests.bounded_body(lambda request: request)(fitting) is fitting


def test_a_body_without_a_length_is_refused():
    request = GET.get("/", headers={"Transfer-Encoding": "chunked"})
    assert requests.bounded_body(view)(request).status_code == 411


def test_each_line_of_the_log_names_its_request():
    formatter = logging.config.DictConfigurator(logs.configure("INFO")).configure_formatter(
        logs.configure("INFO")["formatters"]["line"]
    )
    request = GET.get("/")
    request.request_id = "r-1"
    record = logging.makeLogRecord(
        {"name": "django.request", "msg": "No: %s", "args": ("/x",), "request": request}
    )
    line = json.loads(formatter.format(record))
    assert (line["event"], line["request_id"], line["method"]) == ("No: /x", "r-1", "GET")


def test_an_unknown_log_level_is_refused():
    with pytest.raises(CannotStart, match="LOG_LEVEL"):
        logs.configure("LOUD")


# Health


def test_healthz_needs_no_database():
    assert health.healthz(GET.get("/healthz")).status_code == 200


@pytest.mark.django_db
def test_readyz_knows_when_all_migrations_are_applied():
    assert health.readyz(GET.get("/readyz")).status_code == 200


@pytest.mark.django_db
def test_readyz_names_a_missing_migration():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = health.readyz(GET.get("/readyz"))
    assert response.status_code == 503
    assert "sessions.0001_initial" in json.loads(response.content)["reason"]


def test_readyz_says_when_the_database_is_gone(monkeypatch):
    def unreachable():
        raise health.DatabaseError("password and host")

    monkeypatch.setattr(health, "unapplied_migrations", unreachable)
    response = health.readyz(GET.get("/readyz"))
    assert response.status_code == 503
    assert json.loads(response.content)["reason"] == "The database cannot be reached."


# The command line, in processes of its own


@pytest.fixture
def environment(tmp_path_factory):
    """Return an environment with a fresh data folder that the embedded PostgreSQL can get to."""
    return new_environment(tmp_path_factory)


@pytest.fixture(scope="module")
def used_environment(tmp_path_factory):
    """Return one whose data folder the tests share, to make PostgreSQL's files only once."""
    return new_environment(tmp_path_factory)


def new_environment(tmp_path_factory):
    folder = Path(os.environ["ALMANAC_HOME"]) / tmp_path_factory.mktemp("home").name
    unset = {"DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "ALMANAC_ADMIN_PASSWORD"}
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    return inherited | {"ALMANAC_HOME": str(folder), "PORT": str(free_port()), "DEMO": "0"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(environment, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def assert_one_sentence(done, *words):
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("almanac: ")
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words)


def postgres_of(folder):
    """Return the processes whose command line names the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"postgres" in words[0] and any(os.fsencode(folder) in word for word in words):
            found.append(process.parent.name)
    return found


def test_help_starts_nothing(environment):
    assert manage(environment, "help").returncode == 0
    assert not (Path(environment["ALMANAC_HOME"]) / "postgresql").exists()


def test_an_unreachable_database_is_one_sentence(environment):
    url = f"postgresql://me:secret@127.0.0.1:{free_port()}/x"
    done = manage(environment | {"DATABASE_URL": url}, "migrate")
    assert_one_sentence(done, "DATABASE_URL", "refused")
    assert "secret" not in done.stderr


def test_the_folder_of_another_major_is_one_sentence(environment):
    data = Path(environment["ALMANAC_HOME"]) / "postgresql"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    assert_one_sentence(manage(environment, "migrate"), "PostgreSQL 16", "PostgreSQL 18", str(data))


def test_an_unusable_home_is_one_sentence(environment, tmp_path):
    (tmp_path / "file").write_text("")
    done = manage(environment | {"ALMANAC_HOME": str(tmp_path / "file" / "home")}, "migrate")
    assert_one_sentence(done, "ALMANAC_HOME", str(tmp_path))


def test_serving_and_stopping_leaves_nothing_running(used_environment):
    data = Path(used_environment["ALMANAC_HOME"]) / "postgresql"
    printed = serve_until(signal.SIGTERM, used_environment)
    assert "Almanac is ready: http://127.0.0.1:" in printed
    assert "password" in printed.lower()
    assert not postgres_of(data)
    key = (data.parent / "secret_key").read_text()
    again = serve_until(signal.SIGINT, used_environment)
    assert "Almanac is ready" in again
    assert "password" not in again.lower()
    assert not postgres_of(data)
    assert (data.parent / "secret_key").read_text() == key


def test_a_wrong_port_is_one_sentence(used_environment):
    assert_one_sentence(manage(used_environment | {"PORT": "http"}, "serve"), "PORT", "http")


def serve_until(stop, environment):
    """Serve, see a second server turned away, stop; return what it printed."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_ready(process, environment["PORT"])
        assert_one_sentence(manage(environment, "serve"), environment["PORT"], "in use")
        # The one that was turned away shared the database server and must not have stopped it.
        assert answer(environment["PORT"], "readyz") == 200
        process.send_signal(stop)
        printed, _ = process.communicate(timeout=20)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=20)
    assert process.returncode == 0, printed
    return printed


def wait_until_ready(process, port):
    while process.poll() is None:
        try:
            if answer(port, "readyz") == 200:
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"The server ended: {process.stdout.read()}")


def answer(port, page):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=5) as response:
        return response.status


def test_the_last_user_stops_the_embedded_server(used_environment):
    """A process that is killed counts as gone; one that runs on keeps the server."""
    data = Path(used_environment["ALMANAC_HOME"]) / "postgresql"
    hold = "from catalog import embedded; embedded.start(); print(1, flush=True); input()"
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", f"{hold}; embedded.stop()"],
            cwd=PROJECT,
            env=used_environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [holder.stdout.readline() for holder in holders] == ["1\n"] * 3
    holders[0].kill()
    holders[1].communicate("\n", timeout=20)
    assert postgres_of(data)
    holders[2].communicate("\n", timeout=20)
    holders[0].communicate(timeout=20)
    assert not postgres_of(data)


@pytest.mark.django_db
@pytest.mark.skipif(not database.is_embedded(), reason="DATABASE_URL has rules of its own")
def test_the_embedded_server_orders_and_folds_alike_everywhere():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÄÉ'), 'Z' < 'a' AND 'a' < 'é'")
        assert cursor.fetchone() == ("äé", True)

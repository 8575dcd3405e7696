"""`manage.py serve`: bring the database up to date, then serve until Ctrl-C or SIGTERM."""

import gc
import http.client
import multiprocessing
import os
import signal
import socket
import threading
import time
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections

from catalog.home import CannotStart
from catalog.web.health import unapplied_migrations

WORKERS = 2
# More threads do not answer more (one interpreter lock each), but one slow query holds fewer up.
THREADS = 4
LOCK = 0x416C6D616E6163  # "Almanac": servers that start together prepare the database in turn
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to ask when bound to all


class Command(BaseCommand):
    help = "Serve the catalogue on HOST:PORT (127.0.0.1:8000)."
    requires_system_checks = ()  # `manage.py check` is a test; here each start would pay for it

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then hand over to the server; return when it was told to stop."""
        host, port = os.environ.get("HOST") or "127.0.0.1", _port()
        _refuse_a_used_port(host, port)
        lines = _prepare_database()
        connections.close_all()  # no connection may be shared with the workers

        from granian import Granian
        from granian.constants import HTTPModes, Interfaces
        from granian.log import LogLevels

        import catalog.wsgi  # noqa: F401 - loaded here once, the workers share its memory

        url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        context = multiprocessing.get_context()
        context.Process(target=_announce, args=(host, port, url, lines), daemon=True).start()
        gc.freeze()
        server = Granian(
            "catalog.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=WORKERS,
            blocking_threads=THREADS,
            # An idle thread takes its database connection with it, so it may idle for long.
            blocking_threads_idle_timeout=600,
            workers_kill_timeout=10,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        )
        # Losing the terminal is a reason to stop, not to reload, unless nohup said to ignore it.
        ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        server.signal_handler_reload = None if ignored else server.signal_handler_interrupt
        server.serve(target_loader=_load_in_a_worker)


def _load_in_a_worker(target: str) -> WSGIHandler:
    """Return the application, in a worker that hears from nobody but its server.

    Ctrl-C reaches a whole process group, and a worker that gets its own signal and then the
    server's may lock itself up between the two; so each worker is a group of its own. It ends when
    the server is killed: it must not go on answering on the port.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    from catalog.wsgi import application

    return application


def _end_with_the_server() -> None:
    if server := multiprocessing.parent_process():
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def _refuse_a_used_port(host: str, port: int) -> None:
    """Try the address first: the server shares ports, so two would take turns unnoticed."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(
            f"Almanac cannot listen on {host}:{port} ({error.strerror}): "
            "set HOST and PORT to an address that is free."
        ) from error


def _prepare_database() -> list[str]:
    """Apply missing migrations, put in what every catalogue has; return what to tell the person."""
    from catalog import seed

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if unapplied_migrations():
                call_command("migrate", interactive=False, verbosity=0)
            lines = seed.ensure(os.environ.get("ALMANAC_ADMIN_PASSWORD") or None)
            if os.environ.get("DEMO") != "0":
                call_command("load_demo")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return list(lines)


def _announce(host: str, port: int, url: str, lines: list[str]) -> None:
    """Print where to go once the server answers that it is ready."""
    known = settings.ALLOWED_HOSTS[0].removeprefix(".")
    headers = {"Host": "localhost" if known == "*" else known}
    server = multiprocessing.parent_process()
    while server and server.is_alive():
        probe = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=5)
        try:
            probe.request("GET", "/readyz", headers=headers)
            if probe.getresponse().status == 200:
                print(f"Almanac is ready: {url}", *lines, sep="\n", flush=True)
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            probe.close()
        time.sleep(0.05)

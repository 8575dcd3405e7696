"""Django's PostgreSQL backend, with a health check that does not ask the server."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that ends an idle connection says so at once, so it is enough to listen.

    Django asks `SELECT 1` before each request instead, which is a tenth of what a read costs.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        idle = select.poll()
        idle.register(self.connection.fileno(), select.POLLIN)
        return not idle.poll(0)

"""Answers for supervisors: /healthz says the process lives, /readyz says it can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without touching the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is reachable and every migration is applied, else 503."""
    try:
        missing = unapplied_migrations()
    except DatabaseError:
        return _not_ready("The database cannot be reached.")
    if missing:
        return _not_ready(f"Migrations are missing: {', '.join(missing)}.")
    return JsonResponse({"status": "ready"})


def unapplied_migrations() -> list[str]:
    """Return the names of the migrations this code has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _not_ready(reason: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "reason": reason}, status=503)

"""Logging: one line for each event, JSON for machines and coloured text on a terminal."""

import logging
import sys
from typing import Any

import structlog

from catalog.home import CannotStart

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def configure(level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, so both write the same kind of line."""
    if level not in LEVELS:
        raise CannotStart(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not {level!r}.")
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=("status_code",)),
        _add_request,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"faults": {"()": "catalog.logs.Faults"}},
        "formatters": {
            "line": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_rendering(sys.stderr.isatty()),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write a second line in another form.
            "django": {"handlers": [], "level": "NOTSET"},
            "django.request": {"filters": ["faults"]},
            "django.server": {"handlers": [], "level": "NOTSET", "propagate": True},
        },
    }


class Faults(logging.Filter):
    """Let through what went wrong; a 404 is an answer, and the SDK asks before it creates."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 404


def _add_request(logger: Any, method: str, event: structlog.typing.EventDict) -> Any:
    """Name the request, which Django logs after the middleware that bound its id has ended."""
    request = getattr(event.get("_record"), "request", None)
    if identity := getattr(request, "request_id", None):
        event.update(request_id=identity, method=request.method)
    return event


def _rendering(on_a_terminal: bool) -> list[Any]:
    if on_a_terminal:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]

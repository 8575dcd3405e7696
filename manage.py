#!/usr/bin/env python
"""Django's command line for Almanac, with a database under it."""

import os
import signal
import sys
from contextlib import nullcontext

from catalog import database
from catalog.home import CannotStart

# What works without a database; anything else finds one running.
ALONE = {"help", "--help", "-h", "version", "--version", "check", "collectstatic", "diffsettings"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
    alone = len(sys.argv) < 2 or sys.argv[1] in ALONE or {"--help", "-h"} & set(sys.argv)
    # Being told to end, or losing the terminal, unwinds as Ctrl-C does: what we started is stopped.
    for sign in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(sign) != signal.SIG_IGN:  # as under nohup
            signal.signal(sign, lambda number, _: sys.exit(128 + number))
    try:
        with nullcontext() if alone else database.available():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except CannotStart as reason:
        sys.exit(f"almanac: {reason}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()

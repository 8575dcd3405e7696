"""Settings for the tests: those of Almanac, with a data folder of the tests' own."""

import atexit
import os
import shutil
import tempfile

# As root the embedded PostgreSQL runs under an account of its own, which must get to the folder.
_home = tempfile.mkdtemp(prefix="almanac-tests-", dir="/var/lib" if os.geteuid() == 0 else None)
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["ALMANAC_HOME"] = _home

from catalog.settings import *  # noqa: E402, F403

# Thousands of users are made in tests, and no password of theirs guards anything.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

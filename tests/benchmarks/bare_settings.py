"""Settings of the views that Almanac is compared with: same server and database, no middleware."""

from catalog.settings import *  # noqa: F403
from catalog.settings import INSTALLED_APPS

# These refuse to be installed without their middleware; nobody signs in here.
NEED_MIDDLEWARE = {"allauth", "allauth.account", "django.contrib.admin"}
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in NEED_MIDDLEWARE]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.benchmarks.bare_urls"

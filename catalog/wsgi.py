"""The WSGI application that the production server loads into each worker."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # loads the views now, before the server makes its workers

# What is loaded now stays for good: the collector need not walk it again and again.
gc.collect()
gc.freeze()

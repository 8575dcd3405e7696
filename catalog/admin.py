"""The administration: it shows nothing yet, for entities have their own pages and write path."""

import allauth.account.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401 - both register themselves when they are imported
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

# What other packages registered would be written around the write path.
admin.site.unregister([Group, EmailAddress])
admin.site.site_header = admin.site.site_title = "Almanac administration"

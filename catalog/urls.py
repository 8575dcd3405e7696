"""Every address of the site, in one place."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from catalog.api import urls as api
from catalog.web import accounts, health

# The administration asks at the same door, with the same limits on wrong passwords.
admin.site.login = secure_admin_login(admin.site.login)

# One code path for both lines of the SDK; what differs, a view reads off the path.
api_v1 = [
    path("", include("mlmodels.api.urls")),
    path("", include("catalog.api.urls")),
    *api.unknown,
]

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", include(api_v1)),
    path("compat/1.13/api/v1/", include(api_v1)),
    path("api/", include(api.unknown)),
    path("compat/", include(api.unknown)),
    path("accounts/", include(accounts.ADDRESSES)),
    path("admin/", admin.site.urls),
    path("", include("mlmodels.web.urls")),
    path("", include("catalog.web.urls")),
]

handler400 = "catalog.web.errors.bad_request"
handler403 = "catalog.web.errors.forbidden"
handler404 = "catalog.web.errors.not_found"
handler500 = "catalog.web.errors.server_error"

if settings.DEBUG:
    from catalog.web import patterns

    urlpatterns += [
        path("patterns/", patterns.patterns, name="patterns"),
        path("patterns/suggestions", patterns.suggestions),
    ]

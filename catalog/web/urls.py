"""The addresses of the pages. Verbs stand before names, so no name can be taken for a verb."""

from django.urls import include, path

from catalog.web import finds, home, lists, profile, services, theme

urlpatterns = [
    path("", home.home, name="home"),
    path("theme", theme.choose_theme, name="theme"),
    path("search", finds.search, name="search"),
    path("suggest", finds.suggest, name="suggest"),
    path("profile", profile.profile, name="profile"),
    path("profile/tokens/<uuid:pk>/revoke", profile.revoke, name="revoke_token"),
    path("services/", services.services, name="services"),
    path("<str:kind>/", lists.entities, name="entities"),
    path("<str:kind>", lists.without_slash),
    path("", include("catalog.web.entity_urls")),  # last: it takes any two words
]

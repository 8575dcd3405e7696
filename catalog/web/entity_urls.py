"""The addresses of entities' pages and of what is done with one entity."""

from django.urls import path

from catalog.web import entity_actions, lineage_pages, pages, version_pages

# `<fqn:…>` is any text at all; catalog.api.urls makes it known.
urlpatterns = [
    path("follow/<str:kind>/<fqn:fqn>", entity_actions.follow, name="follow"),
    path("delete/<str:kind>/<fqn:fqn>", entity_actions.delete, name="delete"),
    path("restore/<str:kind>/<fqn:fqn>", entity_actions.restore, name="restore"),
    path("lineage/<str:kind>/<fqn:fqn>", lineage_pages.download, name="lineage"),
    path("compare/<str:kind>/<fqn:fqn>", version_pages.compare, name="compare"),
    path("version/<str:kind>/<str:version>/<fqn:fqn>", version_pages.version, name="version"),
    path("<str:kind>/<fqn:fqn>", pages.entity, name="entity"),
]

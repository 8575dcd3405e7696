"""The addresses of the pages. Verbs stand before names, so no name can be taken for a verb."""

from django.urls import path

from catalog.web import theme

urlpatterns = [
    path("theme", theme.choose_theme, name="theme"),
]

"""How Django knows this part of Almanac."""

from django.apps import AppConfig


class MlModelsConfig(AppConfig):
    name = "mlmodels"
    verbose_name = "ML models"

    def ready(self) -> None:
        """Tell the catalogue how pages of models look; it does not know this app."""
        from mlmodels.web import home, lists, pages

        pages.register_pages()
        lists.register_list()
        home.register_panels()

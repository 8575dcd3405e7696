from django.apps import AppConfig


class MlModelsConfig(AppConfig):
    name = "mlmodels"
    verbose_name = "ML models"

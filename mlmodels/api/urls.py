"""The addresses of ML models in the API."""

from catalog.api.urls import routes
from mlmodels.api.viewsets import MlModelViewSet

urlpatterns = routes(MlModelViewSet)

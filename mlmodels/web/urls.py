"""The addresses of the pages about ML models."""

urlpatterns = []

"""The addresses of the pages about ML models. A feature is named in the query: ?name=…"""

from django.urls import path

from mlmodels.web import views

# `<fqn:…>` is any text at all; catalog.api.urls makes it known.
urlpatterns = [
    path("new/mlmodel", views.new_model, name="new_ml_model"),
    path("edit/mlmodel/<fqn:fqn>", views.edit_model, name="edit_ml_model"),
    path("hyperparameters/mlmodel/<fqn:fqn>", views.edit_hyper_parameters),
    path("add-feature/mlmodel/<fqn:fqn>", views.add_feature),
    path("edit-feature/mlmodel/<fqn:fqn>", views.edit_feature),
    path("remove-feature/mlmodel/<fqn:fqn>", views.remove_feature),
]

"""ML models over HTTP: all verbs are those of every entity."""

from catalog.api.viewsets import EntityViewSet
from mlmodels.api import shapes
from mlmodels.models import MlModel


class MlModelViewSet(EntityViewSet):
    kind = MlModel
    create_shape, contents = shapes.CreateMlModel, shapes.MlModelContents

from mlmodels.models.features import FeatureSource, MlFeature
from mlmodels.models.ml_model import MlHyperParameter, MlModel

__all__ = ["FeatureSource", "MlFeature", "MlHyperParameter", "MlModel"]

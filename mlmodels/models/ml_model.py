"""The ML model: what it predicts with, where it is served and stored, what proves its worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from catalog import changes, merging, names
from catalog.changes import ALWAYS
from catalog.models import Dashboard, Entity, assets
from catalog.models.entity import Document, reference
from catalog.models.parts import Part, drop_empty, replace_parts
from catalog.models.relations import Reference
from catalog.models.uses import Use
from mlmodels.models import features
from mlmodels.models.features import FeatureSource, MlFeature


class MlModel(Entity):
    type_name = "mlmodel"
    collection = "mlmodels"
    label, label_plural = "ML model", "ML models"
    parent_field = "service"
    parent_types = ("mlmodelService",)
    plain = (*assets.PLAIN, "algorithm", "target", "server", "sourceUrl")
    plain_on_request = assets.ON_REQUEST
    composed = ("mlStore",)
    part_lists = ("mlFeatures", "mlHyperParameters")
    relations = (*assets.RELATIONS, Reference("dashboard", "dashboard"))
    extra_fields = (*assets.EXTRA_FIELDS, *composed, *part_lists)
    inherited = ("domains",)
    rules = (
        *assets.RULES,
        # Another algorithm may mean uneven results, another server breaks integrations.
        changes.Value("algorithm", major=ALWAYS),
        changes.Value("dashboard", key=changes.reference_key),
        features.RULE,
        changes.Items("mlHyperParameters"),
        changes.Value("mlStore"),
        changes.Value("server", major=ALWAYS),
        changes.Value("target", major=ALWAYS),
        changes.Value("sourceUrl"),
    )
    merges = {**assets.MERGES, "mlFeatures": merging.carry_over("description")}

    algorithm = models.CharField(max_length=256, default="mlmodel")
    target = models.CharField(max_length=256, null=True)
    server = models.TextField(null=True)
    store_uri = models.TextField(null=True)
    image_repository = models.TextField(null=True)
    source_url = models.TextField(null=True)
    dashboard = models.ForeignKey(Dashboard, models.SET_NULL, null=True, related_name="ml_models")

    class Meta:
        verbose_name = "ML model"
        indexes = [models.Index(fields=["algorithm"], name="ml_models_by_algorithm")]

    @classmethod
    def parts(cls, document: Document) -> Iterator[tuple[str, Document]]:
        return features.parts(document)

    @classmethod
    def part_references(cls, document: Document) -> Iterator[tuple[Document, str, tuple[str, ...]]]:
        for feature in document.get("mlFeatures") or []:
            for source in feature.get("featureSources") or []:
                if source.get("dataSource"):
                    yield source, "dataSource", ()

    @classmethod
    def sources(cls, document: Document) -> set[str]:
        return {
            source["dataSource"]["id"]
            for feature in document.get("mlFeatures") or []
            for source in feature.get("featureSources") or []
            if source.get("dataSource")
        }

    @classmethod
    def complete(cls, document: Document) -> None:
        document.setdefault("algorithm", "mlmodel")
        features.complete(document)
        drop_empty(document.get("mlStore") or {})
        for parameter in document.get("mlHyperParameters") or []:
            drop_empty(parameter)

    def document(self) -> Document:
        parameters = [row.document() for row in self.hyper_parameters.order_by("position")]
        store = {"storage": self.store_uri, "imageRepository": self.image_repository}
        lists = {
            "mlStore": {k: v for k, v in store.items() if v},
            "mlFeatures": features.documents(self),
            "mlHyperParameters": parameters,
        }
        return super().document() | {k: v for k, v in lists.items() if v}

    def assign(self, document: Document) -> None:
        super().assign(document)
        store = document.get("mlStore") or {}
        self.store_uri = store.get("storage")
        self.image_repository = store.get("imageRepository")

    def save_parts(self, before: Document, after: Document) -> None:
        super().save_parts(before, after)
        for name, save in (
            ("mlFeatures", features.save),
            ("mlHyperParameters", _save_hyper_parameters),
        ):
            old, new = before.get(name) or [], after.get(name) or []
            if old != new:
                save(self, old, new)

    @classmethod
    def columns_changed(cls, entity: Entity) -> None:
        features.match_columns(features.FeatureSource.objects.filter(data_source=entity.pk))

    @classmethod
    def uses_of(cls, entity: Entity) -> list[Use]:
        sources = features.FeatureSource.objects.filter(
            data_source=entity.pk, feature__ml_model__deleted=False
        )
        rows = sources.order_by("feature__position", "position").values_list(
            "feature__ml_model", "feature__name", "name", "column__path"
        )
        shown = cls.objects.present().filter(dashboard=entity.pk).values_list("pk", flat=True)
        found = list(rows), list(shown)
        ids = {pk for pk, *_ in found[0]} | set(found[1])
        users = {model.pk: reference(model) for model in Entity.objects.filter(pk__in=ids)}
        return [
            *(Use(users[pk], "dashboard") for pk in found[1]),
            *(
                Use(users[pk], "feature", part, source, column or "")
                for pk, part, source, column in found[0]
            ),
        ]

    @classmethod
    def forget(cls, ids: list[Any]) -> list[Any]:
        made_from = cls.objects.filter(
            pk__in=FeatureSource.objects.filter(data_source__in=ids).values("feature__ml_model")
        )
        return list({one.pk: one for one in [*super().forget(ids), *made_from]}.values())

    @classmethod
    def column_names(cls, entity: Entity) -> set[str]:
        return {
            names.join(entity.fully_qualified_name, name)
            for name in MlFeature.objects.filter(ml_model=entity.pk).values_list("name", flat=True)
        }


def _save_hyper_parameters(
    ml_model: MlModel, before: list[Document], after: list[Document]
) -> None:
    replace_parts(MlHyperParameter, {"ml_model": ml_model}, before, after)


class MlHyperParameter(Part):
    plain = ("value", "description")

    ml_model = models.ForeignKey(MlModel, models.CASCADE, related_name="hyper_parameters")
    value = models.TextField(null=True)
    description = models.TextField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ml_model", "name"], name="hyperparameter_names_are_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"

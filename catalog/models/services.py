"""Services: the systems that hold databases, dashboards, pipelines and models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models

from catalog import changes, merging
from catalog.models import assets, service_types
from catalog.models.entity import Document, Entity
from catalog.models.fields import SecretField
from catalog.models.people import Followers
from catalog.secrets import masked, unmasked

SERVICE_RELATIONS = (*assets.OWNED, Followers())


class Service(Entity):
    """What the kinds of service share; the connection is encrypted, and masked for people."""

    types: ClassVar[tuple[str, ...]] = ()
    holds: ClassVar[tuple[str, ...]] = ()  # the kinds of what is directly inside

    plain = (*assets.PLAIN, "serviceType", "style")
    plain_on_request = ("connection",)
    relations = SERVICE_RELATIONS
    extra_fields = (
        "pipelines",
        "dataProducts",
        "dataContract",
        "testConnectionResult",
        "ingestionRunner",
        "reviewers",
        "experts",
        "usageSummary",
    )
    rules = (
        *assets.RULES,
        changes.Value("style"),
        changes.Value("connection", shown=masked),
    )
    merges = {
        **assets.MERGES,
        "connection": merging.keep_if_absent,
    }
    newer = frozenset({"style"})

    service_type = models.CharField(max_length=64)
    style = models.JSONField(null=True)
    connection = SecretField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def contents(cls) -> tuple[str, ...]:
        """What type a service is of is said once, when it is created."""
        return tuple(name for name in super().contents() if name != "serviceType")

    @classmethod
    def complete(cls, document: Document) -> None:
        config = (document.get("connection") or {}).get("config")
        if isinstance(config, dict) and not config.get("type"):
            config["type"] = document["serviceType"]

    @classmethod
    def shown(cls, content: Document) -> Document:
        if "connection" not in content:
            return content
        return content | {"connection": masked(content["connection"])}

    @classmethod
    def keep_hidden(cls, before: Document, after: Document) -> None:
        if "connection" in after:
            after["connection"] = unmasked(after["connection"], before.get("connection"))

    def children_by_kind(self) -> Iterator[tuple[type[Entity], Any]]:
        for type_name in self.holds:
            kind = self.kinds()[type_name]
            yield kind, kind.objects.present().filter(parent=self.pk).order_by("name", "pk")


class DatabaseService(Service):
    type_name = "databaseService"
    collection = "services/databaseServices"
    label, label_plural = "Database service", "Database services"
    types = service_types.DATABASE
    holds = ("database",)


class DashboardService(Service):
    type_name = "dashboardService"
    collection = "services/dashboardServices"
    label, label_plural = "Dashboard service", "Dashboard services"
    types = service_types.DASHBOARD
    holds = ("dashboard", "chart")


class PipelineService(Service):
    type_name = "pipelineService"
    collection = "services/pipelineServices"
    label, label_plural = "Pipeline service", "Pipeline services"
    types = service_types.PIPELINE
    holds = ("pipeline",)


class MlModelService(Service):
    type_name = "mlmodelService"
    collection = "services/mlmodelServices"
    label, label_plural = "ML model service", "ML model services"
    types = service_types.ML_MODEL
    holds = ("mlmodel",)

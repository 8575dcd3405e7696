"""Which asset is made from which, since when and until when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from catalog.models.entity import Document, Entity, lasting_reference
from catalog.names import MAX_NAME


class LineageEdgeQuerySet(models.QuerySet):
    def current(self) -> LineageEdgeQuerySet:
        return self.filter(valid_to=None)


class LineageEdge(models.Model):
    """`to_entity` is derived from `from_entity`. Edges are never destroyed: they end."""

    class Source(models.TextChoices):
        MANUAL = "Manual"
        VIEW = "ViewLineage"
        QUERY = "QueryLineage"
        PIPELINE = "PipelineLineage"
        DASHBOARD = "DashboardLineage"
        DBT = "DbtLineage"
        SPARK = "SparkLineage"
        OPEN_LINEAGE = "OpenLineage"
        EXTERNAL_TABLE = "ExternalTableLineage"
        CROSS_DATABASE = "CrossDatabaseLineage"
        CHILD_ASSETS = "ChildAssets"

    from_entity = models.ForeignKey(Entity, models.CASCADE, related_name="downstream_edges")
    to_entity = models.ForeignKey(Entity, models.CASCADE, related_name="upstream_edges")
    description = models.TextField(null=True)  # the edge's own
    details_description = models.TextField(null=True)  # the one inside lineageDetails
    source = models.CharField(max_length=32, choices=Source, default=Source.MANUAL)
    sql_query = models.TextField(null=True)
    pipeline = models.ForeignKey(Entity, models.SET_NULL, null=True, related_name="runs_edges")
    # Put there by a feature's source alone: it goes when the last such source goes.
    is_implied = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=MAX_NAME)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=MAX_NAME)

    objects = LineageEdgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_entity", "to_entity"],
                condition=Q(valid_to=None),
                name="one_current_edge_per_pair",
            ),
            models.CheckConstraint(
                condition=~Q(from_entity=F("to_entity")), name="no_edge_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="an_edge_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_entity", "from_entity"],
                condition=Q(valid_to=None),
                name="current_edges_upstream",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_entity_id} -> {self.to_entity_id}"

    def details(self) -> Document:
        """Return the wire's LineageDetails; the SDK expects them on every edge."""
        mappings = [mapping.as_json() for mapping in self.column_mappings.all()]
        details = {
            "sqlQuery": self.sql_query,
            "columnsLineage": mappings or None,
            "pipeline": lasting_reference(self.pipeline) if self.pipeline else None,
            "description": self.details_description,
            "source": self.source,
            "createdAt": milliseconds(self.valid_from),
            "createdBy": self.created_by,
            "updatedAt": milliseconds(self.updated_at),
            "updatedBy": self.updated_by,
        }
        return {k: v for k, v in details.items() if v is not None}

    def as_json(self) -> Document:
        """Return the wire's Edge: its ends are ids, not references."""
        optional = {"description": self.description, "lineageDetails": self.details()}
        return {
            "fromEntity": str(self.from_entity_id),
            "toEntity": str(self.to_entity_id),
            **{k: v for k, v in optional.items() if v is not None},
        }


class ColumnMapping(models.Model):
    """How one column (or feature) of the target is made from columns of the source.

    They are kept as names: when a column goes, the mapping stays and says what is missing.
    """

    edge = models.ForeignKey(LineageEdge, models.CASCADE, related_name="column_mappings")
    from_columns = ArrayField(models.TextField())
    to_column = models.TextField(null=True)
    function = models.TextField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{', '.join(self.from_columns)} -> {self.to_column}"

    def as_json(self) -> Document:
        optional = {"toColumn": self.to_column, "function": self.function}
        return {"fromColumns": self.from_columns} | {
            k: v for k, v in optional.items() if v is not None
        }


def milliseconds(moment) -> int:
    return round(moment.timestamp() * 1000)

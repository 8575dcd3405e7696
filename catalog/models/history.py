"""What an entity looked like, and what happened to it."""

import uuid

from django.db import models

from catalog.models.entity import Entity
from catalog.models.fields import DocumentField
from catalog.names import MAX_NAME


class EntityVersion(models.Model):
    """One past or present version of an entity: its whole document, relations included."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="versions")
    version = models.DecimalField(max_digits=8, decimal_places=1)
    # The digits do not tell: the tenth minor change lands on a whole number.
    is_major = models.BooleanField(default=False)
    document = DocumentField()
    change_description = DocumentField()
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=MAX_NAME)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "version"], name="one_row_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.version}"


class ChangeEvent(models.Model):
    """A fact, written in the same transaction as the change it reports.

    The table is the outbox. There is no foreign key to the entity, because events outlive it.
    """

    class Type(models.TextChoices):
        CREATED = "entityCreated"
        UPDATED = "entityUpdated"
        FIELDS_CHANGED = "entityFieldsChanged"
        SOFT_DELETED = "entitySoftDeleted"
        DELETED = "entityDeleted"
        RESTORED = "entityRestored"
        LINEAGE_ADDED = "entityLineageAdded"
        LINEAGE_UPDATED = "entityLineageUpdated"
        LINEAGE_DELETED = "entityLineageDeleted"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    event_type = models.CharField(max_length=32, choices=Type)
    entity_type = models.CharField(max_length=32)
    entity_id = models.UUIDField()
    entity_fully_qualified_name = models.TextField()
    previous_version = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    current_version = models.DecimalField(max_digits=8, decimal_places=1)
    is_major = models.BooleanField(default=False)
    change_description = DocumentField()
    user_name = models.CharField(max_length=MAX_NAME)
    timestamp = models.DateTimeField()
    matched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["entity_id", "-id"], name="events_of_an_entity"),
            models.Index(fields=["-timestamp"], name="events_by_time"),
            models.Index(
                fields=["id"], condition=models.Q(matched_at=None), name="events_to_match"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.entity_fully_qualified_name}"

"""Domains: the parts of the business to which data belongs."""

from django.db import models

from catalog import changes, merging
from catalog.models.classification import Labels, _children
from catalog.models.entity import Entity
from catalog.models.people import Followers, Votes
from catalog.models.relations import Computed, Counted, People


class Domain(Entity):
    class Type(models.TextChoices):
        SOURCE_ALIGNED = "Source-aligned"
        CONSUMER_ALIGNED = "Consumer-aligned"
        AGGREGATE = "Aggregate"

    type_name = "domain"
    collection = "domains"
    label, label_plural = "Domain", "Domains"
    parent_field = "parent"
    parent_types = ("domain",)
    plain = ("domainType", "style")
    plain_on_request = ("extension",)
    relations = (
        People("owners", "owner"),
        People("experts", "expert"),
        Labels(),
        Followers(),
        Votes(),
        Computed("children", lambda ids: _children(Domain, ids)),
        Counted("childrenCount", lambda ids: _count_children(ids)),
    )
    extra_fields = ("assets",)
    rules = (
        changes.Flag("deleted"),
        changes.Value("description"),
        changes.Value("displayName"),
        changes.Items("owners", key=changes.reference_key),
        changes.Properties("extension"),
        changes.Items("tags", key=changes.label_key),
        changes.Items("experts", key=changes.reference_key),
        changes.Value("domainType"),
        changes.Value("style"),
    )
    merges = {"style": merging.keep_if_absent}
    not_on_wire = frozenset({"deleted"})  # the SDK's model has no such member

    domain_type = models.CharField(max_length=16, choices=Type)
    style = models.JSONField(null=True)


class DomainMembership(models.Model):
    """An entity that belongs to a domain."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="domain_memberships")
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "domain"], name="an_entity_is_in_a_domain_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} in {self.domain}"


def _count_children(ids):
    rows = Domain.objects.present().filter(parent__in=ids).order_by()
    return rows.values_list("parent").annotate(models.Count("pk"))

"""Classifications, their tags, and where tags are applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count

from catalog import changes, merging
from catalog.models.entity import Document, Entity, lasting_reference
from catalog.models.people import EXPLICIT_PEOPLE
from catalog.models.relations import Computed, Counted, Domains, Loaded, Relation

COMMON_RULES = (
    changes.Flag("deleted"),
    changes.Value("description"),
    changes.Value("displayName"),
    changes.Value("entityStatus"),
    changes.Items("owners", key=changes.reference_key),
    changes.Items("domains", key=changes.reference_key),
)


EVERYWHERE = "*"
"""Among loaded labels: parts without any show an empty list."""


class Labels(Relation):
    """The tags on an entity and on its parts, as one relation called `tags`.

    Loaded values are {path: [label]}: the path "" is the entity itself, "columns.address.city" or
    "mlFeatures.persona" one of its parts.
    """

    name = "tags"
    empty = {}

    @property
    def rule(self) -> changes.Rule:
        return changes.Items(self.name, key=changes.label_key)

    @property
    def merge(self) -> merging.Merge:
        return merging.union_of_labels

    def load(self, kind: type[Entity], ids: list[UUID]) -> Loaded:
        loaded: Loaded = defaultdict(lambda: defaultdict(list))
        for pk, path, label in TagLabel.objects.filter(entity__in=ids).told():
            loaded[pk][path].append(label)
        return loaded

    def referrers(self, kind: type[Entity], ids: list[UUID]) -> Iterable[UUID]:
        return TagLabel.objects.filter(tag__in=ids).values_list("entity", flat=True)

    def save(self, entity: Entity, before: Document, after: Document) -> None:
        known, wanted = (labels_by_path(type(entity), it) for it in (before, after))
        if known == wanted:
            return
        rows = TagLabel.objects.filter(entity=entity)
        if gone := [path for path in known if known[path] != wanted.get(path)]:
            rows.filter(path__in=gone).delete()
        new = {path: labels for path, labels in wanted.items() if labels != known.get(path)}
        tags = Entity.objects.of_type("tag").named(
            *{label["tagFQN"] for labels in new.values() for label in labels}
        )
        ids = dict(tags.values_list("fully_qualified_name", "pk"))
        rows.bulk_create(
            TagLabel(
                entity_id=entity.pk,
                path=path,
                tag_id=ids[label["tagFQN"]],
                label_type=label["labelType"],
                state=label["state"],
                reason=label.get("reason", ""),
            )
            for path, labels in new.items()
            for label in labels
        )


def tag_label(
    name: str,
    own_name: str,
    display_name: str,
    description: str,
    style: Document | None,
    label_type: str,
    state: str,
    reason: str,
) -> Document:
    """Return the wire's TagLabel."""
    words = {
        "displayName": display_name,
        "description": description,
        "style": style,
        "reason": reason,
    }
    return {
        "tagFQN": name,
        "name": own_name,
        **{k: v for k, v in words.items() if not changes.is_empty(v)},
        "source": "Classification",
        "labelType": label_type,
        "state": state,
    }


def labels_by_path(kind: type[Entity], document: Document) -> dict[str, list[Document]]:
    """Return the labels of a document and of its parts, by path."""
    places = {"": document} | dict(kind.parts(document))
    return {path: part["tags"] for path, part in places.items() if part.get("tags")}


def put_labels(kind: type[Entity], document: Document, labels: dict[str, list[Document]]) -> None:
    """Write labels loaded by `Labels` into the document: its `tags`, and those of its parts."""
    document["tags"] = labels.get("", [])
    if labels.keys() - {""}:
        for path, part in kind.parts(document):
            if path in labels or EVERYWHERE in labels:
                part["tags"] = labels.get(path, [])


class Classification(Entity):
    type_name = "classification"
    collection = "classifications"
    label, label_plural = "Classification", "Classifications"
    plain = ("entityStatus", "provider", "mutuallyExclusive", "disabled")
    relations = (
        *EXPLICIT_PEOPLE,
        Domains(),
        Counted("termCount", lambda ids: _count(Tag, "classification", ids)),
        Counted("usageCount", lambda ids: _usage_below(ids)),
    )
    rules = (
        *COMMON_RULES,
        changes.Flag("disabled"),
        changes.Flag("mutuallyExclusive"),
    )
    merges = dict.fromkeys(("entityStatus", "provider", "disabled"), merging.keep_if_absent)

    # Named, because the default accessor on Entity would hide other kinds' fields of this name.
    entity_ptr = models.OneToOneField(
        Entity, models.CASCADE, parent_link=True, primary_key=True, related_name="as_classification"
    )
    provider = models.CharField(max_length=16, default="user")
    mutually_exclusive = models.BooleanField(default=False)
    disabled = models.BooleanField(default=False)


class Tag(Entity):
    type_name = "tag"
    collection = "tags"
    label, label_plural = "Tag", "Tags"
    parent_field = "parent"
    parent_types = ("tag",)
    plain = ("entityStatus", "provider", "mutuallyExclusive", "disabled", "style")
    relations = (
        *EXPLICIT_PEOPLE,
        Domains(),
        Computed("children", lambda ids: _children(Tag, ids)),
        Counted("usageCount", lambda ids: _count_labels(ids)),
    )
    rules = (
        *COMMON_RULES,
        changes.Flag("disabled"),
        changes.Flag("mutuallyExclusive"),
        changes.Value("style"),
    )
    merges = dict.fromkeys(
        ("entityStatus", "provider", "disabled", "style"), merging.keep_if_absent
    )

    classification = models.ForeignKey(Classification, models.PROTECT, related_name="tags")
    provider = models.CharField(max_length=16, default="user")
    mutually_exclusive = models.BooleanField(default=False)
    disabled = models.BooleanField(default=False)
    style = models.JSONField(null=True)

    @classmethod
    def container(cls, document: Document) -> Document | None:
        return document.get("parent") or document.get("classification")

    def assign(self, document: Document) -> None:
        super().assign(document)
        self.classification_id = UUID(document["classification"]["id"])

    def placement(self) -> Document:
        above = {"classification": lasting_reference(self.classification)}
        if self.parent_id != self.classification_id:
            above["parent"] = lasting_reference(self.parent)
        return above

    @classmethod
    def part_references(cls, document: Document) -> Iterator[tuple[Document, str, tuple[str, ...]]]:
        if document.get("classification") is not None:
            yield document, "classification", ("classification",)

    def as_label(self, label_type: str, state: str, reason: str = "") -> Document:
        """Return the wire's TagLabel for this tag."""
        words = self.fully_qualified_name, self.name, self.display_name, self.description
        return tag_label(*words, self.style, label_type, state, reason)

    @property
    def is_sensitive(self) -> bool:
        return self.fully_qualified_name.startswith(("PII.", "PersonalData.", "Protected."))


class TagLabelQuerySet(models.QuerySet):
    def told(self) -> Iterator[tuple[UUID, str, Document]]:
        """Yield (entity, path, the wire's TagLabel) by the tags' names.

        A page shows hundreds, so no model object is made of any.
        """
        of_tag = "fully_qualified_name", "name", "display_name", "description", "tag__style"
        columns = *(f"tag__{name}" for name in of_tag), "label_type", "state", "reason"
        rows = self.order_by("tag__fully_qualified_name").values_list("entity", "path", *columns)
        return ((pk, path, tag_label(*told)) for pk, path, *told in rows)


class TagLabel(models.Model):
    """A tag on an entity, or on the part of it that `path` names."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="tag_labels")
    path = models.TextField(default="", blank=True)
    tag = models.ForeignKey(Entity, models.CASCADE, related_name="labelled")
    label_type = models.CharField(max_length=16, default="Manual")
    state = models.CharField(max_length=16, default="Confirmed")
    reason = models.TextField(default="", blank=True)

    objects = TagLabelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "path", "tag"], name="one_label_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.entity_id} {self.path}".rstrip()

    def as_json(self) -> Document:
        return self.tag.tag.as_label(self.label_type, self.state, self.reason)


def _children(kind: type[Entity], ids: list[UUID]) -> Any:
    return (
        kind.objects.present().filter(parent__in=ids).order_by("name").values_list("parent", "pk")
    )


def _count(kind: type[Entity], holder: str, ids: list[UUID]) -> Any:
    rows = kind.objects.present().filter(**{f"{holder}__in": ids}).order_by()
    return rows.values_list(holder).annotate(Count("pk"))


def _count_labels(ids: list[UUID]) -> Any:
    rows = TagLabel.objects.filter(tag__in=ids).order_by()
    return rows.values_list("tag").annotate(Count("pk"))


def _usage_below(ids: list[UUID]) -> Any:
    rows = TagLabel.objects.filter(tag__tag__classification__in=ids).order_by()
    return rows.values_list("tag__tag__classification").annotate(Count("pk"))

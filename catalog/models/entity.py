"""Entity: the row that everything in the catalogue shares."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Lower

from catalog import changes, merging, names
from catalog.models.fields import DocumentField
from catalog.versioning import FIRST_VERSION

if TYPE_CHECKING:
    from catalog.models.relations import Relation
    from catalog.models.uses import Use

Document = dict[str, Any]

# Dots, underscores and the like separate words: "shop.daily_orders" is found by "orders".
SEARCH_TEXT = """
    setweight(to_tsvector('simple', translate(name, '._-/:', '     ')), 'A') ||
    setweight(to_tsvector('simple', translate(display_name, '._-/:', '     ')), 'A') ||
    setweight(to_tsvector('simple', translate(fully_qualified_name, '._-/:"', '      ')), 'B') ||
    setweight(to_tsvector('simple', left(description, 20000)), 'C')
"""


class EntityQuerySet(models.QuerySet):
    def of_type(self, *type_names: str) -> EntityQuerySet:
        return self.filter(entity_type__in=type_names)

    def named(self, *fully_qualified_names: str) -> EntityQuerySet:
        """Names can be longer than an index entry may be, so their hashes are compared."""
        return self.filter(name_hash__in=[name_hash(name) for name in fully_qualified_names])

    def present(self) -> EntityQuerySet:
        """Leave out what was soft-deleted."""
        return self.filter(deleted=False)

    def locked(self, **lookup: Any) -> Entity:
        """Return one entity and hold its rows until the transaction ends.

        They are the lock for the whole entity: its columns, features, owners and labels change
        only while somebody holds them. `of` is left out on purpose: it would lock the child only.
        `no_key` lets others refer to the entity meanwhile; without it two writers whose entities
        refer to each other wait for one another.
        """
        return self.select_for_update(no_key=True).get(**lookup)


class EntityManager(models.Manager.from_queryset(EntityQuerySet)):
    """Leaves out what only PostgreSQL itself reads."""

    def get_queryset(self) -> EntityQuerySet:
        return super().get_queryset().defer("search", "name_hash")


class Entity(models.Model):
    """A named, owned, tagged and versioned thing in the catalogue.

    Each kind is a subclass with a table of its own that shares the primary key. Containment
    (`parent`), lineage, tags, owners, versions are foreign keys to this row, so the database
    itself refuses a link to something that does not exist.

    A kind states in class attributes what the rest of the house needs to know of it; `kinds()`
    finds it by the name that the wire uses.
    """

    # --- What a kind says about itself ---
    type_name: ClassVar[str] = ""
    collection: ClassVar[str] = ""  # the wire's path below /api/v1/
    parent_field: ClassVar[str | None] = None  # the document's name for what contains it
    parent_types: ClassVar[tuple[str, ...]] = ()
    plain: ClassVar[tuple[str, ...]] = ()  # document names of plain columns, always shown
    plain_on_request: ClassVar[tuple[str, ...]] = ()  # … shown when `fields` asks
    composed: ClassVar[tuple[str, ...]] = ()  # … of what the kind assigns in its own way
    part_lists: ClassVar[tuple[str, ...]] = ()  # … of lists kept as rows (columns, features)
    relations: ClassVar[tuple[Relation, ...]] = ()
    extra_fields: ClassVar[tuple[str, ...]] = ()  # known to `fields`, always empty here
    inherited: ClassVar[tuple[str, ...]] = ()  # relations taken from the parent when empty
    rules: ClassVar[tuple[changes.Rule, ...]] = ()
    merges: ClassVar[Mapping[str, merging.Merge]] = {}
    not_on_wire: ClassVar[frozenset[str]] = frozenset()
    tags_are_listed: ClassVar[bool] = False  # parts show an empty list where they have no tags
    newer: ClassVar[frozenset[str]] = frozenset()  # properties the 1.13 wire does not know
    label: ClassVar[str] = ""  # what pages call one of them
    label_plural: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entity_type = models.CharField(max_length=32, editable=False)
    name = models.CharField(max_length=names.MAX_NAME)
    fully_qualified_name = models.CharField(max_length=names.MAX_QUALIFIED_NAME, editable=False)
    name_hash = models.GeneratedField(
        expression=MD5("fully_qualified_name"),
        output_field=models.CharField(max_length=32),
        db_persist=True,
    )
    display_name = models.CharField(max_length=256, default="", blank=True)
    description = models.TextField(default="", blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", editable=False
    )
    entity_status = models.CharField(max_length=16, null=True, blank=True)
    extension = models.JSONField(null=True, blank=True)
    life_cycle = models.JSONField(null=True, blank=True)
    certification = models.JSONField(null=True, blank=True)
    source_hash = models.CharField(max_length=32, null=True, blank=True)
    version = models.DecimalField(
        max_digits=8, decimal_places=1, default=FIRST_VERSION, editable=False
    )
    deleted = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(editable=False)
    # A name, not a reference: authorship outlives the account.
    updated_by = models.CharField(max_length=names.MAX_NAME, editable=False)
    core = DocumentField(editable=False)
    """The document without relations, as last written: what reads are served from."""
    search = models.GeneratedField(
        expression=RawSQL(SEARCH_TEXT, []),  # noqa: S611
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = EntityManager()

    class Meta:
        verbose_name_plural = "entities"
        constraints = [
            models.UniqueConstraint(
                fields=["entity_type", "name_hash"],
                name="a_kind_has_each_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=FIRST_VERSION), name="versions_start_at_0_1"
            ),
        ]
        indexes = [
            models.Index(fields=["entity_type", "name", "id"], name="entity_in_list_order"),
            models.Index(fields=["parent", "entity_type", "name", "id"], name="entity_by_parent"),
            models.Index(fields=["-updated_at", "id"], name="entity_recently_updated"),
            models.Index(
                OpClass(Lower("name"), name="text_pattern_ops"), name="entity_by_name_prefix"
            ),
            GinIndex(fields=["search"], name="entity_by_word"),
        ]

    def __str__(self) -> str:
        return self.fully_qualified_name

    @staticmethod
    @cache
    def kinds() -> dict[str, type[Entity]]:
        """Return every kind of entity, by the name the wire uses."""
        models = apps.get_models()
        return {
            kind.type_name: kind for kind in models if issubclass(kind, Entity) and kind.type_name
        }

    @property
    def kind(self) -> type[Entity]:
        return self.kinds()[self.entity_type]

    @property
    def title(self) -> str:
        return self.display_name or self.name

    @property
    def concrete(self) -> Entity:
        """This entity as the row of its own kind."""
        return self if type(self) is self.kind else self.kind.objects.get(pk=self.pk)

    # --- The document: the entity as the API shows it and history stores it ---

    @classmethod
    def qualify(cls, document: Document) -> str:
        """Return the fully qualified name of a document whose references are resolved."""
        parent = cls.container(document)
        name = document["name"]
        return (
            names.join(parent["fullyQualifiedName"], name)
            if parent is not None
            else names.quote(name)
        )

    @classmethod
    def container(cls, document: Document) -> Document | None:
        """Return the reference to what contains the entity, or None at the top."""
        return document.get(cls.parent_field) if cls.parent_field else None

    def placement(self) -> Document:
        """Return the references to everything above this entity, as the document names them."""
        if self.parent is None or self.parent_field is None:
            return {}
        return {self.parent_field: lasting_reference(self.parent)} | {
            name: self.parent.core[name]
            for name in ("service", "database", "serviceType")
            if name in self.parent.core
        }

    @classmethod
    def contents(cls) -> tuple[str, ...]:
        """Return the document names that a request may set, in the order they are shown."""
        return (
            "displayName",
            "description",
            *cls.plain,
            *cls.plain_on_request,
            *cls.composed,
            *cls.part_lists,
            *(relation.name for relation in cls.relations if relation.is_written),
        )

    @classmethod
    def lists(cls) -> list[str]:
        """Return the document names of lists, which a patch may add to while they are empty."""
        relations = [r.name for r in cls.relations if r.is_written and isinstance(r.empty, list)]
        return [*cls.part_lists, *relations]

    @classmethod
    def parts(cls, document: Document) -> Iterator[tuple[str, Document]]:
        """Yield (path, part) for each part of the document that can carry tags of its own."""
        return iter(())

    @classmethod
    def part_references(cls, document: Document) -> Iterator[tuple[Document, str, tuple[str, ...]]]:
        """Yield (holder, key, allowed types) for each reference inside the parts."""
        return iter(())

    @classmethod
    def complete(cls, document: Document) -> None:
        """Fill in what the server knows better than the request, in a resolved document."""

    @classmethod
    def sources(cls, document: Document) -> set[str]:
        """Return the ids of entities this document says it is made from: lineage by itself."""
        return set()

    def document(self) -> Document:
        """Return the core's content from the rows. Reads use `core`; tests prove the two equal."""
        content = {
            "id": str(self.pk),
            "name": self.name,
            "fullyQualifiedName": self.fully_qualified_name,
            "displayName": self.display_name,
            "description": self.description,
            **{name: self.value_of(name) for name in self.plain},
            **self.placement(),
            "deleted": self.deleted,
        }
        return {k: v for k, v in content.items() if not changes.is_empty(v)}

    def assign(self, document: Document) -> None:
        """Copy the document's plain values onto this row, without saving."""
        self.display_name = document.get("displayName", "")
        self.description = document.get("description", "")
        self.deleted = document.get("deleted", False)
        for name in (*self.plain, *self.plain_on_request):
            column = column_name(name)
            field = self._meta.get_field(column)
            setattr(self, column, document.get(name, None if field.null else field.get_default()))

    def value_of(self, name: str) -> Any:
        return getattr(self, column_name(name))

    def save_parts(self, before: Document, after: Document) -> None:
        """Write the rows that belong to this one, where the two documents differ."""
        for relation in self.relations:
            if relation.is_written:
                relation.save(self, before, after)

    @classmethod
    def columns_changed(cls, entity: Entity) -> None:
        """Look again at what of this kind depends on the columns of `entity`."""

    @classmethod
    def uses_of(cls, entity: Entity) -> list[Use]:
        """Return where entities of this kind use `entity`, in a fixed number of queries."""
        return []

    @classmethod
    def forget(cls, ids: list[uuid.UUID]) -> list[Entity]:
        """Return the entities of this kind that refer to some which are about to go."""
        found = {pk for relation in cls.relations for pk in relation.referrers(cls, ids)}
        return list(cls.objects.filter(pk__in=found)) if found else []

    @classmethod
    def column_names(cls, entity: Entity) -> set[str]:
        """Return the qualified names that column lineage may use for this entity."""
        return set()

    @classmethod
    def shown(cls, content: Document) -> Document:
        """Return the content as it may be kept in history: without secrets."""
        return content

    @classmethod
    def keep_hidden(cls, before: Document, after: Document) -> None:
        """Put back into `after` what the client was not shown."""

    @classmethod
    def merges_all(cls) -> Mapping[str, merging.Merge]:
        """Return what a PUT does to each field, relations included."""
        return {relation.name: relation.merge for relation in cls.relations} | dict(cls.merges)


def column_name(document_name: str) -> str:
    """Return the Python name of a wire name: "sourceUrl" -> "source_url"."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", document_name).lower()


def name_hash(fully_qualified_name: str) -> str:
    return hashlib.md5(fully_qualified_name.encode(), usedforsecurity=False).hexdigest()


def lasting_reference(entity: Entity) -> Document:
    """Return a reference made of what never changes, fit to be stored in other documents."""
    return {
        "id": str(entity.pk),
        "type": entity.entity_type,
        "name": entity.name,
        "fullyQualifiedName": entity.fully_qualified_name,
    }


def reference(entity: Entity) -> Document:
    """Return the wire's EntityReference to an entity as it is now."""
    words = {"displayName": entity.display_name} if entity.display_name else {}
    return lasting_reference(entity) | words | {"deleted": entity.deleted}

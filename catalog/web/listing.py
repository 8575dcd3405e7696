"""What the list page of a kind shows: its columns, its facets, and the words for an empty one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalog.models import Entity, Responsibility, TagLabel
from catalog.search import COUNTED

CHOICES = 12
"""How many values a facet offers; rarer ones are found by searching."""

Row = Any  # an entity with what the listing annotated, and `related`: what stands around it


@dataclass(frozen=True)
class Column:
    """One column; `shape` says how catalog/templatetags/lists.py shows the value."""

    label: str
    value: Callable[[Row], Any]
    shape: str = "text"  # text, number, thing, place, people, tags, yes


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """A way to narrow a list: which values there are among `rows`, and what one leaves of them."""

    key: str  # its place in the address
    label: str
    choices: Callable[[QuerySet], Iterable[Choice]]
    narrowed: Callable[[QuerySet, str], QuerySet]
    shown: Callable[[str], str] = str  # how a chosen value is said


@dataclass(frozen=True)
class Listing:
    """How one kind is listed. `plain` names the columns of its row that are read."""

    columns: tuple[Column, ...] = ()
    facets: tuple[Facet, ...] = ()
    plain: tuple[str, ...] = ()
    counts: tuple[tuple[str, Callable[[], Subquery]], ...] = ()
    related: tuple[str, ...] = ()  # document names, as `documents.related` knows them
    empty: str = ""
    new_url: str = ""  # the form that makes one, for those who `may_add`
    may_add: Callable[[Any], bool] = lambda user: False


_listings: dict[str, Listing] = {}


def register(kind_name: str, listing: Listing) -> None:
    _listings[kind_name] = listing


def listing_of(kind_name: str) -> Listing:
    return _listings.get(kind_name, Listing())


# --- Columns that many kinds have ---

OWNERS = Column("Owners", lambda row: row.related.get("owners"), "people")
TAGS = Column("Tags", lambda row: row.labels, "tags")


def inside(label: str) -> Column:
    """Return the column that links to what contains the entity."""
    return Column(label, lambda row: row.parent, "place")


def counted(model: type[Model], holder: str, **only: Any) -> Subquery:
    """Count the rows of `model` that point to each entity; the database does it for a page only."""
    rows = model._default_manager.filter(**{holder: OuterRef("pk")}, **only).order_by()
    number = rows.values(holder).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number), 0, output_field=IntegerField())


# --- Facets that many kinds have; they count among the first rows only ---


def some(rows: QuerySet) -> QuerySet:
    """Return the ids of the rows a facet counts among."""
    return rows.order_by().values("pk")[:COUNTED]


def service_facet(depth: int) -> Facet:
    """Return the facet of the service that is so many steps above."""
    above = "__".join(["parent"] * depth)

    def choices(rows: QuerySet) -> list[Choice]:
        within = Entity.objects.filter(pk__in=some(rows)).order_by()
        names = (f"{above}__{it}" for it in ("name", "display_name", "fully_qualified_name"))
        found = within.values_list(*names).annotate(number=Count("pk"))
        ordered = found.order_by("-number", f"{above}__name")[:CHOICES]
        return [Choice(fqn, shown or name, number) for name, shown, fqn, number in ordered]

    def narrowed(rows: QuerySet, value: str) -> QuerySet:
        services = Entity.objects.named(value).filter(entity_type__endswith="Service")
        return rows.filter(**{f"{above}__in": list(services.values_list("pk", flat=True))})

    return Facet("service", "Service", choices, narrowed)


def upwards(depth: int) -> list[str]:
    """Return the lookups of a row itself and of what is up to so many steps above."""
    return ["pk", *("__".join(["parent"] * steps) for steps in range(1, depth + 1))]


def holder(depth: int) -> Coalesce:
    """Say on which entity the owners stand: the row, or the nearest of so many above it."""
    held = Responsibility.objects.filter(role="owner").values("entity")
    return Coalesce(
        *(Subquery(held.filter(entity=OuterRef(level))[:1]) for level in upwards(depth)), None
    )


def owner_facet(inherited_from: int = 0) -> Facet:
    """Return the facet of owners; without its own, an entity has those of what contains it."""

    def choices(rows: QuerySet) -> list[Choice]:
        within = rows.model.objects.filter(pk__in=some(rows)).order_by()
        held = within.annotate(holder=holder(inherited_from)).exclude(holder=None)
        numbers = dict(held.values_list("holder").annotate(Count("pk")))
        owners = Responsibility.objects.filter(entity__in=list(numbers), role="owner").order_by()
        counts: Counter[tuple[str, str]] = Counter()
        for kind in ("team", "user"):
            names = (f"{kind}__{name}" for name in ("name", "display_name", "fully_qualified_name"))
            named = owners.exclude(**{kind: None}).values_list("entity", *names)
            for entity, name, display_name, fqn in named:
                counts[f"{kind}/{fqn}", display_name or name] += numbers[entity]
        return [Choice(*owner, number) for owner, number in counts.most_common(CHOICES)]

    def narrowed(rows: QuerySet, value: str) -> QuerySet:
        kind, _, name = value.partition("/")
        people = Entity.objects.named(name).of_type(kind).values("pk")
        held = Responsibility.objects.filter(role="owner", entity=OuterRef("holder"))
        owned = Exists(held.filter(Q(user__in=people) | Q(team__in=people)))
        return rows.alias(holder=holder(inherited_from)).filter(owned)

    return Facet("owner", "Owner", choices, narrowed, lambda value: value.partition("/")[2])


OWNER = owner_facet()


def _tags(rows: QuerySet) -> list[Choice]:
    labels = TagLabel.objects.filter(entity__in=some(rows), path="").order_by()
    found = labels.values_list("tag__fully_qualified_name").annotate(number=Count("pk"))
    ordered = found.order_by("-number", "tag__fully_qualified_name")
    return [Choice(fqn, fqn, number) for fqn, number in ordered[:CHOICES]]


def _tagged(rows: QuerySet, value: str) -> QuerySet:
    tag = Entity.objects.named(value).of_type("tag").values("pk")
    return rows.filter(Exists(TagLabel.objects.filter(entity=OuterRef("pk"), path="", tag__in=tag)))


TAG = Facet("tag", "Tag", _tags, _tagged)


def missing_facet(**conditions: tuple[str, Callable[[], Q]]) -> Facet:
    """Return the facet of what is not there; each condition is a label and the test for it."""

    def choices(rows: QuerySet) -> list[Choice]:
        counts = {key: Count("pk", filter=test()) for key, (_, test) in conditions.items()}
        found = rows.model.objects.filter(pk__in=some(rows)).aggregate(**counts)
        return [Choice(key, label, found[key]) for key, (label, _) in conditions.items()]

    def narrowed(rows: QuerySet, value: str) -> QuerySet:
        return rows.filter(conditions[value][1]()) if value in conditions else rows.none()

    return Facet(
        "missing", "Missing", choices, narrowed,
        lambda value: conditions[value][0] if value in conditions else value,
    )  # fmt: skip


def without_owner(inherited_from: int = 0) -> Q:
    owners = Responsibility.objects.filter(role="owner")
    return Q(*(~Exists(owners.filter(entity=OuterRef(level))) for level in upwards(inherited_from)))


def without_description() -> Q:
    return Q(description="")


UNOWNED = ("An owner", without_owner)
UNDESCRIBED = ("A description", without_description)
MISSING = missing_facet(owner=UNOWNED, description=UNDESCRIBED)


def inherited_facets(depth: int) -> tuple[Facet, ...]:
    """Return the facets of a kind that has the owners of what contains it, when it has none."""
    unowned = ("An owner", lambda: without_owner(depth))
    missing = missing_facet(owner=unowned, description=UNDESCRIBED)
    return service_facet(depth), owner_facet(depth), TAG, missing

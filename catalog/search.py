"""Query text -> ranked entities, on PostgreSQL alone.

Exact names come before names that begin with the text, and those before its words anywhere in
name, description or qualified name. Whatever the text holds, it is an answer and never an error;
however many rows match, only the first `RANKED` are ranked and the first `COUNTED` are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from catalog.models import Column, Entity
from catalog.models.entity import name_hash
from catalog.names import MAX_NAME, MAX_QUALIFIED_NAME

RANKED = 1_000
COUNTED = 10_000
MAX_WORDS = 12

EXACT, PREFIX, WORDS = range(3)

# What people look for first; kinds that are not named come after those that are.
ORDER = (
    "mlmodel", "table", "dashboard", "pipeline", "chart", "databaseSchema", "database",
    "mlmodelService", "databaseService", "dashboardService", "pipelineService",
    "team", "user", "domain", "tag", "classification",
)  # fmt: skip

# What a page of hits shows; the documents stay where they are.
SHOWN = ("entity_type", "name", "display_name", "fully_qualified_name", "description", "deleted")


@dataclass(frozen=True)
class Found:
    """The best hits in order, and how many there are of each kind; counts are capped."""

    hits: list[Entity]
    counts: dict[str, int]
    total: int
    is_capped: bool


def search(
    text: str,
    *,
    kinds: Sequence[str] = (),
    limit: int = 50,
    offset: int = 0,
    few: int | None = None,
    deleted: bool = False,
) -> Found:
    """Return the entities that match the text, best first; of each kind a `few` at most.

    Three queries, and one more to count some kinds among very many matches.
    """
    text = cleaned(text)
    if not text:
        return Found([], {}, 0, False)
    rows = Entity.objects.all() if deleted else Entity.objects.present()
    counts = _counts(matching(rows, text))
    total = sum(counts.values())
    if kinds:
        rows = rows.of_type(*kinds)
        # Capped, the counts may have stopped before they came to the kinds that were asked for.
        capped = total >= COUNTED
        some = matching(rows, text)[:COUNTED].count() if capped else 0
        total = some or sum(counts.get(kind, 0) for kind in kinds)
    ranked = _ranked(rows, text)
    hits = _read(_first_of_each(ranked, few) if few else ranked[offset : offset + limit])
    return Found(hits, counts, total, total >= COUNTED)


def best(text: str, *, kinds: Sequence[str], limit: int) -> list[Entity]:
    """Return the best present entities of some kinds, without counting the others. Two queries."""
    text = cleaned(text)
    return _read(_ranked(Entity.objects.present().of_type(*kinds), text)[:limit]) if text else []


def first_of(kinds: Iterable[str], *, limit: int = 8) -> list[Entity]:
    """Return the first entities of each kind by name: what a picker shows before one types."""
    rows = Entity.objects.present().only(*SHOWN)
    parts = [rows.of_type(kind).order_by("name", "pk")[:limit] for kind in kinds]
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def matching(rows: QuerySet, text: str) -> QuerySet:
    """Filter entities to those that match the text, in whatever order the rows are."""
    text = cleaned(text)
    if not text:
        return rows
    condition = Q(lower_name__startswith=text.lower()) | Q(name_hash=name_hash(text))
    if query := words_query(text):
        condition |= Q(search=query)
    return rows.alias(lower_name=Lower("name")).filter(condition)


def columns(text: str, *, limit: int = 8) -> list[Column]:
    """Return columns whose name begins with the text, with their entity; exact names first.

    A dot goes deeper: "orders.am" finds the columns `am…` of what is called orders, and so does
    the qualified name of a table with a dot behind it.
    """
    text = cleaned(text)
    if not text:
        return []
    rows = Column.objects.filter(entity__deleted=False).select_related("entity")
    rows = rows.only("name", "path", "data_type", "data_type_display", *_of_entity("entity"))
    # In no order: to sort all that begin with "id" would take longer than to look at some of them.
    rows = rows.annotate(lower_name=Lower("name")).order_by()
    found = list(rows.filter(lower_name__startswith=text.lower())[: limit * 25])
    above, dot, start = text.rpartition(".")
    if dot and len(found) < limit:
        holders = Entity.objects.present().alias(lower_name=Lower("name"))
        holders = holders.filter(
            Q(lower_name=above.rpartition(".")[2].lower()) | Q(name_hash=name_hash(above))
        )
        inside = rows.filter(entity__in=list(holders.values_list("pk", flat=True)[: limit * 5]))
        found += inside.filter(lower_name__startswith=start.lower())[: limit * 5]
    text = (start if dot else text).lower()
    found.sort(key=lambda it: (it.lower_name != text, it.lower_name, it.entity.name.lower()))
    return list({column.pk: column for column in found}.values())[:limit]


def columns_of(entities: Sequence[Entity], *, limit: int = 8) -> list[Column]:
    """Return the first columns of these entities, in their order."""
    rows = Column.objects.filter(entity__in=[entity.pk for entity in entities])
    rows = rows.select_related("entity").order_by("entity__name", "entity", "position")
    return list(rows.only("name", "path", "data_type_display", *_of_entity("entity"))[:limit])


def cleaned(text: str) -> str:
    """Return the text without what PostgreSQL cannot hold, and not longer than any name."""
    storable = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    return storable.strip()[:MAX_QUALIFIED_NAME]


def words_query(text: str) -> SearchQuery | None:
    """Return the query for all words of the text; each may be the beginning of a longer one.

    Words are cut where the index cuts them, so nothing is left that the parser could stumble on.
    """
    words = [word[:MAX_NAME] for word in re.findall(r"[^\W_]+", text)][:MAX_WORDS]
    if not words:
        return None
    # One letter begins too many words to be looked up; names that begin with it are found anyway.
    terms = [f"'{word}':*" if len(word) > 1 else f"'{word}'" for word in words]
    return SearchQuery(" & ".join(terms), config="simple", search_type="raw")


def _read(ranked: list[tuple[Any, str]]) -> list[Entity]:
    page = Entity.objects.only(*SHOWN).in_bulk([pk for pk, _ in ranked])
    return [page[pk] for pk, _ in ranked if pk in page]


def _first_of_each(ranked: list[tuple[Any, str]], few: int) -> list[tuple[Any, str]]:
    seen: Counter[str] = Counter()
    kept = []
    for pk, kind in ranked:
        seen[kind] += 1
        if seen[kind] <= few:
            kept.append((pk, kind))
    return kept


def _ranked(rows: QuerySet, text: str) -> list[tuple[Any, str]]:
    """Return id and kind of the best matches, from one query with an index for each way."""
    nothing = Value(0.0, output_field=FloatField())
    start = text.lower()[:MAX_NAME]
    named = rows.annotate(
        lower_name=Lower("name"),
        place=Case(When(lower_name=start, then=EXACT), default=PREFIX, output_field=IntegerField()),
        rank=nothing,
    )
    qualified = rows.named(text).annotate(
        place=Value(EXACT, output_field=IntegerField()), rank=nothing
    )
    ways = [named.filter(lower_name=start), named.filter(lower_name__startswith=start)]
    if query := words_query(text):
        ways.append(
            rows.filter(search=query).annotate(
                place=Case(
                    When(display_name__iexact=text, then=EXACT),
                    When(display_name__istartswith=text, then=PREFIX),
                    default=WORDS,
                    output_field=IntegerField(),
                ),
                rank=SearchRank(F("search"), query),
            )
        )
    shown = ("pk", "entity_type", "name", "place", "rank")
    union = qualified.values_list(*shown)[:RANKED].union(
        *(way.values_list(*shown)[:RANKED] for way in ways), all=True
    )
    best: dict[tuple[Any, str], tuple[Any, ...]] = {}
    for pk, kind, name, place, rank in union:
        key = (place, -round(rank, 1), place_of(kind), -rank, len(name), name, str(pk))
        if key < best.get((pk, kind), (WORDS + 1,)):
            best[pk, kind] = key
    return sorted(best, key=best.__getitem__)[:RANKED]


def _counts(rows: QuerySet) -> dict[str, int]:
    """Count the first matches by kind."""
    sql, params = rows.order_by().values("entity_type")[:COUNTED].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entity_type, count(*) FROM ({sql}) AS hit GROUP BY entity_type",  # noqa: S608
            params,
        )
        return dict(sorted(cursor.fetchall(), key=lambda row: place_of(row[0])))


def place_of(kind: str) -> int:
    """Return where a kind stands among the kinds, models first."""
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _of_entity(path: str) -> list[str]:
    return [f"{path}__{name}" for name in SHOWN]

"""Template tags for what every page shows: icons, kinds, links to entities, times, safe Markdown.

They only format what the view has already loaded; none of them asks the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.defaultfilters import truncatechars
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from catalog import links, names
from catalog.kinds import kind_of
from catalog.links import page_url
from catalog.web.markdown import gist, render_markdown

register = template.Library()
register.filter("page_url", page_url)

NAVIGATION = (
    ("mlmodel", "Models", "/mlmodel/", "g m"),
    ("table", "Tables", "/table/", "g t"),
    ("dashboard", "Dashboards", "/dashboard/", "g d"),
    ("pipeline", "Pipelines", "/pipeline/", "g p"),
    ("service", "Services", "/services/", "g s"),
    ("team", "Teams", "/team/", "g e"),
    ("classification", "Tags", "/classification/", "g c"),
)
WEEK = 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Shown:
    """An entity as a link: made from a reference on the wire or from a row."""

    kind: str
    name: str
    fqn: str
    deleted: bool

    @property
    def url(self) -> str:
        return page_url(self.kind, self.fqn)


def shown(thing: Any) -> Shown:
    """Accept a reference (`type`, `fullyQualifiedName` …) or an Entity row."""
    if isinstance(thing, Shown):
        return thing
    if isinstance(thing, Mapping):
        name = thing.get("name", "")
        fqn = thing.get("fullyQualifiedName") or name
        return Shown(
            thing["type"], thing.get("displayName") or name, fqn, bool(thing.get("deleted"))
        )
    return Shown(
        getattr(thing, "entity_type", None) or thing.kind,
        thing.display_name or thing.name,
        thing.fully_qualified_name,
        bool(getattr(thing, "deleted", False)),
    )


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Show a symbol of the sprite; without a label it is decoration."""
    hidden = format_html('role="img" aria-label="{}"', label) if label else _DECORATION
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>', css, hidden, _sprite(), name
    )


@register.simple_tag
@lru_cache(maxsize=1024)
def kind_icon(kind: str, label: str = "") -> SafeString:
    """Show a kind's icon in the kind's colour."""
    hidden = format_html('role="img" aria-label="{}"', label) if label else _DECORATION
    return format_html(
        '<svg class="icon of-kind" data-kind="{}" {}><use href="{}#{}"></use></svg>',
        css_kind(kind),
        hidden,
        _sprite(),
        kind_of(kind).icon,
    )


@register.filter
def css_kind(kind: str) -> str:
    """Return the kind whose colour is used: all services share one."""
    return "service" if kind.lower().endswith("service") else kind


@register.filter
def kind_name(kind: str) -> str:
    return kind_of(kind).label


@register.filter
def kind_plural(kind: str) -> str:
    return kind_of(kind).plural


@register.filter
def kind_symbol(kind: str) -> str:
    return kind_of(kind).icon


@register.simple_tag
def verb_url(verb: str, thing: Any, **query: Any) -> str:
    """Return the address that does something with an entity: `/delete/table/…`."""
    entity = shown(thing)
    return links.verb_url(verb, entity.kind, entity.fqn, **query)


@register.simple_tag
def entity_link(thing: Any, path: str = "") -> SafeString:
    """Link to an entity with its icon; `path` is said faintly before the name.

    Written here and not in a template, as are the other marks of which a list shows hundreds.
    """
    return _entity_link(shown(thing), path)


@lru_cache(maxsize=4096)  # a list links to the same few services again and again
def _entity_link(entity: Shown, path: str) -> SafeString:
    return format_html(
        '<a class="entity" href="{}" data-kind="{}"{} title="{}{}">{}<span>{}{}</span></a>',
        entity.url,
        css_kind(entity.kind),
        _DELETED if entity.deleted else "",
        entity.fqn,
        " (deleted)" if entity.deleted else "",
        icon(kind_symbol(entity.kind), kind_name(entity.kind)),
        format_html('<span class="path">{}.</span>', path) if path else "",
        entity.name,
    )


@register.simple_tag
def owner_chip(owner: Any) -> SafeString:
    return _owner_chip(shown(owner))


@lru_cache(maxsize=1024)
def _owner_chip(holder: Shown) -> SafeString:
    return format_html(
        '<a class="chip owner" href="{}" title="{}"{}>'
        '<span class="avatar" data-kind="{}" aria-hidden="true">{}</span><span>{}</span>{}</a>',
        holder.url,
        holder.name,
        _DELETED if holder.deleted else "",
        holder.kind,
        initials(holder.name),
        holder.name,
        _TEAM if holder.kind == "team" else "",
    )


@register.simple_tag
def tag_chip(label: Mapping[str, Any]) -> SafeString:
    """Show a tag label as the wire has it (TagLabel)."""
    return _tag_chip(
        label["tagFQN"],
        label.get("displayName") or "",
        label.get("description") or "",
        label.get("state", "Confirmed"),
    )


@lru_cache(maxsize=1024)
def _tag_chip(fqn: str, display_name: str, words: str, state: str) -> SafeString:
    parent = names.parent_of(fqn)
    return format_html(
        '<a class="chip tag" href="{}" data-kind="tag" data-state="{}" title="{}{}{}">{}'
        "<span>{}{}</span></a>",
        page_url("tag", fqn),
        state,
        fqn,
        " (suggested)" if state == "Suggested" else "",
        f": {truncatechars(words, 160)}" if words else "",
        icon("tag"),
        format_html('<span class="of">{}.</span>', parent) if parent else "",
        display_name or names.split(fqn)[-1],
    )


@register.inclusion_tag("parts/nav.html", takes_context=True)
def navigation(context: template.Context) -> dict[str, Any]:
    path = context["request"].path if "request" in context else ""
    return {
        "items": [
            {"kind": kind, "label": label, "url": url, "keys": keys, "here": path.startswith(url)}
            for kind, label, url, keys in NAVIGATION
        ]
    }


@register.filter
def tone(level: str) -> str:
    """Return how a message of Django's level is coloured."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level, "info")


@register.filter
def initials(name: str) -> str:
    """Return at most two letters for an avatar."""
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"


register.filter("gist", gist)


@register.filter
def markdown(text: str | None) -> SafeString:
    return render_markdown(text or "")


@register.simple_tag
def when(moment: datetime | int | None) -> SafeString | str:
    """Say a moment (or the wire's milliseconds): near ones as an age, far ones as a date."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        moment = datetime.fromtimestamp(moment / 1000, UTC)
    local = timezone.localtime(moment)
    age = (timezone.now() - moment).total_seconds()
    if age < 60:
        words = "just now"
    elif age < WEEK:
        words = f"{timesince(moment, depth=1)} ago"
    else:
        words = f"{local:%-d %b %Y}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        f"{local:%-d %B %Y, %H:%M:%S %Z}",
        words,
    )


_DECORATION = SafeString('aria-hidden="true"')
_DELETED = SafeString(" data-deleted")
_TEAM = SafeString('<span class="visually-hidden"> (team)</span>')


def _sprite() -> str:
    return static("vendor/tabler/sprite.svg")

"""The cells of a list page: there are hundreds, and in Python they take half as long."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.templatetags.almanac import entity_link, icon, owner_chip, tag_chip
from catalog.web.listing import Column

register = template.Library()

_EMPTY = SafeString(" data-empty")
_NUMBER = SafeString(' class="number"')


@register.simple_tag
def cells(row: Any, columns: Iterable[Column]) -> SafeString:
    """Show what the columns have to say of a row."""
    return format_html_join(
        "",
        '<td data-label="{}"{}{}>{}</td>',
        (
            (
                column.label,
                _NUMBER if column.shape == "number" else "",
                "" if value or value == 0 else _EMPTY,
                _shown(row, column.shape, value),
            )
            for column in columns
            for value in [column.value(row)]
        ),
    )


def _shown(row: Any, shape: str, value: Any) -> Any:
    if shape == "number":
        return value
    if not value:
        return ""
    if shape == "people":
        return _several(owner_chip(one) for one in value)
    if shape == "tags":
        return _several(tag_chip(label) for label in value)
    if shape == "place":
        return entity_link(value, path=row.above)
    if shape == "thing":
        return entity_link(value)
    return icon("check", "Yes") if shape == "yes" else value


def _several(chips: Iterable[SafeString]) -> SafeString:
    row = format_html_join("", "{}", ((chip,) for chip in chips))
    return format_html('<div class="row tight">{}</div>', row)

"""Turn the Markdown people and connectors write into HTML that is safe to put on a page."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

# h1 and h2 belong to the page; classes, ids and styles would let a text dress up as part of it.
TAGS = set(
    "a abbr b blockquote br code dd del details div dl dt em h3 h4 h5 h6 hr i ins kbd li mark ol p"
    " pre q s samp small span strong sub summary sup table tbody td th thead tr u ul var".split()
)
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan"}}
SCHEMES = {"http", "https", "mailto"}


@lru_cache(maxsize=256)
def render_markdown(text: str) -> SafeString:
    """Return safe HTML: no scripts, images as links, headings below the page's own."""
    html = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 - nh3 has just cleaned it


@lru_cache(maxsize=4096)
def gist(text: str, length: int = 240) -> str:
    """Return the first words of a text without its marks, for a line in a list."""
    start = text[: 8 * length]
    if start.translate(_MARKS) != start:
        pieces = (inline.children or () for inline in _parser.parse(start))
        start = " ".join("".join(_words(children)) for children in pieces if children)
    words = " ".join(start.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def _words(children: Sequence[Token]) -> Iterator[str]:
    for token in children:
        if token.type in {"text", "code_inline", "image"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "


def _demote_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def _image_as_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict
) -> str:
    """Link to a picture instead of loading it: it would tell its server who reads what."""
    image = tokens[index]
    words = image.content or str(image.attrs["src"])
    return f'<a href="{escape(image.attrs["src"])}">{escape(words)}</a>'


_MARKS = str.maketrans("", "", "*_`#[]<>|~\\&!")
_parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_parser.core.ruler.push("demote_headings", _demote_headings)
_parser.add_render_rule("image", _image_as_link)

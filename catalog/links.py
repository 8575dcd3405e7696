"""Where an entity's page is: the one place that spells a page's address."""

from typing import Any
from urllib.parse import quote, urlencode


def page_url(kind: str, fqn: str) -> str:
    """Return the path of an entity's page; its tabs are `?tab=…`."""
    return f"/{kind}/{quote(fqn, safe='')}"


def list_url(kind: str) -> str:
    """Return the path of the list of all entities of a kind."""
    return f"/{kind}/"


def verb_url(verb: str, kind: str, fqn: str, **query: Any) -> str:
    """Return the path that does something with an entity; verbs stand before names."""
    path = f"/{verb}{page_url(kind, fqn)}"
    return f"{path}?{urlencode(query)}" if query else path

"""Where an entity's page is: the one place that spells a page's address."""

from urllib.parse import quote


def page_url(kind: str, fqn: str) -> str:
    """Return the path of an entity's page; its tabs are `?tab=…`."""
    return f"/{kind}/{quote(fqn, safe='')}"

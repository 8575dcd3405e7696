"""Find what an address names, or answer that there is no such page."""

from django.http import Http404

from catalog import references
from catalog.kinds import KINDS
from catalog.models import Entity


def entity_or_404(kind_name: str, fqn: str) -> Entity:
    """Return the entity, soft-deleted or not. Raise Http404."""
    kind = Entity.kinds().get(kind_name)
    if kind is None or kind_name not in KINDS:
        raise Http404(f"There are no pages of the kind {kind_name}.")
    try:
        return references.find(kind, fqn, include="all")
    except references.NotFound as missing:
        raise Http404(str(missing)) from None

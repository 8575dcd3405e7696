"""The one place that writes the catalogue.

REST, forms, admin, connectors, demo data and the shell all come through these functions. Each runs
in one transaction and leaves the rows, one EntityVersion and one ChangeEvent, or nothing at all.
Access is checked here. The actor is always a required keyword argument.
"""

from catalog.lifecycle.deleting import delete, hard_delete, restore
from catalog.lifecycle.edges import (
    end_edge,
    end_edges_by_source,
    patch_edge,
    put_edge,
)
from catalog.lifecycle.errors import AlreadyExists, Invalid, VersionConflict
from catalog.lifecycle.ties import follow, unfollow, vote
from catalog.lifecycle.tokens import issue_token, revoke_token, set_password
from catalog.lifecycle.writing import Written, create, patch, put, update

__all__ = [
    "AlreadyExists",
    "Invalid",
    "VersionConflict",
    "Written",
    "create",
    "delete",
    "end_edge",
    "end_edges_by_source",
    "follow",
    "hard_delete",
    "issue_token",
    "patch",
    "patch_edge",
    "put",
    "put_edge",
    "restore",
    "revoke_token",
    "set_password",
    "unfollow",
    "update",
    "vote",
]

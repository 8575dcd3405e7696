"""What can be wrong with a write; the message says which field and how to mend it."""

from catalog.models import Entity


class VersionConflict(Exception):
    """Somebody else changed the entity since the caller last read it."""

    def __init__(self, entity: Entity) -> None:
        super().__init__(
            f"{entity} was changed by {entity.updated_by} and is now at version {entity.version}."
        )
        self.entity = entity


class AlreadyExists(Exception):
    """There is an entity of this kind and name, perhaps a soft-deleted one."""

    def __init__(self, message: str = "Entity already exists") -> None:
        super().__init__(message)


class Taken(AlreadyExists):
    """Another entity has a value that only one may have."""


class Invalid(ValueError):
    """The document cannot be written; the message names the field and the reason."""

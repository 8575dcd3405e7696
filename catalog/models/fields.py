"""Column types of our own: documents as text that is not parsed on the way out, and secrets."""

import base64
import hashlib
from typing import Any

import orjson
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import models


class DocumentField(models.TextField):
    """A JSON document kept as the text it was written as: key order stays, reading is a copy.

    PostgreSQL's `json` type checks that it is JSON. Select `RawDocument("core")` to get the text.
    """

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return orjson.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else orjson.dumps(value).decode()


class RawDocument(models.Func):
    """The stored text of a DocumentField."""

    template = "%(expressions)s::text"
    output_field = models.TextField()


class SecretField(models.BinaryField):
    """A JSON value that is encrypted at rest with a key made from SECRET_KEY."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else orjson.loads(_fernet().decrypt(bytes(value)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else _fernet().encrypt(orjson.dumps(value))
        return super().get_db_prep_value(sealed, connection, prepared)


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"almanac.secrets:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))

"""What the story's steps share: the SDK client and the things that earlier steps have made."""

import os
import secrets
from types import SimpleNamespace

import pytest
from metadata.generated.schema.entity.services.connections.metadata.openMetadataConnection import (
    AuthProvider,
    OpenMetadataConnection,
)
from metadata.generated.schema.security.client.openMetadataJWTClientConfig import (
    OpenMetadataJWTClientConfig,
)
from metadata.ingestion.ometa.ometa_api import OpenMetadata

LINE = os.environ["SDK_LINE"]
RUN = f"{LINE.replace('.', '')}{secrets.token_hex(3)}"


def connect(token: str) -> OpenMetadata:
    """Open the SDK's client exactly as its documentation does: nothing is switched off."""
    return OpenMetadata(
        OpenMetadataConnection(
            hostPort=os.environ["SDK_HOST_PORT"],
            authProvider=AuthProvider.openmetadata,
            securityConfig=OpenMetadataJWTClientConfig(jwtToken=token),
        )
    )


@pytest.fixture(scope="session")
def metadata():
    """The SDK client of the catalogue's administrator."""
    client = connect(os.environ["SDK_TOKEN"])
    yield client
    client.close()


@pytest.fixture(scope="session")
def world():
    """What the story has made so far; a later step reads what an earlier one put here."""
    return SimpleNamespace(named=lambda word: f"{word}_{RUN}")


@pytest.fixture(scope="session")
def connect_as():
    """Open one more client with another token."""
    return connect

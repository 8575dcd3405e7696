"""Which values of a service's connection are secrets, and how they are hidden and put back."""

import re
from typing import Any

MASK = "*********"
_IN_ADDRESS = re.compile(r"(\w://[^/\s:@]*:)[^/\s@]+@")  # scheme://user:password@host

# The properties that the SDK's connection models declare secret, and those that hold credentials.
SECRET_NAMES = frozenset(
    """
    accessToken accessTokenPassword apiKey apiSecret authString awsSecretAccessKey awsSessionToken
    azureClientSecret caCertificate clientSecret consumerSecret jwt password personalAccessToken
    personalAccessTokenSecret privateKey proxyAuthentication saslPassword secretToken securityToken
    snowflakePrivatekeyPassphrase sslCertificate sslKey token
    """.split()
)


def masked(value: Any, name: str = "") -> Any:
    """Return the connection with every secret replaced by a mask.

    >>> masked({"config": {"username": "reader", "password": "s3cret"}})
    {'config': {'username': 'reader', 'password': '*********'}}
    """
    if isinstance(value, dict):
        return {key: masked(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, name) for inner in value]
    if name in SECRET_NAMES and value:
        return MASK
    return _IN_ADDRESS.sub(rf"\g<1>{MASK}@", value) if isinstance(value, str) else value


def unmasked(value: Any, stored: Any) -> Any:
    """Return `value` with its masks replaced by the secrets of `stored`, where they still fit."""
    if isinstance(value, dict):
        known = stored if isinstance(stored, dict) else {}
        return {key: unmasked(inner, known.get(key)) for key, inner in value.items()}
    if isinstance(value, list) and isinstance(stored, list) and len(value) == len(stored):
        return [unmasked(inner, kept) for inner, kept in zip(value, stored, strict=True)]
    is_mask = isinstance(value, str) and isinstance(stored, str) and MASK in value
    return stored if is_mask and value in (MASK, masked(stored)) else value

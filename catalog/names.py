"""Fully qualified names: how everything in the catalogue is addressed.

A name is written as its parent's name, a dot, and its own name. A part that holds a dot or a
quote is wrapped in double quotes (quotes inside are doubled), so a name can always be taken apart.
"""

from collections.abc import Iterator

MAX_NAME = 256
MAX_QUALIFIED_NAME = 3072


def quote(name: str) -> str:
    """Return `name` as one part of a fully qualified name.

    >>> quote("churn"), quote("churn.v2"), quote('"churn.v2"'), quote('5" disk')
    ('churn', '"churn.v2"', '"churn.v2"', '"5"" disk"')
    """
    if ("." not in name and '"' not in name) or _is_quoted(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def join(parent: str, *names: str) -> str:
    """Return the qualified name of `names` below `parent`, which is qualified already.

    >>> join("mlflow", "churn.v2", "age")
    'mlflow."churn.v2".age'
    """
    return ".".join([parent, *map(quote, names)])


def split(qualified_name: str) -> list[str]:
    """Return the unquoted parts of a fully qualified name.

    >>> split('mlflow."churn.v2".age')
    ['mlflow', 'churn.v2', 'age']
    """
    return list(_parts(qualified_name))


def parent_of(qualified_name: str) -> str:
    """Return the name without its last part; the empty string for a top-level name.

    >>> parent_of('shop.public."daily.orders"'), parent_of("shop")
    ('shop.public', '')
    """
    return ".".join(quote(part) for part in split(qualified_name)[:-1])


def _is_quoted(name: str) -> bool:
    """Return True for a part that came in quotes already; upstream lets those pass."""
    inner = name[1:-1]
    return (
        len(name) > 2
        and name[0] == name[-1] == '"'
        and '"' not in inner.replace('""', "")
        and ("." in inner or '"' in inner)
    )


def _parts(text: str) -> Iterator[str]:
    part, at, quoted = "", 0, False
    while at < len(text):
        character = text[at]
        if character == '"' and quoted and text[at + 1 : at + 2] == '"':
            part, at = part + '"', at + 1
        elif character == '"' and (quoted or not part):
            quoted = not quoted
        elif character == "." and not quoted:
            yield part
            part = ""
        else:
            part += character
        at += 1
    yield part

"""A short name for the content of a folder, which changes whenever a file in it does."""

import hashlib
from pathlib import Path


def of(folder: Path) -> str:
    """Return twelve hexadecimal digits made from every file's path and bytes."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        # The length keeps one file's end from reading like the next one's beginning.
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]

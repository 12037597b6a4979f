"""Which simulator made a result: one hash of the code and the tables that decide it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import surrogate
from surrogate.resources import resource

# Everything that decides a row: the simulator, the materials, and how designs are drawn and completed.
_CODE = ("physics", "materials", "hosts", "space")
_FILES = ("units.py",)
_FITTED = ("ageing/constants.json", "interface/response_surface.json")


@cache
def code_hash() -> str:
    """Return the SHA-256 of the code and tables that decide a simulated row, whatever the line endings."""
    package = Path(surrogate.__file__).parent
    paths = [path for folder in _CODE for path in sorted((package / folder).rglob("*.py"))]
    paths += [package / name for name in _FILES]
    paths += sorted(resource("datasets/materials").glob("*.toml"))
    paths += [resource(f"datasets/{name}") for name in _FITTED]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()

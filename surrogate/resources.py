"""Where the shipped data and recipes are: beside the package in a checkout, inside it in a wheel. And the cache."""

from __future__ import annotations

import os
from pathlib import Path

from surrogate.errors import ResourceError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_share", _PACKAGE.parent)  # wheel, checkout


def resource(relative: str) -> Path:
    """Path of a shipped file or folder such as ``datasets/materials/agents.toml``.

    Raises ResourceError naming both places that were looked in.
    """
    for place in _PLACES:
        path = place / relative
        if path.exists():
            return path
    looked = " and ".join(str(place / relative) for place in _PLACES)
    raise ResourceError(
        f"{relative} is not installed", limit=f"looked in {looked}", remedy="reinstall lihost"
    )


def cache_folder(name: str) -> Path | None:
    """A folder for what can be made again, such as machine code; None where none can be written to.

    It lies in ``NUMBA_CACHE_DIR`` where that is set, else in the user's cache folder.
    """
    parent = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(parent) / "lihost" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None

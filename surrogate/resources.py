"""Where the shipped data and recipes are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

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

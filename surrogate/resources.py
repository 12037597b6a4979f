"""Where the shipped data and recipes are: beside the package in a checkout, inside it in a wheel; and the cache."""

from __future__ import annotations

import os
from pathlib import Path

from surrogate.errors import ResourceError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_share", _PACKAGE.parent)  # wheel, checkout


def resource(relative: str) -> Path:
    """Find a file or folder that ships with the package.

    Parameters
    ----------
    relative : str
        Its path below the root of the distribution, such as ``datasets/materials/agents.toml``.

    Returns
    -------
    Path
        Where it is: inside the package (wheel) or beside it (checkout).

    Raises
    ------
    ResourceError
        If it is in neither place; the message names both.
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
    """Make a folder for compiled machine code, which can be produced again and is checked before it is used.

    It lies in ``NUMBA_CACHE_DIR`` where that is set, otherwise in the user's cache folder.

    Parameters
    ----------
    name : str
        Name of the folder.

    Returns
    -------
    Path or None
        The folder, which is the user's alone: whoever may write to it runs code. None where it is another's or
        cannot be written to, or the user has no home.
    """
    given = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(given) if given else Path.home() / ".cache") / "lihost" / "checked" / name
        folder.mkdir(parents=True, exist_ok=True)
        if hasattr(os, "getuid"):  # not on Windows
            if folder.stat().st_uid != os.getuid():
                return None
            folder.chmod(0o700)
    except (OSError, RuntimeError):  # pathlib raises the latter for a user whom the system does not know
        return None
    if not os.access(folder, os.W_OK):
        return None
    from surrogate.machine_code import checked  # numba takes a second to import

    checked(folder)
    return folder

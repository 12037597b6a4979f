"""Where the shipped data and recipes are: beside the package in a checkout, inside it in a wheel; and the cache.

Every file that ships in ``datasets`` and ``training`` is read through :func:`resource`, which compares it with the
hash in the card of its folder (``README.md``). What a disk has damaged, or somebody changed without saying so there,
is never computed with. A file that is given by its path is its owner's, and not compared.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from surrogate.errors import ResourceError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_share", _PACKAGE.parent)  # wheel, checkout
_CARD = "README.md"


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
        If it is in neither place; the message names both. For a file whose SHA-256 (with the line
        endings of Unix) does not stand in the card of its folder.
    """
    for place in _PLACES:
        path = place / relative
        if path.exists():
            if path.name != _CARD and path.is_file():
                _refuse_changed(path, relative)
            return path
    looked = " and ".join(str(place / relative) for place in _PLACES)
    raise ResourceError(
        f"{relative} is not installed", limit=f"looked in {looked}", remedy="reinstall lihost"
    )


def _refuse_changed(path: Path, relative: str) -> None:
    """Raise ResourceError for a file that is not the one its card describes."""
    card = path.with_name(_CARD)
    try:
        found = hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        known = found.encode() in card.read_bytes()
    except OSError as error:
        raise ResourceError(
            "cannot be compared with its card",
            value=str(error),
            where=str(path),
            remedy="reinstall lihost",
        ) from error
    if not known:
        meant = (
            "put this hash in the place of the old one in the card"
            if relative.startswith("datasets/")
            else f"give the file by its path ({'--campaign' if 'campaigns' in relative else '--recipe'} {path})"
        )
        raise ResourceError(
            "is not the file that its card describes: it was damaged or edited",
            value=f"SHA-256 {found}",
            limit=f"one that stands in {card}",
            where=str(path),
            remedy=f"reinstall lihost, or take the file from version control; if the change is meant, {meant}",
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

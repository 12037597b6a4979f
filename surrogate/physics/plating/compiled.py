"""How the compiled parts of the physics are compiled, and where machine code is kept between processes.

numba notices a change in the file of a function, but not in the files of the functions it calls; so the cache
folder carries a hash of all compiled sources, and an old machine code can never answer for a new equation.
``NUMBA_CACHE_DIR``, when set, is the parent folder; else the user's cache folder; a folder that cannot be
written to costs compilation time (about 15 s a process), never a result.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numba

from surrogate.resources import cache_folder

_SOURCES = (
    "../constants.py",
    "structures.py",
    "kinetics.py",
    "nodes.py",
    "newton.py",
    "kernel.py",
    "batch.py",
)


def _digest() -> str:
    """Of the compiled sources and of numba."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for name in _SOURCES:
        digest.update((here / name).read_bytes())
    return digest.hexdigest()[:16]


_FOLDER = cache_folder(_digest())
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)


def kept(name: str) -> bool:
    """Return whether machine code of a compiled function is in the cache folder.

    Parameters
    ----------
    name : str
        ``module.function``.

    Returns
    -------
    bool
    """
    return _FOLDER is not None and any(_FOLDER.rglob(f"{name}-*.nbc"))


JIT = {"cache": _FOLDER is not None, "error_model": "numpy", "nogil": True, "fastmath": {"contract"}}
# For functions that make no array: references to those they are given are not counted, which would take a tenth of a
# half cycle's time where arrays come in named tuples.
JIT_IN_PLACE = {**JIT, "_nrt": False}

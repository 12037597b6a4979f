"""How the compiled parts of the physics are compiled, and where machine code is kept between processes.

numba notices a change in the file of a function, but not in the files of the functions it calls; so the cache
folder carries a hash of all compiled sources, and an old machine code can never answer for a new equation.
``NUMBA_CACHE_DIR``, when set, is the parent folder; else the user's cache folder; a folder that cannot be
written to costs compilation time (about 15 s a process), never a result.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba

_SOURCES = ("constants.py", "layout.py", "kinetics.py", "cells.py", "newton.py", "kernel.py", "batch.py")


def _cache_folder() -> Path:
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for name in _SOURCES:
        digest.update((here / name).read_bytes())
    parent = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(parent) / "lihost" / digest.hexdigest()[:16]


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


_FOLDER = _cache_folder()
_CACHED = _usable(_FOLDER)
if _CACHED:
    numba.config.CACHE_DIR = str(_FOLDER)

JIT = {"cache": _CACHED, "error_model": "numpy", "nogil": True}

"""What a result was made with: the state of the code, the versions of the packages, hashes of tables."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# What a result can depend on. The first is this distribution itself.
PACKAGES = (
    "lihost",
    "mlflow",
    "torch",
    "botorch",
    "gpytorch",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "numba",
    "safetensors",
    "pydantic",
    "pint",
)
NOT_A_CHECKOUT = "not a checkout"
_ROOT = Path(__file__).resolve().parents[2]
_GIT_S = 10.0


@cache
def git_state(root: Path = _ROOT) -> str:
    """Return ``<commit>``, ``<commit> dirty`` when code, data or recipes differ from it, else ``not a checkout``.

    An installed wheel that happens to lie inside somebody else's repository is not a checkout of this one.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    commit = _git(root, "rev-parse", "HEAD")
    if top is None or commit is None or Path(top).resolve() != root:
        return NOT_A_CHECKOUT
    # Only what a result depends on: an edited README does not make a model dirty.
    changed = _git(root, "status", "--porcelain", "--", "surrogate", "datasets", "training")
    return f"{commit} dirty" if changed else commit


def _git(root: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


@cache
def package_versions() -> dict[str, str]:
    """Return the version of each of PACKAGES that is installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """Return what a computation ran on in a line: system, processor as far as it is known, number of cores."""
    names: list[str] = []
    with suppress(OSError):  # of Linux
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    parts = [f"{platform.system()} {platform.machine()}", *names[:1], f"{os.cpu_count() or 1} cores"]
    return ", ".join(parts)


def environment() -> dict[str, object]:
    """Describe Python, machine, packages and the state of the code, for a JSON file beside the results."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "machine": machine(),
        "git": git_state(),
        "packages": package_versions(),
    }


def table_hash(table: pd.DataFrame) -> str:
    """Return the SHA-256 of a table's column names and values (not of its index or its storage types).

    None, NaN, NaT and NA are all missing; 1 and 1.0 are the same number.
    """
    digest = hashlib.sha256(json.dumps([str(name) for name in table.columns]).encode())
    for name in table.columns:
        missing = table[name].isna().tolist()
        cells = zip(table[name].tolist(), missing, strict=True)
        digest.update("\x1f".join("" if absent else _written(value) for value, absent in cells).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()


def _written(value: object) -> str:
    return repr(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()

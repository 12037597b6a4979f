"""Which code a run depends on: what has to be run again after a change, and what is kept.

A part file begins with two hashes. That of the *task* covers how it is made, and how a run is begun, measured and
scored. That of the *contender* covers what proposes:

* of ours everything that the laboratory stands on (``surrogate`` without this room and those above it), the shipped
  tables, and the adapter;
* of others their adapter and the version of their library, so that hours of other optimizers are kept when ours is
  changed.

With a module of this room count the modules of this room that it imports, and so on, but for those that only say what
is run (``NOT_RUN``). Files are compared without comments, docstrings and layout. What others use of the rooms below
(rounding, drawing designs that are allowed) does not count: it is held to be the same by their own tests.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from surrogate.laboratory.ask_tell import PEERS, Contender
from surrogate.laboratory.peer_process import installed_versions
from surrogate.laboratory.tasks import TaskSource
from surrogate.resources import resource

ROOM = "surrogate.laboratory"
PACKAGE = Path(__file__).resolve().parents[1]
#: Folders of the package that do not count as a whole: this room and those above it, which it never imports.
APART = ("laboratory", "tracking", "report", "learning", "library", "serving", "cli")
#: Modules of this room that list runs, start them and compare their code, and decide nothing in them.
NOT_RUN = ("ask_tell", "contest", "own_process", "run_code")
_DATA = (".csv", ".json", ".toml")


def contender_code(contender: Contender) -> str:
    """Hash the code that a contender runs.

    Parameters
    ----------
    contender : Contender
        The contender.

    Returns
    -------
    str
        SHA-256.
    """
    modules = [contender.adapter.partition(":")[0]]
    if contender.ours:
        return _hash([*_files(modules), *_below()], [path.read_bytes() for path in _data()])
    if contender.name in PEERS:
        modules.append(f"{ROOM}.peers.ask_{contender.name}")
    return _hash(_files(modules), [_library(contender).encode()])


def task_code(source: TaskSource) -> str:
    """Hash the code that makes a task, and holds and scores a run on it.

    Parameters
    ----------
    source : TaskSource
        How the task is made.

    Returns
    -------
    str
        SHA-256. That of a virtual laboratory covers the simulator, its tables and the campaign.
    """
    made_from: list[bytes] = []
    if source.physics:
        from surrogate.physics.code_hash import code_hash  # late: the simulator, which other tasks do without

        campaign = resource(f"training/campaigns/{source.arguments['campaign']}.toml")
        made_from = [code_hash().encode(), campaign.read_bytes()]
    return _hash(_files([source.maker.partition(":")[0], f"{ROOM}.one_run"]), made_from)


def _library(contender: Contender) -> str:
    """Return the library of a contender and its version; empty where it needs none or has none."""
    if contender.name in PEERS:
        return installed_versions(contender.package)
    try:
        return version(contender.package) if contender.package else ""
    except PackageNotFoundError:
        return ""


def _files(modules: Iterable[str]) -> list[Path]:
    """List the files of modules, and of what those in this room import in it; a module without a file has none."""
    found: dict[str, Path] = {}
    to_read = list(modules)
    while to_read:
        name = to_read.pop()
        path = _file(name)
        if name in found or path is None or name in [f"{ROOM}.{one}" for one in NOT_RUN]:
            continue
        found[name] = path
        if name.startswith(f"{ROOM}."):
            to_read += [one for one in _read(path)[1] if one.startswith(f"{ROOM}.")]
    return [found[name] for name in sorted(found)]


def _file(module: str) -> Path | None:
    if module.startswith(f"{ROOM}."):
        path = PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
        return path if path.is_file() else None
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None


def _below() -> list[Path]:
    """List the files of the package that this room stands on."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] not in APART]


def _data() -> list[Path]:
    """List the shipped tables."""
    return sorted(path for path in resource("datasets").rglob("*") if path.suffix in _DATA)


def _hash(files: Iterable[Path], more: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + _read(path)[0] + b"\0")
    for text in more:
        digest.update(text.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


@cache
def _read(path: Path) -> tuple[bytes, tuple[str, ...]]:
    """Hash what a file says, and list what it imports, also late or for types only: modules, or names in them."""
    tree, imported = ast.parse(path.read_bytes()), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            imported += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).digest(), tuple(imported)

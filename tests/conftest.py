"""What all tests share: checked array shapes, markers and groups by what a test needs, the shipped records.

A module of the package that imports from ``surrogate.shapes`` is loaded with every function checked whose
signature names a shape; other annotations are left alone, so that tests may hand in what is to be refused.
Benchmarks measure the package as users run it, without these checks.
"""

from __future__ import annotations

import functools
import gc
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, get_args, get_origin

import beartype
import jaxtyping
import pandas as pd
import pytest

from surrogate import shapes

if TYPE_CHECKING:
    from tests.postgres import Server

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "surrogate"
KINDS = shapes.__all__
CHECKED = 100  # calls of a function whose shapes are checked on each worker
LEFT_ALONE: set[Any] = set()
# Folders whose tests run the simulator; the first run in a fresh checkout compiles it for half a minute.
SIMULATE = ("analytic", "physics", "sensitivity", "validation", "laboratory", "learning/ageing")
# Files whose tests share a costly fixture: they run on one worker, so that it is built once a run, and start first.
TOGETHER = (
    "campaign/test_belief.py", "campaign/test_choice_shares.py", "campaign/test_comparison.py",
    "campaign/test_literature_level.py", "campaign/test_outside.py",
    "campaign/test_physics.py", "campaign/test_prediction.py", "campaign/test_proposals.py",
    "campaign/test_stopping.py", "campaign/test_understanding.py",
    "learning/test_evaluate.py", "learning/test_own_records.py", "learning/test_promotion.py",
    "learning/test_studies.py", "learning/test_train.py", "tracking/",
)  # fmt: skip
# Files of half a minute: they start early too, so that no worker is left alone with one at the end.
EARLY = ("browser/", "test_docs.py", "test_examples.py", "test_types.py")
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
COSTLY = {"trained", "made_store", "small_physics"}


class Shape:
    """``Float[Array, "n d"]`` of jaxtyping for an ``Array`` that may be a parametrised ``ndarray``."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def __getitem__(self, item: tuple[Any, str]) -> Any:
        array, dimensions = item
        return self.kind[get_origin(array) or array, dimensions]


def names_a_shape(hint: Any) -> bool:
    """Whether an annotation is, or holds, an array of jaxtyping."""
    own = isinstance(hint, type) and issubclass(hint, jaxtyping.AbstractArray)
    return own or any(names_a_shape(part) for part in get_args(hint))


def only_shapes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check the annotations of a function that name a shape, and no other; not without end.

    A check costs far more than most functions. What holds in the first ``CHECKED`` calls on a worker is taken to
    hold, and a function that names no shape is left alone from its first call.
    """
    function.__annotations__ = {
        name: hint for name, hint in function.__annotations__.items() if names_a_shape(hint)
    }
    checked = beartype.beartype(function) if function.__annotations__ else function
    calls, enough = itertools.count(1), CHECKED if function.__annotations__ else 1

    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        if next(calls) >= enough:
            leave_alone(function)
        return checked(*args, **kwargs)

    return counted


def leave_alone(function: Callable[..., Any]) -> None:
    """Switch the checks of what a module calls by this name off; one inside another function stays checked."""
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    if isinstance(found, FunctionType):
        found.__no_type_check__ = True  # what jaxtyping asks before it looks at the arguments
        LEFT_ALONE.add(found)


def check_again() -> None:
    """Check what was left alone, for a test of the checks themselves."""
    while LEFT_ALONE:
        del LEFT_ALONE.pop().__no_type_check__


def annotated_modules() -> list[str]:
    """Modules that import from ``surrogate.shapes``."""
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in sorted(PACKAGE.rglob("*.py"))
        if "\nfrom surrogate.shapes import " in path.read_text(encoding="utf-8")
    ]


if not any("benchmarks" in word for word in sys.argv):
    loaded = [name for name in annotated_modules() if name in sys.modules]
    assert not loaded, f"loaded before their shapes could be checked: {loaded}"
    for kind in KINDS:
        setattr(shapes, kind, Shape(getattr(jaxtyping, kind)))
    sys.modules["shape_checks"] = sys.modules[__name__]
    jaxtyping.install_import_hook(annotated_modules(), "shape_checks.only_shapes")


def group(place: str) -> str:
    """What runs on one worker, for the path of a file below this folder: a file, or files that stand together."""
    shared = [name for name in TOGETHER if place.startswith(name)]
    return shared[0].partition("/")[0] if shared else place


def has_room(folder: Path) -> bool:
    """Whether what a run of all tests writes has room in a folder, four times over."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def pytest_configure(config: pytest.Config) -> None:
    """Let what tests and the processes they start write to the temporary folder be removed at the end.

    It lies in memory where there is room: every file and every commit is flushed to its disk. The folders
    of pytest are kept for one run where a test failed (``tmp_path_retention_policy``).
    """
    if "TMPDIR" not in os.environ and has_room(MEMORY):
        tempfile.tempdir = str(MEMORY)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    own = tempfile.TemporaryDirectory(prefix="lihost-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(own.cleanup)
    os.environ["TMPDIR"] = tempfile.tempdir = own.name


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by what it uses."""
    place, used = item.path.relative_to(TESTS).as_posix(), set(getattr(item, "fixturenames", ()))
    if used & COSTLY and not place.startswith(TOGETHER):
        raise pytest.UsageError(f"{item.nodeid} uses a costly fixture: name its file in TOGETHER")
    if "trained" in used:
        item.add_marker(pytest.mark.training)
    if "postgres" in used:
        item.add_marker(pytest.mark.process)
    if "made_store" in used:  # MLflow needs seconds for a new database
        item.add_marker(pytest.mark.slow)
    if place.startswith(SIMULATE) or "simulate" in item.path.stem:
        item.add_marker(pytest.mark.simulation)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a worker begin with what stands together, so that none is left alone with it at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.path.relative_to(TESTS).as_posix().startswith(TOGETHER + EARLY))


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among the million objects of the libraries: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """``--dist loadfile`` with the groups of this page (loadgroup of pytest-xdist 3.8 does nothing in pytest 9)."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid.partition("::")[0].removeprefix("tests/"))

    return Grouped(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started once a worker; a test has a schema of its own (``postgres.schema()``)."""
    pytest.importorskip("psycopg", reason="pip install 'lihost[team]'")
    from tests.postgres import NOT_INSTALLED, programs, running

    if programs() is None:
        pytest.skip(NOT_INSTALLED)
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def shipped_records() -> pd.DataFrame:
    """The records that ship with the package, read and checked once a worker. Not to be changed: take a copy."""
    from surrogate.literature import records

    return records.load()


@pytest.fixture
def records_read_once(shipped_records: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """``literature.load`` gives copies of the shipped records without reading them again."""
    from surrogate.literature import records

    monkeypatch.setattr(records, "load", shipped_records.copy)

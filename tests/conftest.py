"""What all tests share: checked array shapes, markers and groups by what a test needs, the shipped records.

A module of the package that imports from ``surrogate.shapes`` is loaded with every function checked whose
signature names a shape; other annotations are left alone, so that tests may hand in what is to be refused.
Benchmarks measure the package as users run it, without these checks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

import beartype
import jaxtyping
import pandas as pd
import pytest

from surrogate import shapes

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "surrogate"
KINDS = shapes.__all__
# Folders whose tests run the simulator; the first run in a fresh checkout compiles it for half a minute.
SIMULATE = ("analytic", "physics", "sensitivity", "validation", "learning/ageing")
# What is built once a run because all tests that need it run on one worker: fixture -> group. These start first.
SHARED = {"trained": "trained", "made_store": "tracking"}


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
    """Check the annotations of a function that name a shape, and no other."""
    function.__annotations__ = {
        name: hint for name, hint in function.__annotations__.items() if names_a_shape(hint)
    }
    return beartype.beartype(function) if function.__annotations__ else function


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by what they use, and keep those that share a costly fixture on one worker."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        folder = item.path.relative_to(TESTS).parent.as_posix()
        if "trained" in used:
            item.add_marker(pytest.mark.training)
        if folder.startswith(SIMULATE) or "simulate" in item.path.stem:
            item.add_marker(pytest.mark.simulation)
        shared = next((group for fixture, group in SHARED.items() if fixture in used), "")
        item.add_marker(pytest.mark.xdist_group(shared or item.path.relative_to(TESTS).as_posix()))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not set(getattr(item, "fixturenames", ())) & SHARED.keys())


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

"""What all tests share: array shapes are checked at every call of an annotated function.

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

from surrogate import shapes

PACKAGE = Path(__file__).parents[1] / "surrogate"
KINDS = shapes.__all__


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

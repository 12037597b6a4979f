"""Names of a package that are looked up on first use, so that importing the package costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of a package (PEP 562).

    Parameters
    ----------
    package
        The package's ``__name__``.
    homes
        Public name to the module that defines it. The module is imported when the name is first used, and the
        name is looked up each time, so that the package never holds a second copy of it.

    Returns
    -------
    tuple
        ``__getattr__``, which raises AttributeError for any other name, and ``__dir__``, which lists the names.
    """

    def look_up(name: str) -> Any:
        if name in homes:
            return getattr(import_module(homes[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def listed() -> list[str]:
        return sorted({*vars(import_module(package)), *homes})

    return look_up, listed

"""From ``source#ref`` to a link a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

from surrogate.report.quantities import is_missing

_DOI = re.compile(r"10\.\d{4,9}/\S+")
RESOLVER = "https://doi.org/"


@dataclass(frozen=True)
class Citation:
    """One record named for a reader; url is empty without a DOI, systems says what was measured."""

    text: str
    url: str
    systems: str


def citations(nearest: object, literature: pd.DataFrame | None = None) -> list[Citation]:
    """The citations in a ``;``-separated list of ``source#ref``, each once, in order.

    ``literature`` is the table of records (columns source, ref, system); it adds what was measured.
    """
    if is_missing(nearest):
        return []
    names = dict.fromkeys(part.strip() for part in str(nearest).split(";") if part.strip())
    return [_citation(name, literature) for name in names]


def _citation(name: str, literature: pd.DataFrame | None) -> Citation:
    source, _, ref = name.partition("#")
    url = RESOLVER + quote(source, safe="/.()-_;:") if _DOI.fullmatch(source) else ""
    text = f"{source}, its reference {ref}" if ref else f"{source}, its own data"
    return Citation(text, url, _systems(source, ref, literature))


def _systems(source: str, ref: str, literature: pd.DataFrame | None) -> str:
    if literature is None or not {"source", "ref", "system"} <= set(literature.columns):
        return ""
    same = (literature["source"].astype(str) == source) & (literature["ref"].map(_plain) == ref)
    return ", ".join(_distinct(literature.loc[same, "system"]))


def _plain(ref: object) -> str:
    """A reference number as text, whether the table holds 47, 47.0 or "47"."""
    if is_missing(ref):
        return ""
    return str(int(ref)) if isinstance(ref, float) and ref.is_integer() else str(ref)


def _distinct(values: Iterable[object], most: int = 3) -> list[str]:
    names = list(dict.fromkeys(str(value) for value in values if not is_missing(value)))
    return names if len(names) <= most else [*names[:most], "…"]

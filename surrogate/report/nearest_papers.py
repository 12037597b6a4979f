"""From ``source#ref`` to a paper that a reader can find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from surrogate.literature.citations import Cited, cited, link
from surrogate.report.quantities import is_missing


@dataclass(frozen=True)
class Citation:
    """One record named for a reader: its paper, the document that tells of it, what was measured (``systems``)."""

    cited: Cited
    source: str
    systems: str

    @property
    def text(self) -> str:
        """The paper and where it is cited, in one line."""
        return str(self.cited)

    @property
    def work_url(self) -> str:
        """Address of the paper; empty without a DOI."""
        return link(self.cited.doi)

    @property
    def source_url(self) -> str:
        """Address of the document; empty without a DOI."""
        return link(self.source)


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
    return Citation(cited(source, ref), source, _systems(source, ref, literature))


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

"""From ``source#ref`` to a paper that a reader can find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from surrogate.literature.citations import Cited, cited, source_doi
from surrogate.literature.documents import link
from surrogate.report.quantities import is_missing


@dataclass(frozen=True)
class Citation:
    """A record named for a reader.

    Attributes
    ----------
    cited : Cited
        The paper.
    source : str
        The document that cites it.
    systems : str
        What was measured.
    """

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
        return link(source_doi(self.source))


def citations(nearest: object, literature: pd.DataFrame | None = None) -> list[Citation]:
    """List the citations of a prediction, each once, in order.

    Parameters
    ----------
    nearest : object
        A ``;``-separated list of ``source#ref``, or a missing value.
    literature : DataFrame, optional
        The records (columns source, ref, system); they add what was measured.

    Returns
    -------
    list of Citation
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
    """Write a reference number as text, whether the table holds 47, 47.0 or "47"."""
    if is_missing(ref):
        return ""
    return str(int(ref)) if isinstance(ref, float) and ref.is_integer() else str(ref)


def _distinct(values: Iterable[object], most: int = 3) -> list[str]:
    names = list(dict.fromkeys(str(value) for value in values if not is_missing(value)))
    return names if len(names) <= most else [*names[:most], "…"]

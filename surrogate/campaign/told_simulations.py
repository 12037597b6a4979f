"""Simulations of measured hosts, kept from one command to the next.

Data flow: measured hosts -> those that are kept already, and the others simulated -> one table, which is kept in a
folder named by the hash of what simulations follow from. A few hosts are simulated faster than they are looked up;
a thousand take ten seconds, and each command would make them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from surrogate.campaign.physics import FOLDER
from surrogate.errors import StoreError
from surrogate.files.kept_table import KEPT, keep_table, kept_table
from surrogate.files.output import output_folder
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import simulate
from surrogate.physics.code_hash import code_hash
from surrogate.physics.parameters import shipped_parameters

FEWEST = 100  # hosts from which on they are kept
_DESIGN = "design"  # hash of the columns of a design


def simulated_hosts(
    designs: CompleteDesigns,
    *,
    root: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Simulate hosts at the shipped constants, each only once where there are many.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    root : Path, optional
        Where they are kept. Default: ``mlruns/physics`` of the working directory.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    DataFrame
        n rows as ``simulate`` returns them. Where nothing can be kept they are simulated all the same.
    """
    if len(designs) < FEWEST:
        return simulate(designs, progress=progress).reset_index(drop=True)
    made_from = f"{code_hash()}{shipped_parameters()!r}"
    path = (root or FOLDER) / f"told-{hashlib.sha256(made_from.encode()).hexdigest()[:16]}{KEPT}"
    names = _hashes(designs)
    known = _read(path)
    new = ~pd.Index(names).isin(known.index)
    if new.any():
        fresh = simulate(designs.where(new), progress=progress).set_axis([names[k] for k in new.nonzero()[0]])
        fresh = fresh[~fresh.index.duplicated()]
        known = pd.concat([known, fresh]) if len(known) else fresh
        _write(known, path)
    return known.loc[names].reset_index(drop=True)


def _hashes(designs: CompleteDesigns) -> list[str]:
    table = designs.frame[[name for name in c.DESIGN_COLUMNS if name in designs.frame.columns]]
    return [
        hashlib.sha256(repr(row).encode()).hexdigest()[:32]
        for row in table.itertuples(index=False, name=None)
    ]


def _read(path: Path) -> pd.DataFrame:
    """Read what is kept; nothing where there is none, or it is not as it was written."""
    known = kept_table(path)
    return pd.DataFrame() if known is None else known


def _write(known: pd.DataFrame, path: Path) -> None:
    """Keep them; a folder that cannot be written costs time, not the answer."""
    try:
        output_folder(path.parent)
        keep_table(known.rename_axis(_DESIGN), path)
    except (OSError, StoreError):
        return

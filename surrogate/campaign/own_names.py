"""What a laboratory's tables call columns, as its campaign file says: ``[columns.thickness_um]`` with ``was``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from surrogate.errors import CampaignError
from surrogate.files.header import known_as
from surrogate.hosts.columns import TARGETS
from surrogate.units import written_unit


def own_names(columns: Mapping[str, str | Sequence[str]], where: str) -> dict[str, str]:
    """Check the names that a campaign file gives to columns.

    Parameters
    ----------
    columns : mapping
        Known column -> the laboratory's name for it, or several.
    where : str
        The file, for messages.

    Returns
    -------
    dict
        The laboratory's name -> the known column.

    Raises
    ------
    CampaignError
        For a column that there is not, or a name that means another column.
    """
    from surrogate.campaign.told_columns import KNOWN  # late: most files rename nothing

    found: dict[str, str] = {}
    known = dict.fromkeys(KNOWN)
    for column, given in columns.items():
        if column not in known:
            near = get_close_matches(column, KNOWN, n=1)
            raise CampaignError(
                f"[columns.{column}] is no column of a table of cells", where=where, value=column,
                remedy=f"did you mean {near[0]!r}?" if near else "name a column of results-template.csv",
            )  # fmt: skip
        for name in [given] if isinstance(given, str) else given:
            name = name.strip()
            meant = known_as(name, known) or found.get(name, "") or ("" if name else column)
            if meant:
                raise CampaignError(
                    f"[columns.{column}] was cannot be read", where=where, value=name,
                    limit="a name that is not read as another column already"
                    + (f"; this one is read as {meant}" if name else ""),
                    remedy=f"give the name that your tables have for {column}, or leave [columns.{column}] out",
                )  # fmt: skip
            found[name] = column
            found |= {f"{name}{end}": f"{column}{end}" for end in _ends(name, column)}
    return found


def _ends(name: str, column: str) -> tuple[str, ...]:
    """Return the ends that names of a target have; those in its unit only where the own name is in that unit."""
    if column not in TARGETS:
        return ()
    same = written_unit(name)[1] in (None, written_unit(column)[1])
    return ("_censored", "_upper_bound", "_sem") if same else ("_censored",)

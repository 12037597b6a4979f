"""What a laboratory's tables call columns, as its campaign file says: ``[columns.thickness_um]`` with ``was``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from surrogate.errors import CampaignError
from surrogate.files.header import known_as
from surrogate.files.near_names import plainly
from surrogate.files.own_names import fitting_units
from surrogate.hosts.columns import TARGETS
from surrogate.units import heading_unit, split_unit


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
            _refuse_other_unit(name, column, where)
            found[name] = column
            found |= {f"{name}{end}": f"{column}{end}" for end in _ends(name, column)}
    return found


def _refuse_other_unit(name: str, column: str, where: str) -> None:
    """Refuse a name that ends in a unit in which the column cannot be given."""
    from surrogate.campaign.told_columns import BOUNDS, TEXT

    unit, units = heading_unit(name)[1], fitting_units(column)
    if unit is None or unit in units or column in (*TEXT, *(of.bound for of in BOUNDS.values())):
        return
    better = f"{plainly(name)}_{units[0]}" if units else f"{plainly(name)}_number"
    raise CampaignError(
        f"[columns.{column}] was ends in a unit of something else", where=where, value=name,
        limit=f"{column} is in {', '.join(units)}" if units else f"{column} has no unit",
        remedy=f"give the column that is {column}; if this one is, rename it in your tables, such as {better}, "
        "and write that name here",
    )  # fmt: skip


def _ends(name: str, column: str) -> tuple[str, ...]:
    """Return the ends that names of a target have; those in its unit only where the own name is in that unit."""
    if column not in TARGETS:
        return ()
    same = heading_unit(name)[1] in (None, split_unit(column)[1])
    return ("_censored", "_upper_bound", "_sem") if same else ("_censored",)

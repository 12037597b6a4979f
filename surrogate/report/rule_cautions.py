"""Which rules of the one table a design breaks, and what else is worth a warning: the same words everywhere.

The report, the commands and the endpoint say what ``cautions_about`` finds of a row; the rules themselves are in
``surrogate.materials.compatibility`` and ``surrogate.materials.cautions``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import cautions
from surrogate.materials.compatibility import MATERIAL_RULES, RULES, STATE_RULES
from surrogate.materials.groups import LIQUIDS
from surrogate.report.quantities import given

# What the simulator does not count of a caution, and where to look for it.
_NOT_SIMULATED = {
    rule.reason: "; not simulated: look for lost charge in the first cycles, of a control of the same fibres too"
    for rule in cautions.CAUTIONS
    if rule.name == "nitrile_at_lithium"
}
HARDLY_USED = 0.1  # of the lithium in the bottom half: below it the depth of a host is hardly used


def cautions_about(row: Mapping[str, Any], *, compatible: bool = False) -> list[str]:
    """List the rules that a design breaks, and what deserves a warning though no rule forbids it.

    Parameters
    ----------
    row : mapping
        A complete design; the state rules are asked as far as the row has what they read (a proposal has the share
        of lithium on the top face, a prediction the critical current density).
    compatible : bool
        Whether it is known to break no rule on composition, which then need not be asked again.

    Returns
    -------
    list of str
        One sentence each, without the design's own numbers.

    Raises
    ------
    MaterialError
        When the row lacks a column that a rule or a caution reads.
    """
    asked = () if compatible else (*RULES, *MATERIAL_RULES)
    rules = [rule for rule in asked if rule.broken_by(row) is not None]
    known = {**row, **_quantities(row)}
    said = [f"breaks the rule {rule.name}: {rule.reason}" for rule in rules]
    said += [
        f"breaks the rule {rule.name}: {rule.reason}"
        for rule in STATE_RULES
        if rule.broken_by(known) is not None
    ]
    warnings = [*said, *(reason + _NOT_SIMULATED.get(reason, "") for reason in cautions.reasons(row))]
    share = given(row, "bottom_half_share")
    solid = row["electrolyte"] not in LIQUIDS and row["framework"] != "none"
    if solid and share is not None and float(share) < HARDLY_USED:
        warnings.append(
            f"the simulation plates less than {100 * HARDLY_USED:.0f} % of the lithium in the lower half: "
            "in this solid cell the depth of the host is hardly used"
        )
    return warnings


def _quantities(row: Mapping[str, Any]) -> dict[str, float]:
    """Ratios that state rules read, from the columns of an answer under their own names."""
    ratios = {
        "capacity_ratio": ("host_capacity_mAh_cm2", "areal_capacity_mAh_cm2"),
        "current_headroom": ("ccd_mA_cm2", "current_density_mA_cm2"),
    }
    found = {}
    for name, (above, below) in ratios.items():
        numbers = given(row, above), given(row, below)
        if None not in numbers:
            found[name] = float(row[above]) / float(row[below])
    return found


def cautions_of(
    designs: CompleteDesigns, answers: pd.DataFrame | Mapping[str, Sequence[Any]]
) -> list[list[str]]:
    """List the broken rules and the warnings of designs with what a model answered about them.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    answers : DataFrame, or mapping of str to sequence (n,)
        Of which ``ccd_mA_cm2`` is read where it is there.

    Returns
    -------
    list of list of str
        For each design a sentence a rule or warning.
    """
    from surrogate.physics import feasibility  # compiled code, which a report of proposals need not load

    exact = feasibility.exact_columns(designs)
    columns = {
        name: array.tolist() for name, array in designs.arrays.items()
    }  # a table would take far longer
    columns |= {name: values.tolist() for name, values in exact.items()}
    if "ccd_mA_cm2" in answers:
        columns["ccd_mA_cm2"] = list(answers["ccd_mA_cm2"])
    return [
        cautions_about(dict(zip(columns, row, strict=True)), compatible=known)
        for known, row in zip(designs.compatible.tolist(), zip(*columns.values(), strict=True), strict=True)
    ]

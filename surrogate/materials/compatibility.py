"""What must not be proposed: one table of rules, each with its reason and source.

``EVERY_RULE`` is the table. ``RULES`` are what the search space turns into restrictions; ``MATERIAL_RULES`` concern
the phase materials that only a user's own design can change (``conductor_material`` and the like).
:func:`violations` evaluates both through :class:`Rule`, so that a rule exists once. ``STATE_RULES`` are about what a
design does in its cell and are evaluated by ``surrogate.physics.feasibility``. What a framework cannot grade, the
least it keeps of its own phase and the most it can hold of an agent come from the property tables. What deserves a
warning but forbids nothing is in ``cautions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.materials import agents, frameworks, making
from surrogate.materials.groups import (
    ENDS,
    INORGANIC,
    POROUS,
    PRESENT,
    SULFIDES,
    electrolytes_of,
    frameworks_of,
)
from surrogate.materials.host import SOLID_PHASES, Framework
from surrogate.materials.rules import Rule
from surrogate.materials.state_rules import STATE_RULES, StateRule

__all__ = [
    "EVERY_RULE",
    "MATERIAL_RULES",
    "RULES",
    "STATE_RULES",
    "Rule",
    "StateRule",
    "compatible",
    "violations",
]

# Own phase, top + bottom: below it another material is the framework (assumed).
MINIMUM_OWN_TOTAL = 0.6
# Agent, top + bottom: below it there is no agent (assumed).
MINIMUM_AGENT_TOTAL = 0.02
# Ion conductor: near the percolation threshold of randomly packed grains (assumed).
MINIMUM_ION_PATH = 0.15

_GARNET_IN_CARBONATE = (
    "a garnet in a LiPF6 carbonate electrolyte grows a resistive layer on all of its surface"
)


def _chemistry() -> Iterable[Rule]:
    yield Rule(
        "copper_in_sulfide",
        "copper corrodes to Cu2S in a sulfide cell that has met traces of moisture, as in a dry room",
        source="10.1002/aenm.202303156",
        forbids={"framework": frozenset({"copper"}), "electrolyte": SULFIDES},
    )
    yield Rule(
        "garnet_in_carbonate",
        _GARNET_IN_CARBONATE,
        source="Liu et al., Joule 4 (2020) 101",
        forbids={"framework": frozenset({"llzo_scaffold"}), "electrolyte": frozenset({"liquid_carbonate"})},
    )
    yield Rule(
        "metal_reduces_halide",
        "a metal whose chloride is more stable than InCl3 takes the chlorine of Li3InCl6 on contact",
        assumed=True,
        forbids={
            "agent": frozenset({"zinc", "magnesium", "aluminium"}),
            "electrolyte": electrolytes_of("halide"),
        },
    )
    yield Rule(
        "nitride_reduces_halide",
        "lithium nitride is oxidised to nitrogen where Li3InCl6 is still being reduced, so the two react",
        assumed=True,
        forbids={"agent": frozenset({"lithium_nitride"}), "electrolyte": electrolytes_of("halide")},
    )
    for end in ENDS:
        yield Rule(
            f"dielectric_in_solid_{end}",
            "without a liquid, lithium cannot reach into a host of insulating fibres: "
            "it needs a connected ion conductor",
            assumed=True,
            when={"framework": frameworks_of("dielectric"), "electrolyte": INORGANIC},
            linear={f"ion_conductor_{end}": 1.0},
            sense=">=",
            bound=MINIMUM_ION_PATH,
        )


def _own_phase() -> Iterable[Rule]:
    for name in sorted(POROUS - making.SINTERED):
        entry = frameworks[name]
        least = entry.minimum_own_fraction
        for end in ENDS:
            if least.value > 0:
                yield Rule(
                    f"{name}_keeps_its_own_{end}",
                    f"{entry.label} keeps at least {100 * least.value:.0f} % of its own phase",
                    source=least.source,
                    assumed=least.assumed,
                    when={"framework": frozenset({name})},
                    linear={f"{entry.phase}_{end}": 1.0},
                    sense=">=",
                    bound=least.value,
                )
    for phase in SOLID_PHASES:
        yield Rule(
            f"framework_is_its_{phase}",
            f"a host with so little {phase.replace('_', ' ')} is not made of this framework",
            assumed=True,
            when={"framework": frameworks_of(phase)},
            linear={f"{phase}_{end}": 1.0 for end in ENDS},
            sense=">=",
            bound=MINIMUM_OWN_TOTAL,
        )


def _agent_limits() -> Iterable[Rule]:
    for name in sorted(PRESENT):
        most = agents[name].maximum_fraction
        for end in ENDS:
            yield Rule(
                f"{name}_at_most_{end}",
                f"{agents[name].label} is a coating or decoration: more of it swells or costs too much",
                source=most.source,
                assumed=most.assumed,
                when={"framework": POROUS, "agent": frozenset({name})},
                linear={f"agent_{end}": 1.0},
                bound=most.value,
            )
    yield Rule(
        "agent_is_there",
        "a host with an agent holds a measurable amount of it; without it the agent is none",
        assumed=True,
        when={"framework": POROUS, "agent": PRESENT},
        linear={f"agent_{end}": 1.0 for end in ENDS},
        sense=">=",
        bound=MINIMUM_AGENT_TOTAL,
    )


def _gradients() -> Iterable[Rule]:
    for name in sorted(POROUS):
        entry = frameworks[name]
        for quantity, reason in entry.not_gradable.items():
            for column in graded_columns(entry, quantity):
                top, bottom = (column.format(end=end) for end in ENDS)
                yield Rule(
                    f"{name}_no_gradient_of_{column.format(end='').strip('_').replace('__', '_')}",
                    f"{entry.label} takes no gradient of {quantity.replace('_', ' ')}: {reason}",
                    assumed=True,
                    when=_gradient_condition(name, quantity),
                    linear={top: 1.0, bottom: -1.0},
                    sense="==",
                )


def _gradient_condition(name: str, quantity: str) -> dict[str, frozenset[str]]:
    present = {"agent": PRESENT} if quantity == "agent" else {}  # without an agent, both ends are 0 anyway
    return {"framework": frozenset({name}), **present}


def graded_columns(entry: Framework, quantity: str) -> tuple[str, ...]:
    """List the columns that are equal at both ends of a host in which a quantity is not graded.

    Parameters
    ----------
    entry : Framework
        Whose own phase is left out: it follows, as fractions sum to 1.
    quantity : str
        One of ``GRADABLE``.

    Returns
    -------
    tuple of str
        With ``{end}`` for the end.
    """
    others = tuple(f"{phase}_{{end}}" for phase in SOLID_PHASES if phase != entry.phase)
    return {
        "composition": others,
        "agent": ("agent_{end}",),
        "porosity": ("porosity_{end}",),
        "pore_size": ("pore_size_{end}_um",),
    }[quantity]


def _phase_materials() -> Iterable[Rule]:
    yield Rule(
        "copper_filler_in_sulfide",
        "copper corrodes to Cu2S in a sulfide cell that has met traces of moisture, as in a dry room",
        source="10.1002/aenm.202303156",
        when={
            "framework": POROUS - {"copper"},
            "conductor_material": frozenset({"copper"}),
            "electrolyte": SULFIDES,
        },
        linear={f"conductor_{end}": 1.0 for end in ENDS},
    )
    for end in ENDS:
        yield Rule(
            f"garnet_filler_in_carbonate_{end}",
            _GARNET_IN_CARBONATE,
            source="Liu et al., Joule 4 (2020) 101",
            when={
                "framework": POROUS - {"llzo_scaffold"},
                "ion_conductor_material": frozenset({"llzo"}),
                "electrolyte": frozenset({"liquid_carbonate"}),
            },
            linear={f"ion_conductor_{end}": 1.0},
        )


RULES: tuple[Rule, ...] = (
    *_chemistry(), *making.one_pellet(), *making.sintering(), *_own_phase(), *_agent_limits(), *_gradients(),
)  # fmt: skip
MATERIAL_RULES: tuple[Rule, ...] = (*_phase_materials(), *making.powder(), *making.fillers())
_FEW = 16  # rows that are tested one by one faster than as a table
_READ = tuple(dict.fromkeys(column for rule in (*RULES, *MATERIAL_RULES) for column in rule.applies_to))
#: The one table of what is not proposed.
EVERY_RULE: tuple[Rule | StateRule, ...] = (*RULES, *MATERIAL_RULES, *STATE_RULES)


def violations(design: Mapping[str, object]) -> list[str]:
    """Explain why a design cannot be made or used.

    Parameters
    ----------
    design : mapping of str to object
        A complete design row, column -> value.

    Returns
    -------
    list of str
        A sentence for each broken rule; empty when the design is compatible.

    Raises
    ------
    MaterialError
        When a column that a rule needs is absent or not a number.
    """
    return broken((*RULES, *MATERIAL_RULES), design)


def compatible(designs: Mapping[str, NDArray[Any]] | pd.DataFrame) -> NDArray[np.bool_]:
    """Test which designs break no rule, as :func:`violations` judges each of them.

    Parameters
    ----------
    designs : DataFrame, or mapping of str to ndarray (n,)
        n complete design rows.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    n, rules = len(designs["framework"]), (*RULES, *MATERIAL_RULES)
    if n <= _FEW:  # row by row, where most rules end at their first column
        read = {name: np.asarray(designs[name]).tolist() for name in _READ}
        rows = (dict(zip(read, row, strict=True)) for row in zip(*read.values(), strict=True))
        return np.array([not any(rule.breaks_one(row) for rule in rules) for row in rows], dtype=bool)
    kept = np.ones(n, dtype=bool)
    for rule in rules:
        kept &= ~rule.breaks(designs)
    return kept


def broken(rules: Iterable[Rule], design: Mapping[str, object]) -> list[str]:
    """List the reasons of the rules that a design breaks.

    Parameters
    ----------
    rules : iterable of Rule
        The rules.
    design : mapping of str to object
        A complete design row, column -> value.

    Returns
    -------
    list of str

    Raises
    ------
    MaterialError
        When a column that a rule needs is absent or not a number.
    """
    return [reason for rule in rules if (reason := rule.broken_by(design)) is not None]

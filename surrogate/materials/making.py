"""Rules of how a host is made and put into a cell: sintering order, fillers, hosts on cut pellets.

They are part of the table in ``compatibility``; what they forbid can still be simulated for a person's own design.
"""

from __future__ import annotations

from collections.abc import Iterable

from surrogate.materials import electrolytes, frameworks
from surrogate.materials.groups import ENDS, FILLERS, INORGANIC, LIQUIDS, POROUS, frameworks_of
from surrogate.materials.rules import Rule

# Garnet powder in a mat of polymer or glass, of its solid (assumed).
MOST_POWDER = 0.5
# Garnet keeps its pores and conducts little below 1000 C (J. Mater. Chem. A 10 (2022) 9080).
SINTERING = "10.1039/d1ta10338e"  # of the temperature; what happens there to other materials is assumed

SINTERED = frozenset({"llzo_scaffold"})
_FILLED = POROUS - frameworks_of("ion_conductor")


def one_pellet() -> Iterable[Rule]:
    """Yield the rule that a pellet has channels or a host, not both."""
    yield Rule(
        "host_and_channels",
        "channels are cut into the face that plates; under a host they face its struts and not lithium, so that they "
        "add neither area nor stress",
        assumed=True,
        when={"framework": POROUS},
        linear={"pattern_size_um": 1.0, "pattern_depth_um": 1.0},
    )


def sintering() -> Iterable[Rule]:
    """Yield what a sintered garnet scaffold can hold, and where it can stand."""
    least = frameworks["llzo_scaffold"].minimum_own_fraction
    yield Rule(
        "no_insulator_in_sintered_garnet",
        "a garnet scaffold is sintered at 1000 C and more, where polymers burn and other oxides react with it",
        source=SINTERING,
        assumed=True,
        when={"framework": SINTERED},
        linear={f"dielectric_{end}": 1.0 for end in ENDS},
    )
    for end in ENDS:
        yield Rule(
            f"coated_after_sintering_{end}",
            "metal, carbon or an agent gets into a garnet scaffold only after sintering, as a thin coating",
            source=least.source,
            assumed=least.assumed,
            when={"framework": SINTERED},
            linear={f"conductor_{end}": 1.0, f"agent_{end}": 1.0},
            bound=1.0 - least.value,
        )
    yield Rule(
        "garnet_on_another_ceramic",
        "a sintered garnet scaffold and a pellet of another ceramic touch in points, which pass hardly any lithium",
        assumed=True,
        forbids={"framework": SINTERED, "electrolyte": INORGANIC - {"llzo"}},
    )


def powder() -> Iterable[Rule]:
    """Yield where garnet powder can be, which is never sintered."""
    garnet = frozenset({"llzo", "mixed_conducting_garnet"})
    yield Rule(
        "garnet_powder_in_what_burns",
        "garnet powder conducts once it is sintered at 1000 C and more, where carbon reduces it, copper melts and "
        "nickel oxidises; in such a host the grains hardly touch",
        source=SINTERING,
        assumed=True,
        when={
            "framework": frameworks_of("conductor"),
            "ion_conductor_material": garnet,
            "electrolyte": frozenset({"llzo"}),
        },
        linear={f"ion_conductor_{end}": 1.0 for end in ENDS},
    )
    for end in ENDS:
        yield Rule(
            f"garnet_powder_at_most_half_{end}",
            "garnet powder is spun or soaked into a mat at low temperature as the lesser part; where it is the "
            "larger, the mat is inside a garnet that cannot be sintered any more",
            assumed=True,
            when={
                "framework": frameworks_of("dielectric"),
                "ion_conductor_material": garnet,
                "electrolyte": frozenset({"llzo"}),
            },
            linear={f"ion_conductor_{end}": 1.0},
            bound=MOST_POWDER,
        )


def fillers() -> Iterable[Rule]:
    """Yield which ion-conducting filler belongs into which cell."""
    yield Rule(
        "soluble_ion_conductor_in_liquid",
        "sulfide, halide and PEO electrolytes dissolve in or react with the solvents of a liquid or gel electrolyte",
        assumed=True,
        when={
            "framework": POROUS,
            "ion_conductor_material": FILLERS - {"llzo", "lipon"},
            "electrolyte": LIQUIDS,
        },
        linear={f"ion_conductor_{end}": 1.0 for end in ENDS},
    )
    yield Rule(
        "rigid_filler_in_liquid",
        "the liquid in the pores carries ions better than a ceramic filler does, which only takes its place",
        assumed=True,
        when={
            "framework": _FILLED,
            "ion_conductor_material": frozenset({"llzo", "lipon", "mixed_conducting_garnet"}),
            "electrolyte": LIQUIDS,
        },
        linear={f"ion_conductor_{end}": 1.0 for end in ENDS},
    )
    for name, entry in electrolytes.items():
        if entry.is_solid:
            own = {name, "mixed_conducting_garnet"} if name == "llzo" else {name}
            yield Rule(
                f"foreign_filler_in_{name}",
                f"a host in {entry.label} is filled with that electrolyte: grains of another one touch it in points, "
                "which pass hardly any lithium",
                assumed=True,
                when={
                    "framework": _FILLED,
                    "ion_conductor_material": (FILLERS | {"mixed_conducting_garnet"}) - own,
                    "electrolyte": frozenset({name}),
                },
                linear={f"ion_conductor_{end}": 1.0 for end in ENDS},
            )

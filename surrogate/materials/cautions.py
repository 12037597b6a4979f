"""Cautions: what deserves a warning about a design although nothing forbids it, in the same form as the rules.

They are kept apart from the rules because a search must not leave such designs out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from surrogate.materials.compatibility import MINIMUM_ION_PATH, broken
from surrogate.materials.groups import ENDS, INORGANIC, POROUS, SULFIDES, electrolytes_of, frameworks_of
from surrogate.materials.rules import Rule

_CARBONS = frozenset({"carbon_fiber", "carbon_nanotube", "graphene"})


def _cautions() -> Iterable[Rule]:
    yield Rule(
        "nitrate_in_carbonate",
        "LiNO3 hardly dissolves in carbonates (below 800 ppm): it has to be released from the host",
        source="001_89b681a870519680",
        forbids={
            "additives": frozenset({"lino3", "lino3_fec"}),
            "electrolyte": frozenset({"liquid_carbonate", "gel"}),
        },
    )
    yield Rule(
        "lithium_reduces_halide",
        "lithium metal decomposes halide electrolytes; alloy anodes such as Li-In are the usual way out",
        source="002_612f39683bb0201f",
        forbids={"electrolyte": electrolytes_of("halide")},
    )
    yield Rule(
        "lithium_reduces_lgps",
        "lithium reduces Li10GeP2S12 to an interphase with a conducting Li-Ge alloy, which keeps growing",
        source="10.1021/acs.chemmater.6b00610",
        forbids={"electrolyte": frozenset({"lgps"})},
    )
    yield Rule(
        "nickel_in_sulfide",
        "nickel resists sulfides far better than copper does, but is not proven over long cycling",
        assumed=True,
        forbids={"framework": frozenset({"nickel"}), "electrolyte": SULFIDES},
    )
    yield Rule(
        "carbon_in_sulfide",
        "carbon carries the electrons that decompose Li10GeP2S12, and perhaps other sulfides; "
        "carbon hosts in Li6PS5Cl and Li3PS4 have worked all the same",
        source="10.1038/s41598-018-26101-4",
        forbids={"framework": _CARBONS, "electrolyte": SULFIDES},
    )
    yield Rule(
        "oxide_in_sulfide",
        "an oxide agent can exchange its oxygen for the sulfur of the electrolyte",
        assumed=True,
        forbids={"agent": frozenset({"zinc_oxide"}), "electrolyte": SULFIDES},
    )
    yield Rule(
        "nitrile_at_lithium",
        "polyacrylonitrile is reduced by lithium where they touch and passivates",
        source="Zhou et al., Adv. Mater. 31 (2019) 1805574",
        forbids={"framework": frozenset({"pan"})},
    )
    yield Rule(
        "garnet_in_gel",
        "the carbonates and the salt left in a gel age a garnet surface, more slowly than a liquid does",
        assumed=True,
        forbids={"framework": frozenset({"llzo_scaffold"}), "electrolyte": frozenset({"gel"})},
    )
    yield Rule(
        "nitride_in_air",
        "lithium nitride reacts with moisture and protic impurities: dry solvents and a glove box are needed",
        assumed=True,
        forbids={"agent": frozenset({"lithium_nitride"})},
    )
    yield Rule(
        "garnet_powder_is_not_sintered",
        "garnet powder in fibres is never sintered and conducts far less than the sintered body that is simulated",
        assumed=True,
        forbids={"framework": frameworks_of("dielectric"), "electrolyte": frozenset({"llzo"})},
    )
    yield Rule(
        "film_in_a_host",
        "LiPON is made as a thin film by sputtering, which hardly reaches into a porous host",
        source="002_612f39683bb0201f",
        forbids={"framework": POROUS, "electrolyte": frozenset({"lipon"})},
    )
    yield Rule(
        "channels_deeper_than_tested",
        "lithium hardly fills channels that are deeper than 3.3 times their width; none deeper was tested",
        source="003_12ac4afc36bbf970",
        when={"electrolyte": INORGANIC},
        linear={"pattern_depth_um": 1.0, "pattern_size_um": -3.3},
    )
    yield Rule(
        "channels_disputed",
        "whether channels raise the current that a pellet bears is disputed: where dendrites on charging decide and "
        "not voids on discharging, the current on the floors takes most of the gain away; compare with a plane",
        source="10.1039/d3ee03322h",
        when={"electrolyte": INORGANIC},
        linear={"pattern_depth_um": 1.0},
    )
    yield Rule(
        "no_ion_path",
        "a host in a solid cell should conduct ions as well as electrons",
        source="000_7d66cda92dc0047f",
        when={"framework": frameworks_of("conductor"), "electrolyte": INORGANIC},
        linear={f"ion_conductor_{end}": 1.0 for end in ENDS},
        sense=">=",
        bound=MINIMUM_ION_PATH,
    )


CAUTIONS: tuple[Rule, ...] = tuple(_cautions())


def cautions(design: Mapping[str, object]) -> list[str]:
    """List the cautions that apply to a design.

    Parameters
    ----------
    design : mapping of str to object
        A complete design row, column -> value.

    Returns
    -------
    list of str
        A sentence for each, with the design's own numbers.

    Raises
    ------
    MaterialError
        When a column that a caution reads is absent or not a number.
    """
    return broken(CAUTIONS, design)


def reasons(design: Mapping[str, object]) -> list[str]:
    """List the reasons of the cautions that apply to a design, each once and without the design's own numbers.

    Parameters
    ----------
    design : mapping of str to object
        A complete design row, column -> value.

    Returns
    -------
    list of str

    Raises
    ------
    MaterialError
        When a column that a caution reads is absent or not a number.
    """
    return list(dict.fromkeys(rule.reason for rule in CAUTIONS if rule.broken_by(design) is not None))

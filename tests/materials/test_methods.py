"""The tables of methods and hazards are sourced and consistent; a faulty one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.materials.methods import Hazard, Method, hazards, method, methods, statements
from surrogate.materials.properties import Claim, Property, PropertyRange
from surrogate.materials.reader import load_table
from surrogate.resources import resource
from tests.materials.test_material_tables import SOURCE

ASKED_FOR = {
    "dealloying", "direct_ink_writing", "laser", "electrospinning", "templating", "sputtering", "melt_infusion",
    "rolling",
}  # fmt: skip


def stated() -> list[tuple[str, Property | PropertyRange | Claim]]:
    """(method.key, what it states) of all that the table states."""
    found: list[tuple[str, Property | PropertyRange | Claim]] = []
    for name, one in methods().items():
        numbers = {key: getattr(one, key) for key in (*Method.UNITS, *Method.RANGES)}
        claims = {f"{key}.{of}": claim for key in Method.CLAIMS for of, claim in getattr(one, key).items()}
        found += [
            (f"{name}.{key}", value) for key, value in {**numbers, **claims}.items() if value is not None
        ]
    return found


def test_all_that_is_stated_is_sourced_or_assumed_with_a_reason() -> None:
    assert set(methods()) >= ASKED_FOR
    everything = stated()
    assert len(everything) > 100
    for where, one in everything:
        if one.assumed:
            assert one.note.strip(), where
        else:
            assert SOURCE.match(one.source), where
            assert one.note.strip(), f"{where}: where in the source?"


def test_ranges_of_the_sources() -> None:
    """Numbers that stand in the sources, looked up by hand."""
    assert method("dealloying").reaches["pore_size_top_um"] == (2.0, 5.0)
    assert method("direct_ink_writing").reaches["pore_size_bottom_um"] == (100.0, 300.0)
    assert method("laser").reaches == {"pattern_size_um": (20.0, 400.0), "pattern_depth_um": (20.0, 400.0)}
    step = method("laser").smallest_step
    assert step is not None
    assert step.si == pytest.approx(20e-6)
    assert "agent" in method("sputtering").grades


def test_every_framework_can_be_made_and_every_agent_put_on() -> None:
    made = {name for one in methods().values() for name in one.frameworks}
    put = {name for one in methods().values() for name in one.agents}
    assert made == set(materials.frameworks) - {"none"}
    assert put == set(materials.agents) - {"none"}


def test_ranges_meet_those_of_the_frameworks() -> None:
    """Else a method would be listed for a framework of which it makes nothing."""
    for one in methods().values():
        for name in one.frameworks:
            entry = materials.framework(name)
            own = (entry.pore_size_range_um, entry.porosity_range, entry.thickness_range_um)
            for (low, high), column in zip(
                own, ("pore_size_top_um", "porosity_top", "thickness_um"), strict=True
            ):
                least, most = one.reaches[column]
                assert max(low, least) < min(high, most), (one.identifier, name, column)


def test_hazards_are_classified_and_worded() -> None:
    assert hazards()["lithium"].statements == {"H260", "H314"}
    assert hazards()["zinc_oxide"].statements == {"H400", "H410"}
    for name, one in hazards().items():
        assert one.source.startswith("Regulation (EC) No 1272/2008, Annex VI, index "), name
    assert set().union(*(one.statements for one in hazards().values())) == set(statements())


def test_an_unknown_method_is_refused_with_the_nearest() -> None:
    with pytest.raises(MaterialError, match="did you mean 'electrospinning'"):
        method("electrospining")


CLAIMED = '{ assumed = true, note = "one ink for each layer" }'
DEPOSITED = "[atomic_layer_deposition.agents]\n"
FAULTS = {
    "assumed without a reason": (Method, CLAIMED, "{ assumed = true }", "reason"),
    "neither source nor assumed": (Method, CLAIMED, '{ note = "x" }', "source"),
    "unknown framework": (
        Method,
        "[dealloying.frameworks]\ncopper",
        "[dealloying.frameworks]\nbronze",
        "bronze",
    ),
    "unknown agent": (Method, f"{DEPOSITED}zinc_oxide", f"{DEPOSITED}rust", "rust"),
    "unknown gradient": (
        Method,
        "[freeze_casting.grades]\npore_size",
        "[freeze_casting.grades]\ncolour",
        "colour",
    ),
    "a range of the wrong dimension": (Method, 'high = 5.0, unit = "um"', 'high = 5.0, unit = "mV"', "mV"),
    "depth without width": (Method, "pattern_size", "# pattern_size", "width and depth"),
    "frameworks without a range": (Method, "thickness = ", "# thickness = ", "ranges"),
    "unknown statement": (Hazard, '"H260", "H314"', '"H999"', "H999"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_error_is_refused(fault: str, tmp_path: Path) -> None:
    record, old, new, named = FAULTS[fault]
    name = "methods.toml" if record is Method else "hazards.toml"
    text = resource(f"datasets/methods/{name}").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MaterialError, match=named) as caught:
        load_table(record, path)
    assert name in str(caught.value)

"""Published numbers of lithium at a solid interface beside the model, misses and what is not modelled included.

Data flow: the numbers (``interface_data``) -> the planar critical current of one study (its only constant) -> unit
cells of its three patterns, as cut -> mean stress by finite elements -> critical currents and pressures. Area alone
stands beside each prediction. Where a level differs between laboratories it is divided out (temperature), where two
points fix two constants that is called a fit (sulfide).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.physics.interface import limits
from surrogate.physics.interface.conduction import conduct
from surrogate.physics.interface.geometry import UnitCell, depth_for_gain
from surrogate.physics.interface.mechanics import planar_stress, press
from surrogate.physics.parameters import shipped_parameters
from surrogate.validation.interface_data import PublishedNumber, interface_numbers

FACTOR_TWO = 100.0  # per cent; a limit given as a factor


@dataclass(frozen=True)
class Pattern:
    """What finite elements say of one pattern.

    Parameters
    ----------
    width_um, depth_um
        Of the channels; 0 is planar.
    gain
        Area over the planar one.
    stress_ratio
        Mean stress over the planar one.
    peak
        Largest local current over the mean.
    bulk_ohm_cm2, faces_ohm_cm2
        Resistance of the pellet and of both faces.
    """

    width_um: float
    depth_um: float
    gain: float
    stress_ratio: float
    peak: float
    bulk_ohm_cm2: float
    faces_ohm_cm2: float


def published(comparison: str) -> tuple[PublishedNumber, ...]:
    """The numbers of one comparison, in the order of the table.

    Parameters
    ----------
    comparison
        One of ``interface_data.COMPARISONS``.
    """
    return interface_numbers()[comparison]


def single(comparison: str) -> PublishedNumber:
    """The number of a comparison that has only one."""
    (number,) = published(comparison)
    return number


def by_width(comparison: str) -> dict[float, float]:
    """Channel width (um, 0 is planar) -> value."""
    return {number.channel_width_um: number.value for number in published(comparison)}


def main_width_um() -> float:
    """Channel width of the pattern that the study measures most, um."""
    return single("contact_area_gain").channel_width_um


def pattern_depth_um() -> float:
    """Depth that gives the main pattern its published gain in contact area, um; the others are cut as deep."""
    return float(depth_for_gain(main_width_um() * 1e-6, single("contact_area_gain").value) * 1e6)


def pattern(width_um: float, depth_um: float) -> Pattern:
    """Solve the garnet cell of the study with channels on both faces.

    Parameters
    ----------
    width_um, depth_um
        Of the channels; 0 is planar.
    """
    garnet = materials.electrolyte("llzo")
    conductivity, face = garnet.conductivity.si, 0.5 * by_width("interface_resistance")[0.0] * 1e-4
    half = 0.5 * garnet.separator_thickness.si
    cell = UnitCell(width_um * 1e-6 if width_um else 200e-6, depth_um * 1e-6, pellet=half)
    whole, bare = conduct(cell, conductivity * face), conduct(cell, 1e-4 * conductivity * face)
    to_ohm_cm2 = 2.0 * half / conductivity * 1e4
    return Pattern(
        width_um=width_um,
        depth_um=depth_um,
        gain=cell.area_gain,
        stress_ratio=press(cell).mean / planar_stress(),
        peak=whole.peak,
        bulk_ohm_cm2=bare.resistance * to_ohm_cm2,
        faces_ohm_cm2=(whole.resistance - bare.resistance) * to_ohm_cm2,
    )


def published_interfaces(progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Published and modelled numbers, one row each.

    Parameters
    ----------
    progress
        Called with how many patterns are solved, and of how many.

    Returns
    -------
    pandas.DataFrame
        Columns: quantity, condition, unit, published, model, error_pct, limit_pct (NaN where none is asked),
        verdict (holds, miss, fit, reported, not modelled), use (fit, prediction or none), area_only (the null model,
        NaN where area has no say), source, note. A verdict on stability has published and model 1 (stable) or 0.
    """
    depth, widths = pattern_depth_um(), list(by_width("pattern_ccd"))
    cells = [pattern(0.0, 0.0)]
    for width in widths:
        if progress is not None:
            progress(len(cells), 1 + len(widths))
        cells.append(pattern(width, depth))
    of_width = {cell.width_um: cell for cell in cells}
    planar, main = of_width[0.0], of_width[main_width_um()]
    fitted = single("planar_ccd")
    rows = [
        _row(
            "critical current", f"planar, {fitted.pressure_MPa:g} MPa", fitted.unit, fitted.value, fitted.value,
            use="fit", source=fitted.source,
        )
    ]  # fmt: skip
    rows += _patterns(of_width)
    rows += _cycled(of_width)
    rows += _full_cells(of_width)
    rows.append(_stressed(main))
    rows += _resistances(planar, main)
    rows += _voltages(planar, main)
    rows += _warmed()
    rows += _sulfide()
    rows += _not_modelled()
    return pd.DataFrame(rows)


def _limit(cell: Pattern, pressure: float, temperature: float = 25.0) -> float:
    """Critical current density of a garnet pattern at a pressure in MPa, mA cm-2."""
    planar = single("planar_ccd")
    return float(
        limits.creep_limit(
            planar.value, pressure, temperature, shipped_parameters().interface,
            at_pressure=planar.pressure_MPa, at_temperature_C=25.0,
            area_gain=cell.gain, stress_ratio=cell.stress_ratio,
        )
    )  # fmt: skip


def _patterns(cells: dict[float, Pattern]) -> list[dict[str, object]]:
    reference, main = single("planar_ccd"), cells[main_width_um()]
    planar, pressure = reference.value, reference.pressure_MPa
    rows = [
        _row(
            "critical current", f"{_named(number.channel_width_um)}, {number.pressure_MPa:g} MPa", number.unit,
            number.value, _limit(cells[number.channel_width_um], number.pressure_MPa),
            limit=30.0 if number.channel_width_um < main.width_um else 20.0,
            null=planar * cells[number.channel_width_um].gain, source=number.source,
        )
        for number in published("pattern_ccd")
    ]  # fmt: skip
    lowest, elsewhere = single("lowest_stable_pressure"), single("pressure_elsewhere")
    current = lowest.current_density_mA_cm2
    rows.append(
        _row(
            "critical stack pressure", f"{_named(main.width_um)}, {current:g} mA/cm2", lowest.unit, lowest.value,
            float(limits.critical_pressure(current, _limit(main, pressure), pressure, 1.0)), limit=30.0,
            null=current / (planar * main.gain), source=lowest.source,
        )
    )  # fmt: skip
    held = max(cell.current_density_mA_cm2 for cell in published("cycled") if cell.value)
    shorted = min(cell.current_density_mA_cm2 for cell in published("cycled") if not cell.value)
    rows.append(
        _row(
            "stable current, pattern over plane", f"{held:g} held, plane shorted at {shorted:g}", "1", held / shorted,
            _limit(main, pressure) / planar, least=True, null=main.gain, source=lowest.source,
            note=f"at least; the study against itself: its plane failed at {shorted:g} although its critical current "
            f"is {planar:g}",
        )
    )  # fmt: skip
    current = elsewhere.current_density_mA_cm2
    rows.append(
        _row(
            "critical stack pressure", f"{elsewhere.condition}, {current:g} mA/cm2", elsewhere.unit, elsewhere.value,
            float(limits.critical_pressure(current, planar, pressure, 1.0)), limit=FACTOR_TWO,
            source=elsewhere.source, note="levels differ between laboratories; out of reach of one constant",
        )
    )  # fmt: skip
    return rows


def _cycled(cells: dict[float, Pattern]) -> list[dict[str, object]]:
    rows = []
    for test in published("cycled"):
        cell, current, pressure = (
            cells[test.channel_width_um],
            test.current_density_mA_cm2,
            test.pressure_MPa,
        )
        reference = single("planar_ccd")
        limit = _limit(cell, pressure)
        area = reference.value * pressure / reference.pressure_MPa * cell.gain
        rows.append(
            _row(
                "stable", f"{_named(cell.width_um)}, {current:g} mA/cm2, {pressure:g} MPa", test.unit, test.value,
                float(current < limit), limit=0.0, null=float(current < area), source=test.source,
            )
        )  # fmt: skip
    return rows


def _full_cells(cells: dict[float, Pattern]) -> list[dict[str, object]]:
    rows = []
    for test in published("full_cell"):
        cell, current, temperature = (
            cells[test.channel_width_um],
            test.current_density_mA_cm2,
            test.temperature_C,
        )
        planar = single("planar_ccd")
        warmed = limits.creep_limit(
            planar.value, test.pressure_MPa, temperature, shipped_parameters().interface,
            at_pressure=planar.pressure_MPa, at_temperature_C=25.0,
        )  # fmt: skip
        limit, area = _limit(cell, test.pressure_MPa, temperature), float(warmed) * cell.gain
        rows.append(
            _row(
                "stable", f"full cell, {_named(cell.width_um)}, {current:g} mA/cm2, {temperature:g} C", test.unit,
                test.value, float(current < limit), limit=0.0, null=float(current < area), source=test.source,
            )
        )  # fmt: skip
    return rows


def _stressed(main: Pattern) -> dict[str, object]:
    number = single("stress_gain")
    return _row(
        "mean stress at the interface, pattern over plane", _named(main.width_um), number.unit, number.value,
        main.stress_ratio, least=True, null=1.0, source=number.source,
        note="the study says amplified, without a number; here walls shield the lithium, and all gain is by area",
    )  # fmt: skip


def _named(width_um: float) -> str:
    return f"channels of {width_um:g} um" if width_um else "planar"


def _voltages(planar: Pattern, main: Pattern) -> list[dict[str, object]]:
    """Voltage of the symmetric cell as cycling begins: current times the resistance of pellet and faces."""
    faces = by_width("interface_resistance")[0.0]
    rows = []
    for number in published("cell_voltage"):
        cell = main if number.channel_width_um else planar
        current = number.current_density_mA_cm2
        rows.append(
            _row(
                "voltage of the symmetric cell", f"{_named(number.channel_width_um)}, {current:g} mA/cm2",
                number.unit, number.value, current * (cell.bulk_ohm_cm2 + cell.faces_ohm_cm2),
                null=current * (planar.bulk_ohm_cm2 + faces / cell.gain), source=number.source,
            )
        )  # fmt: skip
    return rows


def _resistances(planar: Pattern, main: Pattern) -> list[dict[str, object]]:
    faces, bulk = by_width("interface_resistance"), by_width("bulk_resistance")
    source = single("contact_area_gain").source
    return [
        _row(
            "interface resistance, both faces", _named(main.width_um), "ohm cm2", faces[main.width_um],
            main.faces_ohm_cm2, limit=30.0, null=faces[0.0] / main.gain, source=source,
        ),
        _row(
            "bulk resistance", "planar, 1.6 mm at 0.79 mS/cm", "ohm cm2", bulk[0.0], planar.bulk_ohm_cm2,
            limit=20.0, source=source, note="the study's thickness and conductivity disagree with its resistance",
        ),
        _row(
            "bulk resistance, pattern over plane", _named(main.width_um), "1",
            bulk[main.width_um] / bulk[0.0], main.bulk_ohm_cm2 / planar.bulk_ohm_cm2, limit=20.0, null=1.0,
            source=source, note="channels as deep as the stated contact area needs would shorten the path more",
        ),
    ]  # fmt: skip


def _warmed() -> list[dict[str, object]]:
    cold, *warmer = sorted(published("garnet_ccd_over_temperature"), key=lambda number: number.temperature_C)
    coldest = cold.temperature_C
    rows = []
    for number in warmer:
        temperature = number.temperature_C
        model = float(
            limits.creep_limit(
                1.0, 1.0, temperature, shipped_parameters().interface, at_pressure=1.0, at_temperature_C=coldest
            )
        )  # fmt: skip
        rows.append(
            _row(
                f"critical current over that at {coldest:g} C", f"planar garnet, {temperature:g} C", "1",
                number.value / cold.value, model, limit=FACTOR_TWO if temperature <= 100.0 else np.nan,
                source=number.source, note="the laboratory's level is divided out",
            )
        )  # fmt: skip
    return rows


def _sulfide() -> list[dict[str, object]]:
    lpsc = materials.electrolyte("lpsc")
    level, at, exponent = lpsc.reference_ccd, lpsc.reference_pressure, lpsc.pressure_exponent
    if level is None or at is None or exponent is None:
        raise MaterialError("the planar reference of Li6PS5Cl is missing")
    rows = []
    for number in published("sulfide_ccd"):
        model = float(
            limits.creep_limit(
                level.value, number.pressure_MPa, 25.0, shipped_parameters().interface, at_pressure=at.value,
                at_temperature_C=25.0, exponent=exponent.value,
            )
        )  # fmt: skip
        rows.append(
            _row(
                "critical current", f"Li6PS5Cl, {number.pressure_MPa:g} MPa", number.unit, number.value, model,
                use="fit", source=number.source,
            )
        )  # fmt: skip
    for number in published("sulfide_cycled"):
        left = float(limits.pressing_factor(number.pressure_MPa, shipped_parameters().interface) > 0.0)
        rows.append(
            _row(
                "stable", f"Li6PS5Cl, any current, {number.pressure_MPa:g} MPa", number.unit, number.value,
                left, use="fit", source=number.source,
                note="the threshold is set between 7 and 25 MPa; nothing is left to test it",
            )
        )  # fmt: skip
    return rows


def _not_modelled() -> list[dict[str, object]]:
    return [
        _row(
            number.quantity,
            number.condition,
            number.unit,
            number.value,
            np.nan,
            use="none",
            source=number.source,
            note=number.note,
        )
        for number in published("not_modelled")
    ]


def _row(
    quantity: str,
    condition: str,
    unit: str,
    published: float,
    model: float,
    *,
    use: str = "prediction",
    limit: float = np.nan,
    least: bool = False,
    null: float = np.nan,
    source: str,
    note: str = "",
) -> dict[str, object]:
    error = 100.0 * (model / published - 1.0) if published else 100.0 * (model - published)
    if use == "fit":
        verdict = "fit"
    elif np.isnan(model):
        verdict = "not modelled"
    elif least:
        verdict = "holds" if model >= published else "miss"
    elif np.isnan(limit):
        verdict = "reported"
    elif limit == FACTOR_TWO:
        verdict = "holds" if 0.5 <= model / published <= 2.0 else "miss"
    else:
        verdict = "holds" if abs(error) <= limit else "miss"
    return {
        "quantity": quantity, "condition": condition, "unit": unit, "published": published, "model": model,
        "error_pct": error, "limit_pct": limit, "verdict": verdict, "use": use, "area_only": null,
        "source": source, "note": note,
    }  # fmt: skip

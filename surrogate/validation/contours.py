"""What contouring a solid interface gains, by either answer to what limits the current.

Data flow: patterns and face resistances -> currents and stress by finite elements -> gain over the plane. The model
holds that voids on stripping decide, which the *mean* of creep refills. Zhang et al., Energy Environ. Sci. 2024
(10.1039/d3ee03322h) hold that dendrites on plating decide, which start where the local current is *largest*, and
doubt that contours gain anything that matters. The field of currents answers both.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from surrogate import materials
from surrogate.physics.interface.conduction import conduct
from surrogate.physics.interface.geometry import UnitCell
from surrogate.physics.interface.mechanics import planar_stress, press
from surrogate.validation.interface import by_width, main_width_um, pattern_depth_um

# Of one face: as measured on the plane of the study, and lower ones as interlayers reach.
LOWER_OHM_CM2 = (5.0, 1.0)
FINER_UM = (50.0, 20.0)  # widths of patterns in the proportions of the main one


@dataclass(frozen=True)
class Contour:
    """Channels, in um."""

    width_um: float
    depth_um: float


def contours() -> tuple[Contour, ...]:
    """Return the three patterns of the study, and finer ones of the main one's shape.

    Returns
    -------
    tuple of Contour
    """
    depth, main = pattern_depth_um(), main_width_um()
    studied = [Contour(width, depth) for width in by_width("pattern_ccd")]
    return (*studied, *(Contour(width, width * depth / main) for width in FINER_UM))


def contour_gains() -> pd.DataFrame:
    """Return what each contour gains in critical current over the plane.

    Returns
    -------
    pandas.DataFrame
        A row for each contour and face resistance. Columns: width_um, depth_um, face_ohm_cm2, area_gain (real over
        geometric), by_mean (voids decide: area times mean stress), by_largest (dendrites decide: the plane's local
        current over the contour's largest, at one geometric current).
    """
    garnet = materials.electrolyte("llzo")
    conductivity, half = garnet.conductivity.si, 0.5 * garnet.separator_thickness.si
    measured = 0.5 * by_width("interface_resistance")[0.0]
    rows = []
    for contour in contours():
        cell = UnitCell(contour.width_um * 1e-6, contour.depth_um * 1e-6, pellet=half)
        by_mean = cell.area_gain * press(cell).mean / planar_stress()
        for face in (measured, *LOWER_OHM_CM2):
            peak = conduct(cell, conductivity * face * 1e-4).peak
            rows.append(
                {
                    "width_um": contour.width_um, "depth_um": contour.depth_um, "face_ohm_cm2": face,
                    "area_gain": cell.area_gain, "by_mean": by_mean, "by_largest": 1.0 / peak,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)

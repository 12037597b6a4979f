"""Virtual laboratories, whose truth is known.

Data flow: a campaign -> ``reference`` (random hosts of it, simulated at the nominal constants) -> ``virtual`` (hidden
constants, a smooth ``discrepancy``, a level, cells that spread and are stopped).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names

if TYPE_CHECKING:
    from surrogate.laboratory.discrepancy import Discrepancy
    from surrogate.laboratory.reference import ReferenceHosts
    from surrogate.laboratory.simulations import Simulations
    from surrogate.laboratory.virtual import LaboratorySettings, VirtualLaboratory

__all__ = [
    "Discrepancy", "LaboratorySettings", "ReferenceHosts", "Simulations", "VirtualLaboratory",
]  # fmt: skip

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Discrepancy": "surrogate.laboratory.discrepancy",
            "LaboratorySettings": "surrogate.laboratory.virtual",
            "ReferenceHosts": "surrogate.laboratory.reference",
            "Simulations": "surrogate.laboratory.simulations",
            "VirtualLaboratory": "surrogate.laboratory.virtual",
        },
    )

"""Virtual laboratories, whose truth is known, and how well models learn it from their cells.

Data flow: a campaign -> ``reference`` (random hosts of it, simulated at the nominal constants) -> ``virtual`` (hidden
constants, a smooth ``discrepancy``, a level, cells that spread and are stopped) -> ``model_trial`` (``contenders``
are told cells at random hosts and scored on others).

The benchmark of optimizers: ``tasks`` (``neutral``, ``pool_task``, ``virtual_task``) -> ``contest`` (in an
``own_process`` for each run ``one_run`` asks a contender of ``ask_tell`` and scores by ``hypervolume``; ``run_code``
says which runs a change repeats) -> ``contest_summary``, and ``across`` laboratories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names

if TYPE_CHECKING:
    from surrogate.laboratory.contenders import Contender, PlainGP
    from surrogate.laboratory.discrepancy import Discrepancy
    from surrogate.laboratory.model_trial import summary, trial
    from surrogate.laboratory.reference import ReferenceHosts
    from surrogate.laboratory.simulations import Simulations
    from surrogate.laboratory.virtual import LaboratorySettings, VirtualLaboratory

__all__ = [
    "Contender", "Discrepancy", "LaboratorySettings", "PlainGP", "ReferenceHosts", "Simulations", "VirtualLaboratory",
    "summary", "trial",
]  # fmt: skip

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Contender": "surrogate.laboratory.contenders",
            "Discrepancy": "surrogate.laboratory.discrepancy",
            "LaboratorySettings": "surrogate.laboratory.virtual",
            "PlainGP": "surrogate.laboratory.contenders",
            "ReferenceHosts": "surrogate.laboratory.reference",
            "Simulations": "surrogate.laboratory.simulations",
            "VirtualLaboratory": "surrogate.laboratory.virtual",
            "summary": "surrogate.laboratory.model_trial",
            "trial": "surrogate.laboratory.model_trial",
        },
    )

"""The ageing law fitted to published cells: ``data`` (records -> simulated cycles) -> ``fit`` -> ``judge``."""

from surrogate.learning.ageing.run import AgeingResult, fit_ageing

__all__ = ["AgeingResult", "fit_ageing"]

"""What a search chooses of the mixture's settings, and between which limits.

Data flow: settings of a recipe -> where the search begins (``starting_point``); trial of Optuna -> settings
(``suggested``). What acts only where the process takes part is only chosen there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate.models.mixture_settings import MixtureSettings

if TYPE_CHECKING:
    from optuna import Trial

SWITCHES = ("median", "conditions", "ridge_conditions", "process")  # which ingredients take part
_DIGITS = 3  # of a number that is chosen
OF_PROCESS = ("process_materials", "smooth_length")
# Searched on a logarithmic scale: about ten times less and more than the shipped value, which all are only assumed or
# known to matter little.
RANGES = {
    "smooth_length": (0.2, 5.0),
    "median_deviation": (0.05, 2.0),
    "prior_width": (0.2, 4.0),
    "prior_papers": (0.3, 30.0),
}


def starting_point(settings: MixtureSettings) -> dict[str, Any]:
    """Return the parameters of a trial that has these settings."""
    names = [name for name in (*SWITCHES, *OF_PROCESS, *RANGES) if settings.process or name not in OF_PROCESS]
    return {name: getattr(settings, name) for name in dict.fromkeys(names)}


def suggested(trial: Trial, start: MixtureSettings) -> MixtureSettings:
    """Return the settings of a trial.

    Parameters
    ----------
    trial : Trial
        Of Optuna.
    start : MixtureSettings
        Where the search begins: ranges reach as far as these, and what is not chosen stays.
    """
    chosen: dict[str, Any] = {name: trial.suggest_categorical(name, (True, False)) for name in SWITCHES}
    if chosen["process"]:
        chosen["process_materials"] = trial.suggest_categorical("process_materials", (True, False))
    for name, (low, high) in RANGES.items():
        if chosen["process"] or name not in OF_PROCESS:
            usual = getattr(start, name)
            value = trial.suggest_float(name, min(low, usual), max(high, usual), log=True)
            chosen[name] = usual if value == usual else float(f"{value:.{_DIGITS}g}")
    return start.model_copy(update=chosen)

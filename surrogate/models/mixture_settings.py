"""What of the literature mixture may be chosen: its ingredients, the process's kernel, and the priors.

Data flow: the section ``[mixture]`` of a training recipe -> ``MixtureSettings`` -> ``mixture.literature_mixture`` ->
a fit, which keeps with each part whatever its predictions need. A saved model reads no settings.

The least share of the simulator's response (``mixture.TREND_WEIGHTS``) is not among them: the direction of a change
stays the simulator's.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from surrogate.models.class_level import MEDIAN_DEVIATION, PRIOR_WIDTH
from surrogate.models.ingredients import SMOOTH_LENGTH
from surrogate.models.weights import PRIOR_PAPERS


class MixtureSettings(BaseModel):
    """Settings of the literature mixture; levels by class always take part, as the prior draws to them.

    Parameters
    ----------
    median, conditions, ridge_conditions, process : bool
        Whether the plain median, slopes on conditions, ridge regression on conditions, and a process over conditions
        take part.
    process_materials : bool
        Whether that process is over materials too, where enough rows are values.
    smooth_length : float
        Length scale of the process, in units of the encoding.
    median_deviation : float
        Prior median of the deviation of every level and slope, in z.
    prior_width : float
        Prior standard deviation of the logarithm of such a deviation.
    prior_papers : float
        How many papers the prior on the levels by class is worth among the weights.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    median: bool = True
    conditions: bool = True
    ridge_conditions: bool = True
    process: bool = True
    process_materials: bool = True
    smooth_length: float = Field(default=SMOOTH_LENGTH, ge=0.05, le=20.0)
    median_deviation: float = Field(default=MEDIAN_DEVIATION, ge=0.01, le=4.0)
    prior_width: float = Field(default=PRIOR_WIDTH, ge=0.05, le=5.0)
    prior_papers: float = Field(default=PRIOR_PAPERS, ge=0.0, le=1000.0)


SHIPPED = MixtureSettings()

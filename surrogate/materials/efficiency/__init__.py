"""The coulombic efficiency of planar lithium from the recipe of its electrolyte.

``predict_loss("1 M LiFSI in DME:TTE (1:3 v/v)")`` gives 1 - CE with its 90 % interval; ``loss_ratio`` compares two
recipes; ``judged`` scores the model by leaving references out, or on other rows. scikit-learn is imported when a
model is fitted.
"""

from __future__ import annotations

from surrogate.materials.efficiency.loss import Loss, Protocol, loss_ratio, predict_loss, shipped_model
from surrogate.materials.efficiency.model import LossModel
from surrogate.materials.efficiency.rows import Unusable, shipped_rows, usable
from surrogate.materials.efficiency.scores import Score, judged

__all__ = [
    "Loss",
    "LossModel",
    "Protocol",
    "Score",
    "Unusable",
    "judged",
    "loss_ratio",
    "predict_loss",
    "shipped_model",
    "shipped_rows",
    "usable",
]

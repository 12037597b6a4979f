"""Several single-output models as one model."""

from __future__ import annotations

from collections.abc import Sequence

from botorch.models.gpytorch import GPyTorchModel
from botorch.models.model import Model, ModelList
from botorch.models.model_list_gp_regression import ModelListGP


def join_models(models: Sequence[Model]) -> Model:
    """Join single-output models into one model with an output for each.

    Parameters
    ----------
    models : sequence of m BoTorch models
        Each with one output.

    Returns
    -------
    Model
        With m outputs in the same order; a single model is returned as it is.
    """
    if len(models) == 1:
        return models[0]
    if all(isinstance(model, GPyTorchModel) for model in models):
        return ModelListGP(*models)
    return ModelList(*models)

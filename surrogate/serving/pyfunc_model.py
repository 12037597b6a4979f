"""The script MLflow keeps with a registered model and runs to load it (``models from code``).

It gives ``mlflow.pyfunc.load_model("models:/lihost@champion")`` and ``mlflow models serve`` the same
HostModel that ``surrogate predict`` uses. MLflow copies this one file into the model's folder; everything
else comes from the installed package, so it must stay free of relative imports.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc import PythonModel


class RefusedDesigns(MlflowException):
    """A request that cannot be answered, in one line: MLflow's server would print the table before the message."""

    def __init__(self, message: str) -> None:
        self._said = " ".join(message.split())
        super().__init__(self._said, error_code=INVALID_PARAMETER_VALUE)

    @property
    def message(self) -> str:
        """What is wrong, and where."""
        return self._said

    @message.setter
    def message(self, _: str) -> None:
        """Let it be."""


class HostPredictor(PythonModel):
    """Design rows in, prediction rows out, by the HostModel in the artifact folder ``host_model``."""

    def load_context(self, context: Any) -> None:
        """Read the saved HostModel.

        Parameters
        ----------
        context
            MLflow's, with the place of the model's files.

        Raises
        ------
        ModelError
            When the model does not fit the installed package.
        """
        from surrogate.models.bundle import HostModel

        self.model = HostModel.load(Path(context.artifacts["host_model"]))

    def predict(
        self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """``HostModel.predict`` of the rows, index kept.

        Raises
        ------
        RefusedDesigns
            For rows that cannot be predicted: the server answers 400 with the reason.
        """
        from surrogate.errors import LihostError

        try:
            return self.model.predict(model_input)
        except LihostError as error:
            raise RefusedDesigns(str(error)) from error


set_model(HostPredictor())

"""The model behind the endpoint: loaded once, asked by one thread at a time."""

from __future__ import annotations

import threading
from typing import Any, Protocol

import pandas as pd

from surrogate.errors import LihostError, ModelError
from surrogate.hosts.designs import CompleteDesigns

REMEDY = "no model is registered yet; run `surrogate train`, then start the endpoint again"


class Predictor(Protocol):
    """What the endpoint needs of a model; ``surrogate.models.bundle.HostModel`` has it."""

    @property
    def version(self) -> str:
        """Version of the model."""
        ...

    def predict(self, designs: CompleteDesigns) -> pd.DataFrame:
        """Predict complete designs, a row for each."""
        ...


class ServedModel:
    """Holds the model, or the reason why there is none; never both.

    ``predict`` is called from a pool of threads. Gaussian processes cache intermediate results in the model
    while they predict, so one request at a time uses it.
    """

    def __init__(self, model: Predictor | None = None) -> None:
        self.model = model
        self.problem = "" if model else REMEDY
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the registered champion; a failure that is ours to explain is kept as ``problem``."""
        from surrogate.tracking import load_champion  # imports mlflow and torch

        try:
            self.model, self.problem = load_champion(), ""
        except ModelError as error:
            self.problem = f"{error} Then start the endpoint again."
        except LihostError as error:
            self.problem = str(error)

    @property
    def version(self) -> str | None:
        """Version of the model, None when there is none."""
        return str(self.model.version) if self.model else None

    def predict(self, designs: CompleteDesigns) -> list[dict[str, Any]]:
        """Predict complete designs.

        Parameters
        ----------
        designs
            n rows.

        Returns
        -------
        list of dict
            The n prediction rows, as plain numbers and texts; a missing number is None.

        Raises
        ------
        ModelError
            When there is no model.
        """
        if self.model is None:
            raise ModelError(self.problem)
        from surrogate.optimization.threads import single_thread  # imports torch

        with self._lock, single_thread():  # a few rows are not worth waking other threads for
            table = self.model.predict(designs)
        columns = {
            str(name): [None if pd.isna(value) else value for value in table[name].tolist()]
            for name in table.columns
        }
        return [{name: values[k] for name, values in columns.items()} for k in range(len(table))]

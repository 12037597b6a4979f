"""The model behind the endpoint: the champion, asked by one thread at a time, exchanged when another is named.

Requests wait for each other, and only so many of them: what would wait for minutes is better told so at once.

Data flow: alias ``champion`` -> its version, looked up every few seconds -> another version is loaded beside the one
that answers, and takes its place between two requests.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pandas as pd

from surrogate.errors import LihostError, ModelError
from surrogate.hosts.designs import CompleteDesigns

REMEDY = "no model is registered yet; the endpoint takes up what `surrogate train` makes where it runs"
FOLLOWED_EVERY_S = 10.0


# Requests and designs that wait or are answered. Each request holds one of the server's 40 threads, and /health needs
# one too.
MOST_REQUESTS, MOST_DESIGNS = 32, 4_000
_USUAL_S = 0.02  # of a design, before any was timed


class BusyError(Exception):
    """Too much is waiting already.

    Parameters
    ----------
    designs
        That wait or are answered.
    retry_s
        After which there should be room, whole seconds.
    """

    def __init__(self, designs: int, retry_s: int) -> None:
        super().__init__(f"{designs} designs are waiting for their predictions; ask again in {retry_s} s")
        self.retry_s = retry_s


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

    Parameters
    ----------
    model
        What predicts, for good; None: the registered champion, whichever that is.
    """

    def __init__(self, model: Predictor | None = None) -> None:
        self.model = model
        self.problem = "" if model else REMEDY
        self.exchanged = 0
        self._fixed = model is not None
        self._registered = ""
        self._lock = threading.Lock()
        self._queue = threading.Lock()
        self._requests, self._designs, self._each_s = 0, 0, _USUAL_S
        self._stopped = threading.Event()
        self._follower: threading.Thread | None = None

    def load(self) -> None:
        """Load the registered champion where it is another than the one that answers.

        A failure that is ours to explain is kept as ``problem`` while there is no model; a model that answers stays
        where the next one cannot be loaded.
        """
        if self._fixed:
            return
        from surrogate import tracking  # imports mlflow and torch

        try:
            found = tracking.champion()
            if found is None:
                self._without(REMEDY)
                return
            if found.version == self._registered:
                return
            model = found.load()
        except ModelError as error:
            self._without(f"{error} The endpoint takes up the next champion by itself.")
        except LihostError as error:
            self._without(str(error))
        else:
            with self._lock:
                self.exchanged += self.model is not None
                self.model, self.problem, self._registered = model, "", found.version

    def follow(self, every_s: float = FOLLOWED_EVERY_S) -> None:
        """Look every few seconds whether there is another champion, until :meth:`stop`."""
        if self._fixed or self._follower is not None:
            return
        self._follower = threading.Thread(target=self._follow, args=(every_s,), name="champion", daemon=True)
        self._follower.start()

    def stop(self) -> None:
        """Follow no longer."""
        self._stopped.set()
        if self._follower is not None:
            self._follower.join(timeout=5.0)

    @property
    def version(self) -> str | None:
        """Version of the model, None when there is none."""
        model = self.model
        return str(model.version) if model else None

    def predict(self, designs: CompleteDesigns) -> tuple[str, list[dict[str, Any]]]:
        """Predict complete designs.

        Parameters
        ----------
        designs
            n rows.

        Returns
        -------
        version : str
            Of the model that answered.
        rows : list of dict
            The n prediction rows, as plain numbers and texts; a missing number is None.

        Raises
        ------
        ModelError
            When there is no model.
        BusyError
            When too many others wait.
        """
        from surrogate.optimization.threads import single_thread  # imports torch

        with self._place(len(designs)), self._lock:
            if self.model is None:
                raise ModelError(self.problem)
            version, began = str(self.model.version), time.perf_counter()
            with single_thread():  # a few rows are not worth waking other threads for
                table = self.model.predict(designs)
            self._each_s = 0.5 * (self._each_s + (time.perf_counter() - began) / len(designs))
        names = [str(name) for name in table.columns]
        values = table.to_numpy(
            dtype=object
        ).tolist()  # at once: a column by itself costs as much as all of them
        return version, [
            {name: None if pd.isna(value) else value for name, value in zip(names, row, strict=True)}
            for row in values
        ]

    @contextmanager
    def _place(self, designs: int) -> Iterator[None]:
        """Hold a place in the queue; whoever finds it empty gets one, however much is asked."""
        with self._queue:
            full = self._requests >= MOST_REQUESTS or self._designs + designs > MOST_DESIGNS
            if full and self._requests:
                raise BusyError(self._designs, math.ceil(self._designs * self._each_s))
            self._requests, self._designs = self._requests + 1, self._designs + designs
        try:
            yield
        finally:
            with self._queue:
                self._requests, self._designs = self._requests - 1, self._designs - designs

    def _without(self, problem: str) -> None:
        if self.model is None:
            self.problem = problem

    def _follow(self, every_s: float) -> None:
        while not self._stopped.wait(every_s):
            self.load()

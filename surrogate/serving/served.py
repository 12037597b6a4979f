"""The model behind the endpoint: the champion, asked by one thread at a time, exchanged when another is named.

Requests that come while the model is busy are answered together, by one call: it uses all cores where a design by
itself uses one, and what does not grow with the number of designs is done once. Whoever was just answered mostly asks
again: a call waits a moment for them, or those who ask at once would part into two groups that take turns. Only so
many wait: what would wait for minutes is better told so at once.

Data flow of a request: designs -> a place in the queue -> whichever waiting thread finds the model free asks it about
the designs of all who wait -> each takes its rows. Of the model: alias ``champion`` -> its version, looked up every
few seconds -> another version is loaded beside the one that answers, and takes its place between two calls.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np

from surrogate import __version__
from surrogate.errors import LihostError, ModelError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.observed import LOG

_OTHER_CODE = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)  # what files of other code may raise
REMEDY = "no model is registered yet; the endpoint takes up what `surrogate train` makes where it runs"
FOLLOWED_EVERY_S = 10.0


# Requests and designs that wait or are answered. Each request holds one of the server's 40 threads, and /health needs
# one too.
MOST_REQUESTS, MOST_DESIGNS = 32, 4_000
MOST_TOGETHER = 64  # designs of different requests in one call: nobody's single design waits for thousands
_USUAL_S = 0.02  # of a design, before any was timed
# Of the time of the last call, how long the next waits at most for as many as asked then. 16 askers on two cores,
# half a minute each in one hour: 77 to 79 answers a second without it, as calls are of 8 designs; with 0.25 79 to 83;
# with 0.4 88 and with 0.7 89, in calls of 16.
_GATHERED = 0.4
# After a call of thousands of designs nobody's single one waits for who may not ask again.
_MOST_GATHER_S = 0.1


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


Row = dict[str, Any]


@dataclass
class _Asked:
    """Designs of one request and, once there is one, the answer to them or why there is none."""

    designs: CompleteDesigns
    version: str = ""
    rows: list[Row] | None = None
    error: Exception | None = None

    @property
    def answered(self) -> bool:
        return self.rows is not None or self.error is not None


class Predictor(Protocol):
    """What the endpoint needs of a model; ``surrogate.models.bundle.HostModel`` has it."""

    @property
    def version(self) -> str:
        """Version of the model."""
        ...

    def predicted_columns(self, complete: CompleteDesigns) -> Mapping[str, Any]:
        """Predict n complete designs: name of a column -> its values (n,)."""
        ...


class ServedModel:
    """Holds the model, or the reason why there is none (``problem``); never both.

    Where a model answers and a newer champion cannot take its place, ``refused`` says why.

    ``predict`` is called from a pool of threads. Gaussian processes cache intermediate results in the model
    while they predict, so one thread at a time uses it, for all who wait.

    Parameters
    ----------
    model
        What predicts, for good; None: the registered champion, whichever that is.
    """

    def __init__(self, model: Predictor | None = None) -> None:
        self.model = model
        self.problem = "" if model else REMEDY
        self.refused = ""
        self.exchanged = 0
        self._fixed = model is not None
        self._registered = ""
        self._lock = threading.Lock()  # of the model
        self._turn = threading.Condition()  # of all below
        self._requests, self._designs, self._each_s = 0, 0, _USUAL_S
        self._waiting: deque[_Asked] = deque()
        self._answering = False
        # Requests at the end of the last call, and how long to wait for as many.
        self._at_once, self._gather_s = 1, 0.0
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

        named = ""
        try:
            found = tracking.champion()
            if found is None:
                self._without(REMEDY)
                return
            if found.version == self._registered:
                return
            named = f"champion version {found.version} cannot be used by lihost {__version__}: "
            model = found.load()
        except ModelError as error:
            self._without(f"{named}{error} The endpoint takes up the next champion by itself.")
        except LihostError as error:
            self._without(f"{named}{error}")
        except _OTHER_CODE as error:
            said = f"{type(error).__name__}: {error}. To mend it: train again: surrogate train."
            self._without(f"{named}{said} The endpoint takes up the next champion by itself.")
        else:
            with self._lock:
                self.exchanged += self.model is not None
                self.model, self.problem, self.refused = model, "", ""
                self._registered = found.version

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

    def predict(self, designs: CompleteDesigns) -> tuple[str, list[Row]]:
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
        asked = _Asked(designs)
        with self._place(len(designs)):
            self._wait_or_answer(asked)
        if asked.error is not None:
            raise asked.error
        assert asked.rows is not None
        return asked.version, asked.rows

    def _wait_or_answer(self, asked: _Asked) -> None:
        """Wait for an answer and, while nobody else does, answer those who wait."""
        with self._turn:
            self._waiting.append(asked)
            self._turn.notify_all()
        while True:
            with self._turn:
                self._turn.wait_for(lambda: asked.answered or not self._answering)
                if asked.answered:
                    return
                self._answering = True
                self._turn.wait_for(lambda: len(self._waiting) >= self._at_once, self._gather_s)
                together = self._next()
            began = time.monotonic()
            try:
                self._answer(together)
            finally:
                with self._turn:
                    self._answering = False
                    self._at_once = self._requests
                    self._gather_s = min(_GATHERED * (time.monotonic() - began), _MOST_GATHER_S)
                    self._turn.notify_all()

    def _next(self) -> list[_Asked]:
        """Take from the queue those who have waited longest, at least one of them."""
        taken = [self._waiting.popleft()]
        n = len(taken[0].designs)
        while self._waiting and n + len(self._waiting[0].designs) <= MOST_TOGETHER:
            taken.append(self._waiting.popleft())
            n += len(taken[-1].designs)
        return taken

    def _answer(self, together: list[_Asked]) -> None:
        """Answer these by one call or, where it fails, each by its own: the fault of one is nobody else's."""
        first, others = together[0], together[1:]
        designs = first.designs.together(one.designs for one in others) if others else first.designs
        began = time.perf_counter()
        try:
            version, rows = self._ask(designs)
        except Exception as error:
            if others:
                for one in together:
                    self._answer([one])
            else:
                first.error = error
            return
        self._each_s = 0.5 * (self._each_s + (time.perf_counter() - began) / len(rows))
        left = iter(rows)
        for one in together:
            one.version, one.rows = version, list(islice(left, len(one.designs)))

    def _ask(self, designs: CompleteDesigns) -> tuple[str, list[Row]]:
        """Ask the model there is; raises a ModelError where there is none."""
        from surrogate.optimization.threads import single_thread  # imports torch

        if self.model is None:
            raise ModelError(self.problem)
        with self._lock, single_thread():  # a few rows are not worth waking other threads for
            columns = self.model.predicted_columns(designs)
        plain = {str(name): np.asarray(column).tolist() for name, column in columns.items()}
        return str(self.model.version), [
            {
                name: None if isinstance(value, float) and math.isnan(value) else value
                for name, value in zip(plain, row, strict=True)
            }
            for row in zip(*plain.values(), strict=True)
        ]

    @contextmanager
    def _place(self, designs: int) -> Iterator[None]:
        """Hold a place in the queue; whoever finds it empty gets one, however much is asked."""
        with self._turn:
            full = self._requests >= MOST_REQUESTS or self._designs + designs > MOST_DESIGNS
            if full and self._requests:
                raise BusyError(self._designs, math.ceil(self._designs * self._each_s))
            self._requests, self._designs = self._requests + 1, self._designs + designs
        try:
            yield
        finally:
            with self._turn:
                self._requests, self._designs = self._requests - 1, self._designs - designs

    def _without(self, problem: str) -> None:
        """Note why there is no model, or no other one; what is new is logged."""
        before = self.refused if self.model else self.problem
        if self.model is None:
            self.problem = problem
        elif problem != REMEDY:  # that nobody is champion any more takes nothing away
            self.refused = f"version {self.version} goes on answering: {problem}"
            problem = self.refused
        if problem not in (before, REMEDY):
            LOG.warning(problem)

    def _follow(self, every_s: float) -> None:
        while not self._stopped.wait(every_s):
            self.load()

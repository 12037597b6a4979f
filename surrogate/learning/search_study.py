"""The trials of a search in Optuna's storage: opened, continued, and ended whatever happens.

Trial k of a study draws from a stream of its own, (seed, k), where k counts the trials that were not broken off. So a
study that was interrupted goes on as if it had not been: the trial that was killed is marked FAIL and made again.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import sqlalchemy as sa
from optuna.trial import TrialState

from surrogate.campaign.store_address import address, shown
from surrogate.errors import StoreError
from surrogate.tracking.made_alone import alone_at
from surrogate.tracking.processes import is_gone, process_tag
from surrogate.tracking.store_location import sqlite_uri

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

BUSY_S = 30.0  # how long one process waits for another that is writing
_DONE = (TrialState.COMPLETE, TrialState.PRUNED)
# No driver, no folder, tables of another version of Optuna.
_OPENING = (ImportError, OSError, RuntimeError)
_PROCESS = "process"  # attribute of a trial: which process makes it


def default_storage() -> str:
    """Return the address of the local storage: ``mlruns/optuna.db`` of the working directory."""
    return sqlite_uri(Path.cwd() / "mlruns" / "optuna.db")


@dataclass(frozen=True)
class Study:
    """A study and where it is kept.

    Parameters
    ----------
    kept : optuna.Study
        Of Optuna.
    url : sqlalchemy.URL
        Address of the storage.
    """

    kept: optuna.Study
    url: sa.URL

    @classmethod
    def open(cls, storage: str, name: str) -> Study:
        """Open a study, or make it where there is none of this name.

        Parameters
        ----------
        storage : str
            Address of a database; empty: that of :func:`default_storage`.
        name : str
            Of the study.

        Raises
        ------
        StoreError
            For an address that cannot be used.
        """
        url = address(storage or default_storage())
        local = url.get_backend_name() == "sqlite"
        # A search lasts for hours: a connection that was lost between two trials is found out and made again.
        settings = {"connect_args": {"timeout": BUSY_S}} if local else {"pool_pre_ping": True}
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        text = url.render_as_string(hide_password=False)
        with _guarded(url, "cannot be opened", _OPENING), warnings.catch_warnings(), alone_at(text):
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            if not storage:
                Path("mlruns").mkdir(exist_ok=True)
            kept = optuna.create_study(
                storage=optuna.storages.RDBStorage(text, settings), study_name=name, load_if_exists=True,
                # It compares the same papers with the best trial's, which are no learning curve.
                pruner=optuna.pruners.WilcoxonPruner(),
            )  # fmt: skip
            return cls(kept, url)

    @property
    def shown(self) -> str:
        """The address without a password."""
        return shown(self.url)

    def fact(self, name: str) -> Any:
        """Return what the study keeps under a name; None where it keeps nothing."""
        with _guarded(self.url, "cannot be read"):
            return self.kept.user_attrs.get(name)

    def keep(self, **facts: Any) -> None:
        """Let the study keep facts, of what JSON can hold."""
        with _guarded(self.url, "cannot be written"):
            for name, value in facts.items():
                self.kept.set_user_attr(name, value)

    def finished(self) -> list[FrozenTrial]:
        """Return the trials that reached their end or were pruned, in their order."""
        with _guarded(self.url, "cannot be read"):
            return self.kept.get_trials(deepcopy=False, states=_DONE)

    @contextmanager
    def trial(self, seed: int, start: Mapping[str, Any]) -> Iterator[optuna.Trial]:
        """Begin the next trial; one that is left by an exception is marked FAIL and counts for nothing.

        Parameters
        ----------
        seed : int
            Of the study.
        start : mapping
            Parameters of the first trial.

        Yields
        ------
        Trial
            To be ended by :meth:`end`.

        Raises
        ------
        StoreError
            When the storage cannot be used.
        """
        with _guarded(self.url, "cannot be written"):
            self._end_abandoned()
            states = (*_DONE, TrialState.RUNNING)
            place = len(self.kept.get_trials(deepcopy=False, states=states))
            if place == 0 and not self.kept.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                self.kept.enqueue_trial(dict(start))
            stream = np.random.SeedSequence(seed, spawn_key=(place,))
            self.kept.sampler = optuna.samplers.TPESampler(seed=int(stream.generate_state(1)[0]))
            begun = self.kept.ask()
            begun.set_user_attr(_PROCESS, process_tag(os.getpid()))
        try:
            with _guarded(self.url, "cannot be written"):
                yield begun
        except BaseException:
            # The first error is the one to show; the storage may be what failed.
            with suppress(StoreError), _guarded(self.url, "cannot be written"):
                self.kept.tell(begun, state=TrialState.FAIL, skip_if_finished=True)
            raise

    def end(self, trial: optuna.Trial, score: float | None) -> None:
        """End a trial with its score, or as pruned with None."""
        state = TrialState.PRUNED if score is None else TrialState.COMPLETE
        self.kept.tell(trial, score, state)

    def _end_abandoned(self) -> None:
        for trial in self.kept.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if is_gone(str(trial.user_attrs.get(_PROCESS, ""))):
                self.kept.tell(trial.number, state=TrialState.FAIL)


@contextmanager
def _guarded(url: sa.URL, what: str, also: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn what Optuna's storage and the database raise, and further kinds of errors, into one StoreError."""
    refused: tuple[type[Exception], ...]
    refused = (optuna.exceptions.StorageInternalError, sa.exc.SQLAlchemyError, *also)
    try:
        yield
    except refused as error:
        reason = _reason(error)
        raise StoreError(
            f"the storage of the search {what}: {reason}",
            where=shown(url),
            remedy=_remedy(reason),
        ) from error


def _reason(error: BaseException) -> str:
    """One line: what the database itself said, where it did."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sa.exc.DBAPIError):
            return str(cause.orig).split("\n")[0]
        cause = cause.__cause__ or cause.__context__
    return str(error).split("\n")[0]


def _remedy(reason: str) -> str:
    text = reason.lower()
    if "table schema" in text:
        return "another version of Optuna made it: give another --storage, or run: optuna storage upgrade"
    if "locked" in text:
        return (
            "another process is writing to it; wait for it and run the command again: it goes on where it was"
        )
    if "full" in text or "no space" in text:
        return "free some space on that disk and run the command again: it goes on where it was"
    return "check --storage: its folder, its permissions, and that the driver of that database is installed"

"""One MLflow run: opened by :func:`run`, closed as FINISHED or FAILED whatever happens to the command.

Data flow: command -> run with its process (``processes``) -> what the command records -> end. What a killed command
leaves, the start of the next run puts in order (``interruption``).

A run carries, without being asked, the state of the code, and the versions of packages in ``environment.json``. It
has few metrics, so that its page says what matters (``nested.MOST_METRICS``): tables hold the rest. With
``required=False`` a store that cannot be written costs a warning, not the command: proposals are worth more
than their record.
"""

from __future__ import annotations

import getpass
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import LihostWarning, StoreError
from surrogate.tracking.experiments import TRAIN
from surrogate.tracking.interruption import close_abandoned, end_early, terminable
from surrogate.tracking.nested import parent_tag, refuse_many, reopened
from surrogate.tracking.processes import process_tag, scratch
from surrogate.tracking.provenance import environment, git_state
from surrogate.tracking.run_tables import TABLES, record_table
from surrogate.tracking.store import OpenStore, open_store
from surrogate.tracking.store_errors import guarded

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 100  # parameters in one request, MLflow's limit
_METRICS = 1000  # metrics in one request, MLflow's limit
_NOTE = 8000  # characters of a tag that MLflow keeps
_DIGEST = 36  # characters of a dataset's digest that MLflow keeps
OVERVIEW = "overview.html"  # of the run's artifacts: the page to read first


class StoreWarning(LihostWarning):
    """Something was not recorded because the MLflow store could not be written."""


@dataclass
class Run:
    """What can be recorded in a run. Where ``opened`` is None nothing is, and the methods do nothing."""

    name: str
    required: bool
    opened: OpenStore | None = None
    id: str = ""
    _warned: bool = field(default=False, repr=False)
    _measured_on: dict[str, str] = field(
        default_factory=dict, repr=False
    )  # metric -> dataset, empty: of none
    _digests: dict[str, str] = field(default_factory=dict, repr=False)  # of each dataset

    @property
    def recorded(self) -> bool:
        """Whether there is an MLflow run behind this object."""
        return self.opened is not None

    def params(self, values: Mapping[str, object]) -> None:
        """Record settings; nested mappings become dotted names, MLflow cuts values that are too long.

        Parameters
        ----------
        values : mapping
            Name -> setting.
        """
        flat = list(_flat(values).items())

        def record(opened: OpenStore) -> None:
            from mlflow.entities import Param

            for start in range(0, len(flat), _BATCH):
                batch = [Param(key, str(value)) for key, value in flat[start : start + _BATCH]]
                opened.client.log_batch(self.id, params=batch)

        self.record("parameters", record)

    def metrics(self, values: Mapping[str, float], step: int = 0, dataset: str = "") -> None:
        """Record numbers; those that are missing (NaN) are left out, because MLflow would show them as 0.

        Parameters
        ----------
        values : mapping
            Name -> number. MLflow's page groups names by what stands before a slash.
        step : int
            Place on MLflow's time axis.
        dataset : str
            Name of the recorded dataset that they were computed on; empty: of none.

        Raises
        ------
        ValueError
            For more than ``nested.MOST_METRICS`` names in one run.
        """
        known = [(key, float(value)) for key, value in values.items() if value == value]
        self._measured_on |= {key: dataset for key, _ in known}
        refuse_many(self._measured_on, self.name)

        def record(opened: OpenStore) -> None:
            from mlflow.entities import Metric

            now = int(time.time() * 1000)
            batch = [Metric(key, value, now, step, **self.dataset_of(key)) for key, value in known]
            opened.client.log_batch(self.id, metrics=batch)

        self.record("metrics", record)

    def series(self, name: str, values: Sequence[float]) -> None:
        """Record one number of every epoch, from 1, in as few requests as MLflow allows.

        Parameters
        ----------
        name : str
            Of the metric.
        values : sequence of float
            In their order.
        """
        self._measured_on[name] = ""
        refuse_many(self._measured_on, self.name)

        def record(opened: OpenStore) -> None:
            from mlflow.entities import Metric

            now = int(time.time() * 1000)
            entries = [Metric(name, float(value), now, step) for step, value in enumerate(values, 1)]
            for start in range(0, len(entries), _METRICS):
                opened.client.log_batch(self.id, metrics=entries[start : start + _METRICS])

        self.record(name, record)

    def dataset_of(self, metric: str) -> dict[str, str]:
        """Return name and digest of the dataset of a metric, as MLflow's ``Metric`` takes them; empty without."""
        name = self._measured_on.get(metric, "")
        return {"dataset_name": name, "dataset_digest": self._digests[name]} if name else {}

    def tags(self, values: Mapping[str, object]) -> None:
        """Record labels that runs are searched by."""

        def record(opened: OpenStore) -> None:
            from mlflow.entities import RunTag

            opened.client.log_batch(self.id, tags=[RunTag(key, str(value)) for key, value in values.items()])

        self.record("tags", record)

    def text(self, text: str, path: str) -> None:
        """Record a text file (Markdown, HTML, TOML, JSON) at ``path`` inside the run's artifacts."""
        self.record(path, lambda opened: opened.client.log_text(self.id, text, path))

    def table(self, table: pd.DataFrame, path: str) -> None:
        """Record a table as MLflow's own JSON (compared across runs in its page) and as an HTML file to read.

        Parameters
        ----------
        table : DataFrame
            To record.
        path : str
            Inside the folder ``tables`` of the run's artifacts, without ending.
        """
        page = f"<meta charset='utf-8'><style>{_TABLE_STYLE}</style>" + table.to_html(
            index=False, na_rep="", float_format="{:.4g}".format, border=0
        )
        self.record(path, lambda opened: record_table(opened, self.id, table, path))
        self.text(page, f"{TABLES}/{path}.html")

    def figures(self, figures: Sequence[Any], path: str) -> None:
        """Record plotly figures in one HTML file that carries plotly's script and needs no network.

        Parameters
        ----------
        figures : sequence of Figure
            Shown below each other.
        path : str
            Inside the run's artifacts.
        """
        parts = [
            figure.to_html(include_plotlyjs=first, full_html=False, config={"displaylogo": False})
            for first, figure in zip([True, *[False] * len(figures)], figures, strict=False)
        ]
        self.text(f"<!doctype html><meta charset='utf-8'>{''.join(parts)}", path)

    def link(self, path: str) -> str:
        """Return the address of an artifact in MLflow's page; empty where nothing is recorded."""
        if self.opened is None:
            return ""
        return f"#/experiments/{self.opened.experiment_id}/runs/{self.id}/artifacts/{path}"

    def describe(self, markdown: str) -> None:
        """Set the description at the top of the run's page."""
        self.tags({"mlflow.note.content": markdown[:_NOTE]})

    def file(self, path: Path, folder: str = "") -> None:
        """Record a file, or a folder with all that is in it, under ``folder`` of the run's artifacts."""

        def record(opened: OpenStore) -> None:
            put = opened.client.log_artifacts if path.is_dir() else opened.client.log_artifact
            put(self.id, str(path), folder or None)

        self.record(path.name, record)

    def dataset(self, name: str, sha256: str, *, source: str, rows: int, context: str = "training") -> None:
        """Record a table that was learned from.

        Parameters
        ----------
        name : str
            Of the table.
        sha256 : str
            Its hash.
        source : str
            Where it is kept: a relative path or a DOI.
        rows : int
            Number of rows.
        context : str
            What it was used for.
        """

        def record(opened: OpenStore) -> None:
            from mlflow.entities import Dataset, DatasetInput, InputTag

            dataset = Dataset(
                name=name,
                digest=sha256[:_DIGEST],
                source_type="local",
                source=json.dumps({"path": source}),
                profile=json.dumps({"num_rows": rows}),
            )
            tags = [InputTag("mlflow.data.context", context)]
            opened.client.log_inputs(self.id, [DatasetInput(dataset, tags)])

        self.record(f"dataset {name}", record)
        self._digests[name] = sha256[:_DIGEST]
        self.params({f"data.{name}.sha256": sha256, f"data.{name}.rows": rows})

    def close(self, status: str) -> None:
        """End the run as ``FINISHED``, or as ``FAILED``; then a model without an alias is taken back."""

        def end(opened: OpenStore) -> None:
            if status == "FINISHED":
                opened.client.set_terminated(self.id, status)
            else:
                end_early(opened, self.id, status)

        self.record("the end of the run", end)

    def record(self, what: str, record: Callable[[OpenStore], object]) -> None:
        """Call ``record`` with the open store.

        Parameters
        ----------
        what : str
            What is recorded, for the message.
        record : callable
            Does it.

        Raises
        ------
        StoreError
            When the store cannot be written and the run is required; otherwise a StoreWarning is given once.
        """
        if self.opened is None:
            return
        try:
            with guarded(self.opened.store, f"cannot record {what} of run {self.name!r}"):
                record(self.opened)
        except StoreError as error:
            if self.required:
                raise
            if not self._warned:  # once is enough: what follows will mostly fail too
                self._warned = True
                warnings.warn(f"Not all of this run is recorded. {error}", StoreWarning, stacklevel=3)


@contextmanager
def run(
    name: str,
    kind: str,
    *,
    seed: int | None = None,
    required: bool = True,
    parent: Run | None = None,
    again: str = "",
    experiment: str = TRAIN,
) -> Iterator[Run]:
    """Open a run, and close it as FINISHED, or as FAILED after an exception or a SIGTERM.

    Parameters
    ----------
    name : str
        As MLflow's page shows it.
    kind : str
        ``train``, ``propose``, ``evaluate`` ... (a tag).
    seed : int, optional
        Recorded as a parameter.
    required : bool
        Whether a store that cannot be written fails the command; if not, a StoreWarning is given and the run
        records nothing.
    parent : Run, optional
        Under which MLflow's page shows this one; the parent alone records the state of the code and the versions.
    again : str
        Identifier of an earlier run of the same work that was interrupted: it goes on, where the store still has it.
    experiment : str
        Name of the experiment that it is in; made where there is none.

    Yields
    ------
    Run

    Raises
    ------
    StoreError
        When the store cannot be written and the run is required.
    """
    with scratch():
        current = _start(name, kind, seed, required, parent, again, experiment)
        try:
            with terminable():
                yield current
        except BaseException:
            # The first error is the one to show; recording may be what failed.
            with suppress(StoreError), warnings.catch_warnings():
                warnings.simplefilter("ignore", StoreWarning)
                current.close("FAILED")
            raise
        current.close("FINISHED")


def _start(
    name: str,
    kind: str,
    seed: int | None,
    required: bool,
    parent: Run | None,
    again: str,
    experiment: str = TRAIN,
) -> Run:
    current = Run(name, required)
    try:
        opened = open_store(make=True, experiment=experiment)
        assert opened is not None, "a store that is made is there"
        with guarded(opened.store, f"cannot start run {name!r}"):
            close_abandoned(opened)
            if reopened(opened, again):
                current.opened, current.id = opened, again
                return current
            tags = _tags(kind) | parent_tag(parent)
            started = opened.client.create_run(opened.experiment_id, tags=tags, run_name=name)
    except StoreError as error:
        if required:
            raise
        warnings.warn(f"This run is not recorded. {error}", StoreWarning, stacklevel=4)
        return current
    current.opened, current.id = opened, started.info.run_id
    try:
        current.params({} if seed is None else {"seed": seed})
        if parent is None:
            current.params({"git": git_state()})
            current.text(json.dumps(environment(), indent=2), "environment.json")
    except StoreError:
        with suppress(StoreError):
            current.close("FAILED")
        raise
    return current


def _tags(kind: str) -> dict[str, str]:
    tags = {"kind": kind, "process": process_tag(os.getpid()), "mlflow.source.name": f"lihost {kind}"}
    tags |= {"mlflow.source.type": "LOCAL", "mlflow.source.git.commit": git_state().split()[0]}
    with suppress(OSError, KeyError, ImportError):  # a container may have no user name
        tags["mlflow.user"] = getpass.getuser()
    return tags


def _flat(values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            flat[f"{prefix}{key}"] = ", ".join(str(item) for item in value)
        else:
            flat[f"{prefix}{key}"] = value
    return flat


_TABLE_STYLE = (
    "body{font:14px sans-serif}table{border-collapse:collapse}"
    "th,td{padding:3px 9px;border-bottom:1px solid #ddd;text-align:right}"
)

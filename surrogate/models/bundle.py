"""The model that is registered and served: a Gaussian process for each target, and what surrounds them.

Data flow of a prediction: designs -> ``CompleteDesigns`` (made here from a bare table) -> encode -> each target's
process -> median and central 90 % predictive interval; the same encoded designs -> applicability domain and nearest
published cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from surrogate.errors import ModelError
from surrogate.evaluation.domain import Domain
from surrogate.evaluation.metrics import NINETY
from surrogate.evaluation.pools import Pool
from surrogate.files.bounds import z_ends
from surrogate.hosts.completion import default_material
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import SCALES
from surrogate.materials.compatibility import compatible
from surrogate.models.ensemble import DeepEnsemble
from surrogate.models.folder import read_folder, write_folder
from surrogate.models.gp import TargetGP
from surrogate.models.inputs import Inputs
from surrogate.models.kept_parts import keep_process, kept_mixture, kept_process
from surrogate.models.kernels import roles_of
from surrogate.models.mixture import Mixture, pool_of
from surrogate.space import Continuous, Encoder

Array = NDArray[np.float64]
NEAREST = 3
_REMEDY = "train again: surrogate train"


@dataclass(frozen=True)
class HostModel:
    """A trained bundle; it never changes, :meth:`condition_on` returns another.

    Parameters
    ----------
    processes : Mapping[str, TargetGP]
        A process for each target, in the order of TARGETS.
    ensemble : DeepEnsemble
        The emulator that some of them have as their mean.
    emulated : tuple[str, ...]
        The targets that do.
    domain : Domain
        What was learned from.
    published : Array
        Encoded designs (m, d) of the measured rows of the literature.
    citations : tuple[str, ...]
        Source and reference (m,) of each of these.
    about : Mapping[str, Any]
        Data hashes, recipe, seed.
    version : str
        Of the content, or as registered.
    papers : frozenset[str]
        The papers that the published rows belong to.
    mixtures : Mapping[str, Mixture]
        What answers for a target as long as no own cell of it is known; the processes alone where it is empty.
    """

    processes: Mapping[str, TargetGP]
    ensemble: DeepEnsemble
    emulated: tuple[str, ...]
    domain: Domain
    published: Array
    citations: tuple[str, ...]
    about: Mapping[str, Any]
    version: str = "unregistered"
    papers: frozenset[str] = frozenset()
    mixtures: Mapping[str, Mixture] = field(default_factory=dict)

    @property
    def encoder(self) -> Encoder:
        """Encoding of designs that all processes use."""
        return host_encoder()

    def objective_models(self) -> dict[str, TargetGP]:
        """Return the process of each target."""
        return dict(self.processes)

    def predict(self, designs: CompleteDesigns | pd.DataFrame) -> pd.DataFrame:
        """Predict medians, intervals, extrapolation and the nearest papers.

        Parameters
        ----------
        designs : CompleteDesigns or pd.DataFrame
            n complete designs, or any table that ``CompleteDesigns.of`` takes.

        Returns
        -------
        pd.DataFrame
            n rows with the index of ``designs``. For each target T (its unit is in its name): ``T``, the median,
            and ``T_lower``, ``T_upper``, the central 90 % predictive interval of one new cell made to the design,
            spread between replicate cells included. ``extrapolation``, 0 inside what was learned to 1 outside;
            ``nearest_literature``, ``;``-separated ``source#ref``.

        Raises
        ------
        DesignError, MaterialError, UnitError
            If designs cannot be read.

        Notes
        -----
        Designs with a measured property instead of a composition, with a modifier (doping, skin,
        stirring) or with another phase material than the default count as extrapolation 1: the surrogates do
        not see these columns. So do designs that break a rule on composition, none of which was simulated.
        """
        complete = CompleteDesigns.of(designs)
        X = self.encoder.encode(complete.frame)
        out: dict[str, Any] = {}
        for target in self.processes:
            low, middle, high = self._quantiles(target, X)
            out[target] = SCALES[target].from_z(middle)
            ends = SCALES[target].ends_from_z(low, high)
            out[f"{target}_lower"], out[f"{target}_upper"] = ends
        score = np.maximum(self.domain.extrapolation(X), self.domain.beyond(X))
        out["extrapolation"] = np.where(_unseen(complete), 1.0, score)
        out["nearest_literature"] = self._nearest(X)
        return pd.DataFrame(out, index=complete.index)

    def _quantiles(self, target: str, X: Array) -> tuple[Array, Array, Array]:
        """Quantiles of 5, 50 and 95 % (n,) of one new cell of each design, z."""
        if target in self.mixtures:
            pool = self.mixtures[target].of_designs(X)
            return pool.quantiles(0.05), pool.quantiles(0.5), pool.quantiles(0.95)
        mean, variance = self.processes[target].predictive(X)
        half = NINETY * np.sqrt(variance)
        return mean - half, mean, mean + half

    def of_published(self, target: str, inputs: Inputs) -> Pool:
        """Predict published rows, which state only part of a design.

        Parameters
        ----------
        target : str
            Which of the targets.
        inputs : Inputs
            The rows (m,).

        Returns
        -------
        Pool
            Of m rows, z.
        """
        return pool_of(self.mixtures.get(target, self.processes[target]), inputs)

    def _nearest(self, X: Array) -> list[str]:
        if not len(self.published):
            return [""] * len(X)
        reach = min(len(self.published), 8 * NEAREST)
        found = np.atleast_2d(cKDTree(self.published).query(X, k=reach)[1]).reshape(len(X), -1)
        return [";".join(list(dict.fromkeys(self.citations[i] for i in row))[:NEAREST]) for row in found]

    def condition_on(self, observations: pd.DataFrame) -> HostModel:
        """Return the same bundle conditioned on measured cells; hyperparameters stay.

        For a target with a cell the process answers, and no longer the mixture: own cells decide.

        Parameters
        ----------
        observations : pd.DataFrame
            A row for each cell: design columns, any targets T (NaN where not measured), and ``T_censored`` and
            ``T_upper_bound`` where a target is not known but bounded (``files.bounds``).

        Raises
        ------
        DesignError, MaterialError, UnitError, RecordError
            If a row cannot be used.
        """
        X = self.encoder.encode(CompleteDesigns.of(observations, where="measured cells").frame)
        processes = dict(self.processes)
        for target, process in self.processes.items():
            if target not in observations.columns:
                continue
            lower, upper = z_ends(observations, target)
            rows = ~np.isnan(lower)
            if rows.any():
                processes[target] = process.condition(X[rows], lower[rows], upper[rows])
        told = {target for target, process in processes.items() if process is not self.processes[target]}
        mixtures = {target: mixture for target, mixture in self.mixtures.items() if target not in told}
        seen = Domain(np.concatenate([self.domain.rows, X]), self.domain.inside)
        return replace(self, processes=processes, domain=seen, mixtures=mixtures)

    def save(self, folder: str | Path) -> None:
        """Write the bundle to a plain folder (see ``models.folder``); hyperparameters are kept by name.

        Parameters
        ----------
        folder : str or Path
            New or empty.

        Raises
        ------
        StoreError
            If the disk does not take the files.
        """
        arrays: dict[str, Any] = {
            f"ensemble.{name}": values for name, values in self.ensemble.tensors.items()
        }
        arrays |= {"domain.rows": self.domain.rows, "published": self.published}
        settings: dict[str, Any] = {"targets": list(self.processes), "emulated": list(self.emulated)}
        settings |= {
            "inside": self.domain.inside,
            "citations": list(self.citations),
            "papers": sorted(self.papers),
            "about": dict(self.about),
        }
        settings |= {"ensemble_targets": list(self.ensemble.targets), "encoding": _encoding(self.encoder)}
        for target, process in self.processes.items():
            keep_process(process, target, arrays, settings)
        for target, mixture in self.mixtures.items():
            parts, settings[f"{target}.mixture"] = mixture.linear_state()
            arrays |= {f"{target}.mixture.{name}": values for name, values in parts.items()}
            if mixture.process is not None and isinstance(mixture.process[1], TargetGP):
                keep_process(mixture.process[1], f"{target}.mixture.process", arrays, settings)
        write_folder(Path(folder), arrays, settings)

    @classmethod
    def load(cls, folder: str | Path, version: str | None = None) -> HostModel:
        """Read a bundle; its predictions are those before saving, bit for bit.

        Parameters
        ----------
        folder : str or Path
            As written by :meth:`save`.
        version : str, optional
            As registered. Default: the first 12 characters of the content's hash.

        Raises
        ------
        ModelError
            If the folder is damaged, of an earlier format, or made for other design columns or roles.
        """
        arrays, settings, content = read_folder(Path(folder))
        if settings.get("encoding") != _encoding(host_encoder()):
            raise ModelError(
                "made for other design columns or ranges",
                where=str(folder),
                remedy=_REMEDY,
            )
        try:
            weights = {
                name.removeprefix("ensemble."): values
                for name, values in arrays.items()
                if name.startswith("ensemble.")
            }
            ensemble = DeepEnsemble(tuple(settings["ensemble_targets"]), weights)
            emulated_targets = tuple(settings["emulated"])
            roles = roles_of(host_encoder().groups)
            processes = {}
            mixtures = {}
            for target in settings["targets"]:
                base = ensemble.mean(target) if target in emulated_targets else None
                processes[target] = kept_process(target, arrays, settings, base, roles, str(folder))
                if f"{target}.mixture" in settings:
                    mixtures[target] = kept_mixture(target, arrays, settings, ensemble, roles, str(folder))
            domain = Domain(arrays["domain.rows"].numpy(), float(settings["inside"]))
            published, citations = arrays["published"].numpy(), tuple(settings["citations"])
            papers = frozenset(settings.get("papers", ()))
        except KeyError as error:
            raise ModelError(f"the saved model lacks {error}", where=str(folder), remedy=_REMEDY) from error
        about = settings["about"]
        return cls(
            processes,
            ensemble,
            emulated_targets,
            domain,
            published,
            citations,
            about,
            version or content[:12],
            papers,
            mixtures,
        )


def _encoding(encoder: Encoder) -> list[str]:
    """Return what each encoded column means; a model only fits the encoding it was made for."""
    ranges = {
        parameter.name: (parameter.lower, parameter.upper, parameter.log)
        for parameter in encoder.space.parameters
        if isinstance(parameter, Continuous)
    }
    return [f"{name} {ranges[name]}" if name in ranges else str(name) for name in encoder.names]


def _unseen(designs: CompleteDesigns) -> NDArray[np.bool_]:
    """Whether a design says something that the encoding leaves out, or holds what no rule allows (n,)."""
    columns = designs.columns
    unseen = np.zeros(len(designs), dtype=bool)
    for name in columns.overrides:
        unseen |= ~np.isnan(designs.column(name))
    for name, value in columns.neutral.items():
        if not columns[name].encoded:
            unseen |= designs.arrays[name] != value
    cells = list(zip(designs.text("framework").tolist(), designs.text("electrolyte").tolist(), strict=True))
    for name in columns.materials:
        usual = [default_material(name, *cell, columns) for cell in cells]
        unseen |= designs.text(name) != np.array(usual, dtype=object)
    return unseen | ~compatible(designs.frame)  # nothing that breaks a rule on composition was ever simulated

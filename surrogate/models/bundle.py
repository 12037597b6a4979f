"""The model that is registered and served: a mixture for each target, and what surrounds them.

Data flow of a prediction: designs -> ``CompleteDesigns`` (made here from a bare table) -> encoded, and simulated
against a foil (``against_foil``) -> each target's mixture -> median and central 90 % predictive interval; the same
encoded designs -> applicability domain and nearest published cells. It answers outside campaigns; in one, its own
model does (``campaign_model``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from surrogate.errors import ModelError
from surrogate.evaluation.domain import Domain
from surrogate.evaluation.pools import Pool
from surrogate.hosts.completion import default_material
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import SCALES
from surrogate.models.against_foil import AgainstFoil, against_foil
from surrogate.models.folder import read_folder, write_folder
from surrogate.models.inputs import Inputs
from surrogate.models.mixture import Mixture
from surrogate.space import Continuous, Encoder

Array = NDArray[np.float64]
NEAREST = 3
_REMEDY = "train again: surrogate train"


@dataclass(frozen=True)
class HostModel:
    """A trained bundle.

    Parameters
    ----------
    mixtures : Mapping[str, Mixture]
        What answers for each target, in the order of TARGETS.
    domain : Domain
        What was learned from.
    published : Array
        Encoded designs (m, d) of the published rows.
    citations : tuple[str, ...]
        Source and reference (m,) of each of these.
    about : Mapping[str, Any]
        Data hashes, recipe, seed, and the settings of campaigns' physics.
    version : str
        Of the content, or as registered.
    papers : frozenset[str]
        The papers that the published rows belong to.
    """

    mixtures: Mapping[str, Mixture]
    domain: Domain
    published: Array
    citations: tuple[str, ...]
    about: Mapping[str, Any]
    version: str = "unregistered"
    papers: frozenset[str] = frozenset()

    @property
    def encoder(self) -> Encoder:
        """Encoding of designs that all mixtures use."""
        return host_encoder()

    def predict(
        self,
        designs: CompleteDesigns | pd.DataFrame,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> pd.DataFrame:
        """Predict medians, intervals, extrapolation and the nearest papers.

        Parameters
        ----------
        designs : CompleteDesigns or pd.DataFrame
            n complete designs, or any table that ``CompleteDesigns.of`` takes. Each is simulated, which takes about
            8 ms of a core.
        progress : callable, optional
            Called with (stage, steps done, steps in all).

        Returns
        -------
        pd.DataFrame
            n rows with the index of ``designs``. For each target T (its unit is in its name): ``T``, the median,
            ``T_lower``, ``T_upper``, the central 90 % predictive interval of one new cell made to the design,
            spread between replicate cells included, and ``T_physics``, the simulator's own answer at the shipped
            constants (NaN where its run cannot be trusted). ``extrapolation``, 0 inside what was learned to 1
            outside; ``nearest_literature``, ``;``-separated ``source#ref``.

        Raises
        ------
        DesignError, MaterialError, UnitError
            If designs cannot be read.

        Notes
        -----
        Designs with a measured property instead of a composition, with a modifier (doping, skin,
        stirring) or with another phase material than the default count as extrapolation 1: no published cell is told
        apart by these columns. So do designs that break a rule on composition, and those that the simulator has no
        answer for; they are predicted as the foil is.
        """
        complete = CompleteDesigns.of(designs)
        return pd.DataFrame(self.predicted_columns(complete, progress), index=complete.index)

    def predicted_columns(
        self, complete: CompleteDesigns, progress: Callable[[str, int, int], None] | None = None
    ) -> dict[str, Any]:
        """Predict without making a table of it, which would cost a tenth of the time of a single design.

        Parameters
        ----------
        complete : CompleteDesigns
            n designs.
        progress : callable, optional
            Called with (stage, steps done, steps in all).

        Returns
        -------
        dict of str to ndarray or list (n,)
            The columns of :meth:`predict`.

        Raises
        ------
        DesignError, MaterialError, UnitError
            If designs cannot be read.
        """
        physics = against_foil(complete, progress)
        X = self.encoder.encode(complete.arrays)
        out: dict[str, Any] = {}
        for target, (low, middle, high) in self._quantiles(X, physics).items():
            out[target] = SCALES[target].from_z(middle)
            out[f"{target}_lower"], out[f"{target}_upper"] = SCALES[target].ends_from_z(low, high)
            out[f"{target}_physics"] = physics.simulated[target]
        where = self._whereabouts(complete, X)
        out["extrapolation"] = np.where(physics.trusted, where["extrapolation"], 1.0)
        out["nearest_literature"] = where["nearest_literature"]
        return out

    def _quantiles(self, X: Array, physics: AgainstFoil) -> dict[str, Array]:
        """Return each target's 5, 50 and 95 % quantile (3, n) of one new cell of each encoded design (n, d), z.

        Those of all targets are sought at once: a search takes as many steps for one row as for many.
        """
        mixtures, cells = self.mixtures, Inputs.of_designs(X, np.zeros(len(X)), self.encoder.groups)
        pools = [one.unstretched(cells.responding(physics.of(target))) for target, one in mixtures.items()]
        factors = np.repeat([one.factor for one in mixtures.values()], len(X))
        found = Pool.stacked(pools).stretched(factors).several_quantiles((0.05, 0.5, 0.95))
        return {target: part.T for target, part in zip(mixtures, np.split(found, len(mixtures)), strict=True)}

    def whereabouts(self, designs: CompleteDesigns) -> pd.DataFrame:
        """Return ``extrapolation`` and ``nearest_literature`` of n designs, which need no simulation."""
        found = self._whereabouts(designs, self.encoder.encode(designs.arrays))
        return pd.DataFrame(found, index=designs.index)

    def _whereabouts(self, designs: CompleteDesigns, X: Array) -> dict[str, Any]:
        """Return the same (n,) of designs whose encoding (n, d) is known."""
        score = np.maximum(self.domain.extrapolation(X), self.domain.beyond(X))
        return {
            "extrapolation": np.where(_unseen(designs), 1.0, score),
            "nearest_literature": self._nearest(X),
        }

    def of_published(self, target: str, inputs: Inputs) -> Pool:
        """Predict published rows (m,) of a target, z; they state only part of a design."""
        return self.mixtures[target].pool(inputs)

    @cached_property
    def _tree(self) -> cKDTree:
        """Of the published rows."""
        return cKDTree(self.published)

    def _nearest(self, X: Array) -> list[str]:
        if not len(self.published):
            return [""] * len(X)
        reach = min(len(self.published), 8 * NEAREST)
        found = np.atleast_2d(self._tree.query(X, k=reach)[1]).reshape(len(X), -1)
        return [";".join(list(dict.fromkeys(self.citations[i] for i in row))[:NEAREST]) for row in found]

    def save(self, folder: str | Path) -> None:
        """Write the bundle to a plain folder (see ``models.folder``).

        Parameters
        ----------
        folder : str or Path
            New or empty.

        Raises
        ------
        StoreError
            If the disk does not take the files.
        """
        arrays: dict[str, Any] = {"domain.rows": self.domain.rows, "published": self.published}
        settings: dict[str, Any] = {
            "targets": list(self.mixtures),
            "inside": self.domain.inside,
            "citations": list(self.citations),
            "papers": sorted(self.papers),
            "about": dict(self.about),
            "encoding": _encoding(self.encoder),
        }
        for target, mixture in self.mixtures.items():
            parts, settings[f"{target}.mixture"] = mixture.state()
            arrays |= {f"{target}.mixture.{name}": values for name, values in parts.items()}
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
            If the folder is damaged, of an earlier format, or made for other design columns.
        """
        arrays, settings, content = read_folder(Path(folder))
        if settings.get("encoding") != _encoding(host_encoder()):
            raise ModelError(
                "made for other design columns or ranges",
                where=str(folder),
                remedy=_REMEDY,
            )
        try:
            mixtures = {}
            for target in settings["targets"]:
                start = f"{target}.mixture."
                own = {
                    name.removeprefix(start): one.numpy()
                    for name, one in arrays.items()
                    if name.startswith(start)
                }
                mixtures[target] = Mixture.of_state(own, settings[start[:-1]], host_encoder().groups)
            return cls(
                mixtures,
                Domain(arrays["domain.rows"].numpy(), float(settings["inside"])),
                arrays["published"].numpy(),
                tuple(settings["citations"]),
                settings["about"],
                version or content[:12],
                frozenset(settings["papers"]),
            )
        except KeyError as error:
            raise ModelError(f"the saved model lacks {error}", where=str(folder), remedy=_REMEDY) from error


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
    return unseen | ~designs.compatible  # nothing that breaks a rule on composition was ever simulated

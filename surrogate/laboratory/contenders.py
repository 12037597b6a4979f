"""What may take part in a trial of models, and the contender that knows no physics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.files.bounds import z_ends
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import TARGETS
from surrogate.models.gp import TargetGP

if TYPE_CHECKING:
    from surrogate.laboratory.virtual import VirtualLaboratory

Array = NDArray[np.float64]
#: Target -> mean (n,) and variance (n,) of z; a target that a model says nothing of is absent.
Moments = Mapping[str, tuple[Array, Array]]


class Fitted(Protocol):
    """A model that was told cells."""

    def latent(self, designs: CompleteDesigns) -> Moments:
        """Say what n hosts are worth, without the spread between replicate cells."""
        ...

    def predictive(self, designs: CompleteDesigns) -> Moments:
        """Say what one new cell of each of n hosts will measure, its own spread included."""
        ...


class Contender(Protocol):
    """A way of learning a campaign from its cells."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    def fit(self, told: pd.DataFrame) -> Fitted | None:
        """Learn from measured cells.

        Parameters
        ----------
        told : DataFrame
            Cells, possibly none, as ``VirtualLaboratory.measure`` gives them.

        Returns
        -------
        Fitted or None
            None where so few cells say nothing; the contender then sits out.
        """
        ...


@runtime_checkable
class Knowing(Protocol):
    """A contender that knows something of the laboratory it is in, to show how much there is to be known."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    def of(self, laboratory: VirtualLaboratory) -> Contender:
        """Return the contender in one laboratory."""
        ...


@dataclass(frozen=True)
class PlainGP:
    """A process over encoded designs for each target, with a constant mean and a learned spread between cells.

    Parameters
    ----------
    name : str
        Short identifier.
    """

    name: str = "plain_gp"

    def fit(self, told: pd.DataFrame) -> FittedProcesses | None:
        """Fit a process to each target; see ``Contender.fit``."""
        encoder, found = host_encoder(), {}
        if not len(told):
            return None
        X = encoder.encode(CompleteDesigns.of(told, where="told cells").frame)
        for target in TARGETS:
            lower, upper = z_ends(told, target)
            known = ~np.isnan(lower)
            if known.any():
                found[target] = TargetGP.fit(X[known], lower[known], upper[known], groups=encoder.groups)
        return FittedProcesses(found) if found else None


@dataclass(frozen=True)
class FittedProcesses:
    """Fitted processes; see ``Fitted``.

    Parameters
    ----------
    processes : Mapping of str to TargetGP
        Target -> its process.
    """

    processes: Mapping[str, TargetGP]

    def latent(self, designs: CompleteDesigns) -> Moments:
        """See ``Fitted.latent``."""
        X = host_encoder().encode(designs.frame)
        return {target: process.latent(X) for target, process in self.processes.items()}

    def predictive(self, designs: CompleteDesigns) -> Moments:
        """See ``Fitted.predictive``."""
        X = host_encoder().encode(designs.frame)
        return {target: process.predictive(X) for target, process in self.processes.items()}

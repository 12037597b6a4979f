"""The parts of a saved bundle: processes and mixtures, as arrays and settings under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from surrogate.errors import ModelError
from surrogate.hosts.search_space import host_encoder
from surrogate.models.botorch_model import Mean
from surrogate.models.ensemble import DeepEnsemble
from surrogate.models.gp import TargetGP
from surrogate.models.hyperparameters import Hyperparameters, Variant
from surrogate.models.kernels import Role
from surrogate.models.mixture import Mixture, emulated
from surrogate.models.prior import Rows

ROWS = ("X", "lower", "upper", "measured", "published", "base", "spread")
_REMEDY = "train again: surrogate train"


def keep_process(process: TargetGP, name: str, arrays: dict[str, Any], settings: dict[str, Any]) -> None:
    """Add a process to what is saved, under a name.

    Parameters
    ----------
    process : TargetGP
        What is kept.
    name : str
        Before each of its entries.
    arrays, settings : dict
        What is saved so far; they get further entries.
    """
    arrays |= {f"{name}.{part}": getattr(process.rows, part) for part in ROWS}
    settings[name] = {
        "variant": asdict(process.variant),
        "hyperparameters": process.hyper.as_dict(),
        "emulated": process.mean is not None,
    }


def kept_process(
    name: str,
    arrays: Mapping[str, Any],
    settings: Mapping[str, Any],
    mean: Mean | None,
    roles: Sequence[Role],
    where: str,
) -> TargetGP:
    """Make a saved process again.

    Parameters
    ----------
    name : str
        As it was kept.
    arrays, settings : mapping
        As read.
    mean : Mean, optional
        The emulator's mean, where it has one.
    roles : sequence of Role
        Of today's design columns.
    where : str
        What a message calls the folder.

    Raises
    ------
    ModelError
        If it was made for other roles.
    """
    rows = Rows(*(arrays[f"{name}.{part}"].numpy() for part in ROWS))
    form = settings[name]["variant"]
    variant = Variant(form["emulated"], form["shifted"], form["learned_cell"])
    hyper = _hyperparameters(settings[name]["hyperparameters"], roles, f"{where}, {name}")
    return TargetGP(rows, hyper, roles, variant, mean)


def kept_mixture(
    target: str,
    arrays: Mapping[str, Any],
    settings: Mapping[str, Any],
    ensemble: DeepEnsemble,
    roles: Sequence[Role],
    where: str,
) -> Mixture:
    """Make the saved mixture of a target again.

    Parameters
    ----------
    target : str
        Which.
    arrays, settings : mapping
        As read.
    ensemble : DeepEnsemble
        The physics of an ingredient.
    roles : sequence of Role
        Of today's design columns.
    where : str
        What a message calls the folder.

    Raises
    ------
    ModelError
        If an ingredient is missing.
    """
    name, process = f"{target}.mixture.process", None
    if name in settings:
        base = ensemble.mean(target) if settings[name]["emulated"] else None
        process = kept_process(name, arrays, settings, base, roles, where)
    start = f"{target}.mixture."
    own = {key.removeprefix(start): value.numpy() for key, value in arrays.items() if key.startswith(start)}
    return Mixture.of_state(
        own,
        settings[f"{target}.mixture"],
        groups=host_encoder().groups,
        trend=emulated(ensemble)(target),
        process=process,
    )


def _hyperparameters(named: Mapping[str, Any], roles: Sequence[Role], where: str) -> Hyperparameters[float]:
    """Read saved hyperparameters; their length scales have to be those of today's roles."""
    hyper = Hyperparameters.from_dict(named, where=where)
    wanted = {role.name for role in roles}
    if set(hyper.lengthscales) != wanted:
        raise ModelError(
            "made for other roles of the design columns",
            where=where,
            value=sorted(hyper.lengthscales),
            limit=", ".join(sorted(wanted)),
            remedy=_REMEDY,
        )
    return hyper

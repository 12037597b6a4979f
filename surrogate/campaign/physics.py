"""What physics says of a campaign's hosts: simulated, emulated, kept.

Data flow: campaign -> hosts drawn from its space -> simulations at the shipped constants, and of further hosts in
small groups under drawn constants -> ``StateEmulator`` -> ``PhysicsPrior``, in a folder of its own named by the hash
of everything it was made from. Simulations are kept part by part, so that a run that was killed goes on where it
ended; the prior's folder is written whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.campaign.control import control_of
from surrogate.errors import ModelError, SpaceError, StoreError
from surrogate.execution import Here, Threads, Workers
from surrogate.files.kept_table import KEPT, keep_table, kept_table
from surrogate.files.output import locked, output_folder
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.folder import read_folder, write_folder
from surrogate.models.network import Network, NetworkSettings
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.models.state_emulator import StateEmulator
from surrogate.optimization.threads import single_thread
from surrogate.physics import simulate
from surrogate.physics.ccd import searched_once
from surrogate.physics.code_hash import code_hash
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.physics.uncertainty import Constant, constants, drawn_shares, parameters_at

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.models.bundle import HostModel

Progress = Callable[[str, int, int], None]
FOLDER = Path("mlruns") / "physics"
_SCHEMA = 3
CONTROLS = 0.1  # share of the simulated designs that are controls, which break rules that hosts have to keep
_PRIOR = "prior"  # subfolder of what is finished
# How long another command that makes the same is waited for; on one core it takes some minutes.
OTHER_S = 1800.0
_WAITING = "waiting for another command, which simulates the same hosts"
_PART = 500  # hosts simulated between two writes
_Piece = tuple[CompleteDesigns, PhysicsParameters]


@dataclass(frozen=True)
class PhysicsSettings:
    """How much is simulated and how it is learned.

    Parameters
    ----------
    hosts : int
        Simulated at the shipped constants.
    groups, group : int
        Draws of the constants, and hosts simulated under each.
    draws : int
        Draws of the constants that the emulator is asked about for mean and principal functions.
    judged : int
        Hosts, of those that the draws are learned on.
    emulator, departures : NetworkSettings
        Networks.
    """

    hosts: int = 3000
    groups: int = 96
    group: int = 24
    draws: int = 32
    judged: int = 1500
    emulator: NetworkSettings = field(default_factory=NetworkSettings)
    departures: NetworkSettings = field(default_factory=lambda: NetworkSettings(members=3, epochs=80))

    @classmethod
    def of_recipe(cls, section: Mapping[str, int]) -> PhysicsSettings:
        """Read the section ``physics`` of a training recipe, as a champion keeps it; empty: the defaults."""
        if not section:
            return cls()
        epochs = int(section["epochs"])
        return cls(
            hosts=int(section["hosts"]), groups=int(section["groups"]), group=int(section["group"]),
            draws=int(section["draws"]), judged=max(2, int(section["hosts"]) // 2),
            emulator=NetworkSettings(epochs=epochs),
            departures=NetworkSettings(members=3, epochs=max(1, round(0.8 * epochs))),
        )  # fmt: skip

    @classmethod
    def of_champion(cls, model: HostModel) -> PhysicsSettings:
        """Read what a champion keeps of the recipe it was trained by."""
        return cls.of_recipe(model.about.get("physics", {}))


def physics_of(
    campaign: Campaign,
    *,
    seed: int = 0,
    settings: PhysicsSettings | None = None,
    root: Path | None = None,
    progress: Progress | None = None,
    by: Workers | None = None,
) -> PhysicsPrior:
    """Return the prior of a campaign from physics: read where it is kept, else made and kept.

    Parameters
    ----------
    campaign : Campaign
        Its space and conditions.
    seed : int
        Of hosts, constants and networks.
    settings : PhysicsSettings, optional
        How much is simulated.
    root : Path, optional
        Folder of all campaigns' physics. Default: ``mlruns/physics`` of the working directory.
    progress : callable, optional
        Called with (stage, steps done, steps in all).
    by : Workers, optional
        Who simulates; default: threads of this process, one a core. The numbers do not depend on it.

    Raises
    ------
    LihostError
        When workers are lost again and again.
    SpaceError
        When the campaign leaves hardly any host to simulate.
    StoreError
        When nothing can be kept.
    """
    settings = settings or PhysicsSettings()
    report: Progress = progress if progress is not None else lambda stage, done, total: None
    known = kept_physics(campaign, settings, seed=seed, root=root)
    if known is not None:
        return known
    folder = _folder(campaign, seed, settings, root)
    output_folder(folder)
    with _alone_in(folder, report):
        if (known := kept_physics(campaign, settings, seed=seed, root=root)) is not None:
            return known  # another command has made it meanwhile
        with single_thread():
            prior = _made(campaign, seed, settings, _Simulations(folder, report, by))
        save_prior(prior, folder / _PRIOR)
        for part in folder.glob("simulated-*"):
            part.unlink(missing_ok=True)
        return load_prior(folder / _PRIOR)


@contextmanager
def _alone_in(folder: Path, report: Progress) -> Iterator[None]:
    """Let one command at a time make what is kept in a folder; another waits, and says so."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / _PRIOR, 0.0))
        except StoreError:
            report(_WAITING, 0, 1)
            held.enter_context(
                locked(
                    folder / _PRIOR, OTHER_S, "another command has long been simulating the hosts of this campaign",
                    "wait until it is done, or end it, and run this one again",
                )
            )  # fmt: skip
            report(_WAITING, 1, 1)
        yield


def kept_physics(
    campaign: Campaign, settings: PhysicsSettings, *, seed: int = 0, root: Path | None = None
) -> PhysicsPrior | None:
    """Return the prior of a campaign from physics where it is kept; nothing is made.

    Parameters
    ----------
    campaign, settings, seed, root
        As for :func:`physics_of`.

    Returns
    -------
    PhysicsPrior or None
        None where there is none, or it is damaged, or was made by other physics or from something else.
    """
    try:
        return load_prior(_folder(campaign, seed, settings, root) / _PRIOR)
    except ModelError:
        return None


def _folder(campaign: Campaign, seed: int, settings: PhysicsSettings, root: Path | None) -> Path:
    return (FOLDER if root is None else root) / _key(campaign, seed, settings)


def _key(campaign: Campaign, seed: int, settings: PhysicsSettings) -> str:
    """Hash of everything that decides a prior."""
    made_from = {
        "schema": _SCHEMA,
        "code": code_hash(),
        "conditions": campaign.conditions.as_dict(),
        "frameworks": campaign.frameworks,
        "agents": campaign.agents,
        "bounds": campaign.bounds,
        "parameters": repr(shipped_parameters()),
        "seed": seed,
        "settings": asdict(settings),
    } | ({"make": campaign.methods.key} if campaign.methods.restricts else {})
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:16]


def _made(
    campaign: Campaign, seed: int, settings: PhysicsSettings, simulations: _Simulations
) -> PhysicsPrior:
    report = simulations.report
    streams = np.random.SeedSequence(seed).spawn(4)
    seeds = [int(stream.generate_state(1)[0]) for stream in streams]
    rng = np.random.default_rng(streams[3])
    shipped = shipped_parameters()
    with searched_once(shipped):
        designs = _hosts(campaign, settings.hosts, seeds[0], report)
        nominal = simulations.nominal(designs, shipped)
    uncertain = [one for one in constants(designs) if one.low < one.high]
    joint = _under_drawn_constants(designs, uncertain, settings, rng, simulations)
    emulator = StateEmulator.fit(
        [(nominal, shipped), *joint],
        [one.key for one in uncertain],
        seed=seeds[1] % 2**31,
        settings=settings.emulator,
        progress=lambda done, total: report("training the emulator", done, total),
    )
    draws = [parameters_at(uncertain, shares) for shares in drawn_shares(uncertain, settings.draws, rng)]
    judged = nominal.head(settings.judged)
    return PhysicsPrior.fit(
        emulator, judged, draws, seed=seeds[2] % 2**31, settings=settings.departures, progress=report
    )


def _hosts(campaign: Campaign, n: int, seed: int, report: Progress) -> CompleteDesigns:
    """Draw hosts that keep every rule of the campaign, and for a tenth of them their controls in their place."""
    report("drawing hosts", 0, 1)
    found = campaign.space.sample(n, seed).assign(**campaign.conditions.as_dict())
    if len(found) < n:
        raise SpaceError("hardly any host is left to simulate", value=len(found), limit=f"{n} hosts")
    report("drawing hosts", 1, 1)
    hosts = CompleteDesigns.of(found, where="hosts of the campaign")
    compared = range(0, n, max(1, round(1.0 / CONTROLS)))
    kept = np.setdiff1d(np.arange(n), compared)
    # In no order: groups under other constants and hosts kept for judging are taken from the front.
    mixed = hosts.take(kept).together([control_of(hosts.take([row])) for row in compared])
    return mixed.take(np.random.default_rng(seed).permutation(n))


def _under_drawn_constants(
    designs: CompleteDesigns,
    uncertain: list[Constant],
    settings: PhysicsSettings,
    rng: np.random.Generator,
    simulations: _Simulations,
) -> list[tuple[pd.DataFrame, PhysicsParameters]]:
    """Simulate some of the hosts again, in groups, each under constants of its own."""
    size = min(settings.group, len(designs))
    groups = [
        (designs.take(rng.choice(len(designs), size=size, replace=False)), parameters_at(uncertain, shares))
        for shares in drawn_shares(uncertain, settings.groups, rng)
    ]
    tables = simulations.under_others(groups)
    return [(table, parameters) for table, (_, parameters) in zip(tables, groups, strict=True)]


@dataclass(frozen=True)
class _Simulations:
    """The simulations of a campaign, made by whoever works and kept piece by piece; pieces that are kept are read.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    report : callable
        Called with (stage, steps done, steps in all).
    by : Workers or None
        None for threads of this process.
    """

    folder: Path
    report: Progress
    by: Workers | None

    def nominal(self, designs: CompleteDesigns, parameters: PhysicsParameters) -> pd.DataFrame:
        """Simulate at the shipped constants, in parts."""
        starts = range(0, len(designs), _PART)
        pieces = [(designs.take(range(at, min(at + _PART, len(designs)))), parameters) for at in starts]
        files = [f"simulated-{at:05d}" for at in starts]
        alone = (Here(), None)  # a part has enough hosts to keep the threads of the kernel busy
        return pd.concat(self._tables("simulating hosts", pieces, files, alone), ignore_index=True)

    def under_others(self, groups: Sequence[_Piece]) -> list[pd.DataFrame]:
        """Simulate each group under its constants."""
        files = [f"simulated-drawn-{at:03d}" for at in range(len(groups))]
        alone = (Threads(os.cpu_count() or 1), 1)  # a group has too few hosts to keep threads busy
        return self._tables("simulating other constants", groups, files, alone)

    def _tables(
        self, stage: str, pieces: Sequence[_Piece], files: Sequence[str], alone: tuple[Workers, int | None]
    ) -> list[pd.DataFrame]:
        """Make the tables of all pieces; alone: who works, with how many threads each, where nobody else does."""
        paths = [self.folder / f"{name}{KEPT}" for name in files]
        found = {at: table for at, path in enumerate(paths) if (table := kept_table(path)) is not None}
        left = [at for at in range(len(pieces)) if at not in found]
        by, threads = alone if self.by is None else (self.by, 1)
        done, hosts = sum(map(len, found.values())), sum(len(designs) for designs, _ in pieces)
        self.report(stage, done, hosts)
        for place, table in by.results(partial(_simulated, threads), [pieces[at] for at in left]):
            keep_table(table, paths[left[place]])
            found[left[place]] = table
            done += len(table)
            self.report(stage, done, hosts)
        return [found[at] for at in range(len(pieces))]


def _simulated(threads: int | None, piece: _Piece) -> pd.DataFrame:
    designs, parameters = piece
    return simulate(designs, parameters, workers=threads).reset_index(drop=True)


def save_prior(prior: PhysicsPrior, folder: Path) -> None:
    """Write a prior to a plain folder (``models.folder``), whole or not at all.

    Parameters
    ----------
    prior : PhysicsPrior
        What to keep.
    folder : Path
        Replaced where it exists.

    Raises
    ------
    StoreError
        If the disk does not take it.
    """
    arrays: dict[str, Any] = {f"emulator.{name}": one for name, one in prior.emulator.network.tensors.items()}
    arrays |= {f"departures.{name}": one for name, one in prior.departures.tensors.items()}
    arrays |= {"centre": prior.centre, "low": prior.feature_low, "high": prior.feature_high}
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".prior-", dir=folder.parent))
    try:
        losses = {"emulator": prior.emulator.network.losses, "departures": prior.departures.losses}
        write_folder(scratch / "made", arrays, {"keys": list(prior.emulator.keys), "losses": losses})
        shutil.rmtree(folder, ignore_errors=True)
        (scratch / "made").replace(folder)
    except OSError as error:
        raise StoreError(
            f"the physics of the campaign cannot be kept: {error}",
            where=str(folder),
            remedy="free disk space",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def load_prior(folder: Path) -> PhysicsPrior:
    """Read a prior; its numbers are those before saving, bit for bit.

    Parameters
    ----------
    folder : Path
        As :func:`save_prior` has written it.

    Raises
    ------
    ModelError
        If it is missing, damaged or of another version.
    """
    arrays, settings, _ = read_folder(folder)
    try:
        losses = settings.get("losses", {})  # of what was made before they were kept there are none
        emulator = StateEmulator(_network(arrays, "emulator", losses), tuple(settings["keys"]))
        departures = _network(arrays, "departures", losses)
        return PhysicsPrior(
            emulator, departures, arrays["centre"].numpy(), arrays["low"].numpy(), arrays["high"].numpy()
        )
    except KeyError as error:
        raise ModelError(
            f"the campaign's physics lacks {error}", where=str(folder), remedy="delete the folder"
        ) from error


def _network(arrays: Mapping[str, Any], name: str, losses: Mapping[str, Sequence[float]]) -> Network:
    start = f"{name}."
    own = {key.removeprefix(start): one for key, one in arrays.items() if key.startswith(start)}
    return Network(own, tuple(losses.get(name, ())))

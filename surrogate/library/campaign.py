"""A campaign as a script works with it: its file, the cells in its store and the champion in one object.

Data flow: ``Campaign.load`` reads FILE.toml; ``tell`` writes cells to FILE.db beside it, ``propose`` and ``predict``
read them there and take the champion from the MLflow store. The commands do the same, so that either may go on where
the other stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Literal, SupportsIndex

from surrogate.campaign.file import MOST_PROPOSALS
from surrogate.campaign.file import Campaign as CampaignFile
from surrogate.errors import InputError
from surrogate.library import MOST_SEED

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.store import CampaignStore
    from surrogate.campaign.told_before import Told

Progress = Callable[[str, int, int], None]
_TABLE = "table"  # what messages call a table that a script hands over


class Campaign(CampaignFile):
    """A checked campaign with its store and the champion.

    ``Campaign.load(path)`` reads it; ``space``, ``conditions`` and ``objectives`` say what its file says.
    """

    def propose(
        self,
        n: int | None = None,
        seed: int = 0,
        *,
        repeat: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Propose the hosts to make next, as ``optimize propose --campaign`` does.

        The batch is recorded in the store, and its hosts count as under way until cells of them are told or they are
        withdrawn. The same call again, with nothing told in between, returns the same batch. A campaign that was not
        read from a file records nothing. Without a champion one is trained first, which takes minutes; the physics of
        the campaign is made once and kept.

        Parameters
        ----------
        n
            Hosts to propose, at least 1; default: as many as the campaign asks for.
        seed
            Of the search, at least 0.
        repeat
            Ids of told cells or proposals whose hosts are made again beside the new ones.
        progress
            Called with what is under way, how much is done, and of how much.

        Returns
        -------
        pandas.DataFrame
            The table of ``candidates.csv``: a row for each proposal and, last, the control.

        Raises
        ------
        InputError
            For n, a seed or a repeat that cannot be used.
        SpaceError
            When the campaign leaves fewer than n feasible hosts.
        RecordError
            For an id that cannot be repeated.
        StoreError, ModelError
            For a store or a champion that cannot be used.
        """
        from surrogate.campaign.batch import batch_of, told_ids
        from surrogate.library.champions import find_or_train_champion

        wanted = self.n if n is None else n
        for name, given, low, high in (("n", wanted, 1, MOST_PROPOSALS), ("seed", seed, 0, MOST_SEED)):
            _refuse_outside(name, given, low, high)
        if isinstance(repeat, str):
            repeat = (repeat,)
        if repeat and self.path is None:
            raise InputError(
                "only told hosts can be repeated", where="repeat", value=repeat[0],
                remedy="load the campaign whose cell it is: Campaign.load(path)",
            )  # fmt: skip
        store = None if self.path is None else self._store()
        if store is not None:
            store.prepare()
            repeat = told_ids(repeat, store)  # refused before anything is computed
        report = progress or _silent
        _, model = find_or_train_champion(report)
        return batch_of(self, model, store, int(wanted), int(seed), repeat=repeat, progress=report).hosts

    def tell(
        self,
        results: pd.DataFrame,
        *,
        source: str = _TABLE,
        repeated: Literal["refuse", "add", "skip"] = "refuse",
        yes: bool = False,
    ) -> Told:
        """Store what was measured of cells, all rows or none, as ``optimize tell`` does.

        Parameters
        ----------
        results
            A row for each report of a cell, with the columns of ``results-template.csv``: ``cell_id`` or
            ``proposal_id`` or the design, ``state``, any target T and what is known of it (``T_censored``,
            ``T_upper_bound``, ``T_sem``), ``date``, ``replicate``, ``note``. Text is understood as in a file:
            ``">=500"`` is a bound.
        source
            What the history calls the table.
        repeated
            What to do with rows that name no cell and are stored already: refuse all, add them as new cells, or skip
            them.
        yes
            Whether to take targets outside the range that cells give, and a count of cycles that falls.

        Returns
        -------
        Told
            Ids of the cells that are new, known better or as they were, and in ``notes`` what was understood.

        Raises
        ------
        InputError
            For results that are no table.
        RecordError, DesignError, MaterialError, UnitError
            Naming the row and column of what cannot be used.
        CampaignError
            For a campaign that was not read from a file.
        StoreError
            When the store cannot be written.
        """
        from dataclasses import replace

        import pandas as pd

        from surrogate.campaign.observations import read_observations

        if not isinstance(results, pd.DataFrame | str | Path):
            raise InputError(
                "not a table of measured cells", where=source, value=type(results).__name__,
                limit="a pandas.DataFrame, a row for each report of a cell",
                remedy="of a list of rows make a table: pandas.DataFrame(rows)",
            )  # fmt: skip
        store = self._store()
        cells, notes = read_observations(results, self, store.identities(), where=source, yes=yes)
        return replace(store.tell(cells, source, repeated=repeated, yes=yes), notes=tuple(notes))

    def predict(
        self,
        designs: pd.DataFrame,
        *,
        control: pd.DataFrame | None = None,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Predict designs by the campaign's own physics and cells, as ``surrogate predict --campaign`` does.

        Parameters
        ----------
        designs
            n rows of the columns of a design; conditions that a row lacks are the campaign's.
        control
            A single design to compare them with; default: the control of the first design (``campaign.control``).
        progress
            Called with what is under way, how much is done, and of how much.

        Returns
        -------
        pandas.DataFrame
            n rows with the index of the designs: each target T in the unit of its name with the 90 % interval of one
            new cell (``T_lower``, ``T_upper``), ``T_physics``, ``T_vs_control`` with its interval,
            ``p_better_than_control``, ``extrapolation`` and ``nearest_literature``.

        Raises
        ------
        DesignError, MaterialError, UnitError, RecordError
            Naming the row and column of what cannot be used, or another condition than the campaign's.
        InputError
            For a control that is not a single design.
        SpaceError
            When the campaign leaves hardly any host to simulate.
        StoreError, ModelError
            For a store that cannot be used, and where there is no champion.
        """
        from surrogate import tracking
        from surrogate.campaign.control import control_of
        from surrogate.campaign.observations import informative
        from surrogate.campaign.prediction import predict_hosts
        from surrogate.library.design_tables import designs_of

        complete, _, _ = designs_of(designs, "designs", self)
        if control is not None and len(control) != 1:
            raise InputError(
                "one design is what the others are compared with", where="control", value=len(control),
                limit="1 row", remedy="give a table of a single row, or leave it out",
            )  # fmt: skip
        beside = (
            control_of(complete.take([0])) if control is None else designs_of(control, "control", self)[0]
        )
        cells = None if self.path is None else informative(self._store().observations())
        predicted = predict_hosts(
            self, tracking.load_champion(), complete, beside, results=cells, progress=progress or _silent
        )
        return predicted.set_index(designs.index)

    def observations(self) -> pd.DataFrame:
        """Return what is known of each told cell.

        Returns
        -------
        pandas.DataFrame
            A row for each cell: its ids and state, the design as it was made, targets and what is known of them.

        Raises
        ------
        CampaignError
            For a campaign that was not read from a file.
        StoreError
            When the store cannot be read.
        """
        return self._store().observations()

    def _store(self) -> CampaignStore:
        from surrogate.campaign.store import CampaignStore

        return CampaignStore.of(self)


def _silent(stage: str, done: int, of: int) -> None:
    """Say nothing of the progress."""


def _refuse_outside(name: str, given: SupportsIndex, low: int, high: int) -> None:
    """Refuse what is no whole number, or one that is too small (``low`` is at least 0) or too large."""
    try:
        number = -1 if isinstance(given, bool) else index(given)
    except TypeError:
        number = -1
    if not low <= number <= high:
        raise InputError(
            "not a number that can be used", where=name, value=given, limit=f"a whole number, {low} to {high}",
            remedy="give another one",
        )  # fmt: skip

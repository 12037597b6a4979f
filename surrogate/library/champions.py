"""The champion that a command or a script works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surrogate.execution import Workers
    from surrogate.models.bundle import HostModel
    from surrogate.tracking import Champion

Progress = Callable[[str, int, int], None]


def find_or_train_champion(
    progress: Progress, before_training: Callable[[], None] = lambda: None, by: Workers | None = None
) -> tuple[Champion, HostModel]:
    """Find the champion; train one first when there is none.

    It is always read back from its folder, so that a run that had to train and a run that had not agree.

    Parameters
    ----------
    progress
        Called with (stage, steps done, steps in all).
    before_training
        Called once where there is no champion.
    by
        Who works where one is trained; default: this process.

    Returns
    -------
    Champion
        As it is registered.
    HostModel
        As it is used.

    Raises
    ------
    StoreError, ModelError
        For an MLflow store that cannot be used, or a champion that cannot be loaded.
    """
    progress("loading the champion", 0, 1)
    from surrogate import tracking

    found = tracking.champion()
    if found is None:
        before_training()
        progress("loading libraries", 0, 1)
        from surrogate import learning

        progress("loading libraries", 1, 1)
        learning.train(progress=progress, by=by)
        found = tracking.champion()
        assert found is not None
    model = found.load()
    progress("loading the champion", 1, 1)
    return found, model

"""One command at a time decides which version is champion.

A version is compared with the champion that there is, and the alias moves seconds later. Two trainings that end
together would both win over the same champion, and the later one take the place of the other without having met it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from surrogate.files.output import locked
from surrogate.tracking.made_alone import alone_at
from surrogate.tracking.registry import ALIAS
from surrogate.tracking.store_errors import guarded
from surrogate.tracking.store_location import current_store

_WAIT_S = 300.0  # comparing takes seconds, on a slow disk or network somewhat more
_LOCK = 1_818_847_331  # of PostgreSQL's advisory locks: "lihc" in ASCII


@contextmanager
def deciding() -> Iterator[None]:
    """Let other commands at the same store wait until a version was compared and the alias moved.

    They wait for each other at a local store and in PostgreSQL; a server of MLflow's has no locks.

    Raises
    ------
    StoreError
        When another command decides for minutes, or the store cannot be locked.
    """
    store = current_store()
    if store.database is None:
        with ExitStack() as held:
            with guarded(store, "the champion cannot be decided about"):
                held.enter_context(alone_at(store.uri, _LOCK))
            yield
        return
    with locked(
        store.database.with_name(ALIAS), _WAIT_S, "another command is deciding about the champion",
        "wait until it is done, and run this one again",
    ):  # fmt: skip
        yield

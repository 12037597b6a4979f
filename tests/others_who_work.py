"""Workers that show whether a piece of work can be sent away, and whether its place or order matters."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any


class Others:
    """Works as another process would: on copies of what is sent, the last piece first."""

    def __init__(self) -> None:
        self.done = 0

    def results(self, work: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        for place in reversed(range(len(items))):
            there, item = pickle.loads(pickle.dumps((work, items[place])))
            self.done += 1
            yield place, pickle.loads(pickle.dumps(there(item)))

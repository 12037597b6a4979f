"""How many threads the search and the fits use: one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import torch
from threadpoolctl import ThreadpoolController


@contextmanager
def single_thread() -> Iterator[None]:
    """Use one thread of torch and BLAS inside the block.

    That is faster for small matrices, and sums are always taken in the same order, so that equal input gives
    equal output to the last bit. The number of threads from before is restored afterwards.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with _libraries(len(sys.modules)).limit(limits=1):
            yield
    finally:
        torch.set_num_threads(threads)


@lru_cache(maxsize=1)
def _libraries(modules: int) -> ThreadpoolController:
    """Find the libraries with threads, which takes 3 ms, again only when modules were imported since."""
    return ThreadpoolController()

"""One thread inside the block, as many as before outside, also of libraries that are loaded later."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from threadpoolctl import threadpool_info

from surrogate.optimization.threads import single_thread


def threads() -> set[int]:
    return {int(one["num_threads"]) for one in threadpool_info()}


def test_one_thread_inside_and_as_before_outside() -> None:
    before = (torch.get_num_threads(), threads())
    for _ in range(2):
        with single_thread():
            assert torch.get_num_threads() == 1
            assert threads() == {1}
            with single_thread():
                assert threads() == {1}
            assert threads() == {1}
        assert (torch.get_num_threads(), threads()) == before


@pytest.mark.process
def test_a_library_that_was_loaded_since_is_found() -> None:
    script = """
import os
os.environ["OPENBLAS_NUM_THREADS"] = "2"
from surrogate.optimization.threads import single_thread
with single_thread():
    pass
import scipy.linalg
from threadpoolctl import threadpool_info
with single_thread():
    print({one["num_threads"] for one in threadpool_info()})
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "{1}\n"

"""How a peer's program is asked: a question as JSON on standard input, an answer as JSON on standard output."""

from __future__ import annotations

import contextlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Ask = Callable[[dict[str, Any]], list[Row]]


def answer(ask: Ask) -> None:
    """Answer the question on standard input.

    Parameters
    ----------
    ask : callable
        Question, as ``peer_process.question`` writes it -> proposed designs.
    """
    question = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    began = time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):  # a library may print
        _one_thread()
        designs = ask(question)
    seconds = time.perf_counter() - began
    from surrogate.laboratory.memory import peak_memory_mb

    print(json.dumps({"designs": designs, "seconds": seconds, "memory_mb": peak_memory_mb()}), flush=True)


def round_seed(question: dict[str, Any]) -> int:
    """Derive the seed of this round from the seed of the run.

    Parameters
    ----------
    question : dict
        With ``seed`` and ``experiments``, the number of designs measured so far.
    """
    import numpy as np

    return (
        int(np.random.SeedSequence([question["seed"], question["experiments"]]).generate_state(1)[0]) % 2**31
    )


def bounds(parameter: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """List the numeric columns of a parameter: column -> (lower, upper)."""
    if parameter["kind"] == "simplex":
        return {part: (low, high) for part, (low, high) in parameter["parts"].items()}
    return (
        {}
        if parameter["kind"] == "categorical"
        else {parameter["name"]: (parameter["lower"], parameter["upper"])}
    )


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)

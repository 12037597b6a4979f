"""Requests that wait for the model together are answered by one call, each with its own rows or its own fault."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import DesignError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving import served
from surrogate.serving.schemas import EXAMPLE
from surrogate.serving.served import ServedModel

FAULTY = 66.0


class Slow:
    """Gives back thicknesses; its first call lasts until ``go`` is set, and it refuses a thickness of ``FAULTY``."""

    version = "slow"

    def __init__(self) -> None:
        self.go, self.began = threading.Event(), threading.Event()
        self.calls: list[int] = []

    def predicted_columns(self, complete: CompleteDesigns) -> dict[str, np.ndarray]:
        self.calls.append(len(complete))
        self.began.set()
        assert self.go.wait(timeout=30.0)
        thickness = complete.column("thickness_um")
        if (thickness == FAULTY).any():
            raise DesignError("not to be predicted", value=FAULTY)
        return {"thickness": thickness}


def hosts(*thicknesses: float) -> CompleteDesigns:
    return CompleteDesigns.of(pd.DataFrame([EXAMPLE | {"thickness_um": one} for one in thicknesses]))


def asked_while_busy(*requests: CompleteDesigns) -> tuple[Slow, list[Future[Any]]]:
    """Ask for these while the model is busy with another, in this order; the answers, all of them there."""
    model = Slow()
    held = ServedModel(model)
    with ThreadPoolExecutor(len(requests) + 1) as pool:
        first = pool.submit(held.predict, hosts(50.0))
        assert model.began.wait(timeout=30.0)
        answers = []
        for k, request in enumerate(requests, 1):
            answers.append(pool.submit(held.predict, request))
            while len(held._waiting) < k:
                pass
        model.go.set()
    assert first.result() == ("slow", [{"thickness": 50.0}])
    return model, answers


def test_who_waits_together_is_answered_by_one_call():
    model, answers = asked_while_busy(hosts(60.0), hosts(70.0, 71.0), hosts(80.0))
    assert model.calls == [1, 4]
    found = [[row["thickness"] for row in one.result()[1]] for one in answers]
    assert found == [[60.0], [70.0, 71.0], [80.0]]


def test_the_fault_of_one_is_nobody_elses():
    model, answers = asked_while_busy(hosts(60.0), hosts(FAULTY), hosts(80.0))
    assert model.calls == [1, 3, 1, 1, 1]
    with pytest.raises(DesignError, match="not to be predicted"):
        answers[1].result()
    assert [answers[k].result()[1][0]["thickness"] for k in (0, 2)] == [60.0, 80.0]


def test_a_single_design_does_not_wait_for_all_of_a_long_queue(monkeypatch):
    monkeypatch.setattr(served, "MOST_TOGETHER", 3)
    model, answers = asked_while_busy(
        hosts(60.0), hosts(70.0, 71.0), hosts(80.0, 81.0, 82.0, 83.0), hosts(90.0)
    )
    assert model.calls == [1, 3, 4, 1]
    assert [len(one.result()[1]) for one in answers] == [1, 2, 4, 1]


class Steady:
    """Takes a moment for each call, however many designs it is asked about."""

    version = "steady"

    def __init__(self) -> None:
        self.calls: list[int] = []

    def predicted_columns(self, complete: CompleteDesigns) -> dict[str, np.ndarray]:
        self.calls.append(len(complete))
        time.sleep(0.05)
        return {"thickness": complete.column("thickness_um")}


def test_who_was_just_answered_and_asks_again_is_waited_for(monkeypatch):
    monkeypatch.setattr(served, "_GATHERED", 20.0)
    monkeypatch.setattr(served, "_MOST_GATHER_S", 1.0)
    held, times = ServedModel(model := Steady()), 6

    def ask_again(thickness: float) -> list[float]:
        return [held.predict(hosts(thickness))[1][0]["thickness"] for _ in range(times)]

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(ask_again, (50.0, 60.0, 70.0, 80.0)))
    assert seen == [[one] * times for one in (50.0, 60.0, 70.0, 80.0)]
    assert model.calls[2:-2] == [4] * (
        len(model.calls) - 4
    )  # apart, they would take turns: of 1 and 3, or of 2


def test_nobody_is_waited_for_where_one_asks_alone(monkeypatch):
    monkeypatch.setattr(served, "_GATHERED", 1e6)
    monkeypatch.setattr(served, "_MOST_GATHER_S", 1e6)
    held = ServedModel(model := Steady())
    for _ in range(3):
        held.predict(hosts(50.0))
    assert model.calls == [1, 1, 1]


def test_after_a_long_call_nobody_is_waited_for_as_long(monkeypatch):
    monkeypatch.setattr(served, "_GATHERED", 1e6)
    held = ServedModel(Steady())
    held.predict(hosts(50.0))
    assert held._gather_s == served._MOST_GATHER_S < 0.2  # 5e4 s otherwise

"""Requests that nobody would send on purpose, and some that somebody would: for the tests and the bench of bodies.

Data flow: bodies that are understood -> one to four of their places changed, taken out or added, or JSON that means
nothing, or bytes that are no JSON -> a path, a query and headers -> what the endpoint answers -> the complaints of
``complaints``, none where the answer is as it has to be.
"""

from __future__ import annotations

import copy
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from hypothesis import strategies as st

from surrogate.hosts import columns as c
from surrogate.serving.jobs import Jobs
from surrogate.serving.other_columns import IDENTIFIERS
from surrogate.serving.propose_request import EXAMPLE as CAMPAIGN
from surrogate.serving.schemas import EXAMPLE as HOST

GARNET = HOST | {"electrolyte": "llzo", "additives": "none", "current_density_mA_cm2": 0.1}
FOIL = {"framework": "none", "electrolyte": "gel", "temperature_C": 40}
CELL = {name: value for name, value in HOST.items() if name not in c.CONDITIONS}
TOLD = [
    {**CELL, "cell_id": "a", "cycle_life_cycles": 120},
    {**CELL, "agent": "silver", "overpotential_mV": 30},
]
TEXT = 'schema_version = 1\nn = 3\n[conditions]\nelectrolyte = "lpsc"\n[objectives]\nccd_mA_cm2 = "max"\n'
UNDERSTOOD: dict[str, list[Any]] = {
    "/predict": [{"designs": [HOST]}, {"designs": [GARNET, FOIL]}, {"designs": [HOST, HOST | {"sample_id": "x"}]}],
    "/profile": [{"design": HOST, "states": 3}, {"design": FOIL}],
    "/cells": [{"cells": TOLD}, {"campaign": TEXT, "cells": [CELL | {"state": "failed", "ccd_mA_cm2": 2}]}],
    "/propose": [
        CAMPAIGN, CAMPAIGN | {"cells": TOLD}, CAMPAIGN | {"pending": [CELL], "n": 4}, {"campaign": TEXT, "seed": 1},
    ],
}  # fmt: skip
READ = (
    "/health",
    "/space",
    "/metrics",
    "/",
    "/docs",
    "/nowhere",
    "/propose/none",
    "/openapi.json",
    "/predict",
    "/literature",
)
SAID_OTHERWISE = (
    "missing",
    "json_invalid",
    "extra_forbidden",
)  # there is no value, or it is not what is wrong
LONGEST_SHOWN = 12  # characters of a value that have to be seen again

_numbers = st.one_of(
    st.floats(), st.integers(), st.sampled_from([0, -1, 1, 0.5, 1e-300, 1e300, 10**400, -0.0, 25, 101, 2**63])
)
_texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", " ", "silver", "none", "nan", "1e5", "1,5", "\ud800", "a" * 300, "\x00", "true", ">=500"]),
)  # fmt: skip
_plain = st.one_of(st.none(), st.booleans(), _numbers, _texts)
_names = st.one_of(
    st.sampled_from([
        *c.DESIGN_COLUMNS, *c.TARGETS, *IDENTIFIERS, "thickness_mm", "current_density_A_m2", "porosity", "state",
        "cycle_life_cycles_censored", "ccd_mA_cm2_sem", "campaign", "n", "seed", "cells", "schema_version", "search",
        "temperature_K", "conditions", "make", "limits", "objectives", "note", "date", "replicate",
    ]),
    st.text(max_size=6),
)  # fmt: skip
ANYTHING = st.recursive(
    _plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=8,
)


@dataclass(frozen=True)
class Asked:
    """A request.

    Parameters
    ----------
    method, path : str
        Of HTTP.
    content : bytes
        The body.
    body : Any
        What the bytes mean; None where they are no JSON of ours.
    query, headers : dict
        Beside it.
    """

    method: str
    path: str
    content: bytes = b""
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, bytes] = field(default_factory=dict)


class Unworked(Jobs):
    """Jobs that wait for ever: no process is started."""

    def __init__(self) -> None:
        super().__init__(("true",), most_waiting=10**6)

    def _work(self) -> None:
        return


@st.composite
def near(draw: st.DrawFn, understood: Any) -> Any:
    """Change one to four places of a body that is understood."""
    body = copy.deepcopy(understood)
    for _ in range(draw(st.integers(0, 4))):
        at = body
        while True:
            inner = [
                value
                for value in (at.values() if isinstance(at, dict) else at)
                if isinstance(value, dict | list)
            ]
            if not inner or draw(st.integers(0, 3)) == 0:
                break
            at = draw(st.sampled_from(inner))
        if isinstance(at, list):
            at.insert(draw(st.integers(0, len(at))), draw(ANYTHING))
        elif at and draw(st.booleans()):
            name = draw(st.sampled_from(sorted(at)))
            if draw(st.integers(0, 3)):
                at[name] = draw(_plain if draw(st.integers(0, 3)) else ANYTHING)
            else:
                del at[name]
        else:
            at[draw(_names)] = draw(_plain)
    return body


@st.composite
def requests(draw: st.DrawFn) -> Asked:
    """Draw a request of any kind; most of them post a body that is nearly understood."""
    query = draw(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2))
    headers = draw(
        st.dictionaries(
            st.sampled_from(["x-request-id", "authorization", "accept", "content-type", "x-a", "origin"]),
            st.binary(max_size=12).map(lambda raw: bytes(one for one in raw if one >= 32 and one != 127)),
            max_size=2,
        )
    )
    kind = draw(st.integers(0, 9))
    if kind == 0:
        method = draw(st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS"]))
        return Asked(method, draw(st.sampled_from(READ)), query=query, headers=headers)
    path = draw(st.sampled_from(sorted(UNDERSTOOD)))
    if kind == 1:
        content = draw(
            st.one_of(
                st.binary(max_size=30),
                st.sampled_from([b"[" * 3000, b'{"a":', b"\xff\xfe[]", b"1e999", b"1" * 5000]),
            )
        )
        return Asked("POST", path, content, None, query, headers)
    body = draw(ANYTHING if kind == 2 else near(draw(st.sampled_from(UNDERSTOOD[path]))))
    headers.pop("content-type", None)
    return Asked("POST", path, json.dumps(body).encode(), body, query, headers)


def send(client: Any, asked: Asked) -> httpx.Response:
    """Send a request to a test client."""
    headers = {"content-type": b"application/json", **asked.headers}
    answer: httpx.Response = client.request(
        asked.method, asked.path, content=asked.content, params=asked.query,
        headers=[(name.encode(), value) for name, value in headers.items()],
    )  # fmt: skip
    return answer


#: A command, or an option of one: nothing that a body can do.
MENDED = re.compile(r"To mend it: .")
COMMAND = re.compile(r"(?<![\w-])--[a-z]|\b(?:optimize|surrogate) [a-z]+(?:-[a-z]+)*\b")


def complaints(asked: Asked, answer: httpx.Response) -> list[str]:
    """Say what is wrong with an answer: a fault of ours, or a refusal that does not say what is to be mended."""
    if answer.status_code >= 500:
        return [f"{answer.status_code}: {answer.text[:200]}"]
    if answer.status_code < 400 or asked.method == "HEAD":
        return []
    said = json.loads(answer.text, parse_constant=_refuse)
    if answer.status_code != 422:
        detail = said.get("detail", "")
        if (
            answer.status_code in (404, 405)
            and "To mend it: " not in detail
            and "POST /propose" not in detail
        ):
            return [f"{answer.status_code} without a remedy"]
        return [] if detail else [f"{answer.status_code} says nothing"]
    wrong = [wrong for fault in said["detail"] if (wrong := _about(asked.body, fault)) is not None]
    if asked.path in ("/predict", "/profile"):
        wrong += [f"no remedy: {fault}" for fault in said["detail"] if not MENDED.search(fault["msg"])]
    return wrong or ([] if said["detail"] else ["422 without a fault"])


def _about(body: Any, fault: dict[str, Any]) -> str | None:
    """Say what a fault does not say: where, what, and of what value."""
    if not fault["loc"] or fault["loc"][0] not in ("body", "query") or not fault["msg"] or not fault["type"]:
        return f"not where and what: {fault}"
    if COMMAND.search(fault["msg"].partition("To mend it: ")[2]):
        return f"mended by a command: {fault}"
    value = _at(body, fault["loc"][1:])
    text_of_a_campaign = fault["loc"][1:] == ["campaign"]  # of which the line is named
    if fault["type"] in SAID_OTHERWISE or text_of_a_campaign or isinstance(value, dict | list):
        return None
    if (
        value is None
        or value == ""
        or any(shown.casefold() in fault["msg"].casefold() for shown in _spellings(value))
    ):
        return None
    return f"not the value {value!r:.40}: {fault}"


def _at(body: Any, steps: list[Any]) -> Any:
    """Return what stands at a place of a body, None where it has none."""
    for step in steps:
        if isinstance(body, dict) or (isinstance(body, list) and isinstance(step, int) and step < len(body)):
            body = body.get(step) if isinstance(body, dict) else body[step]
        else:
            return None
    return body


def _spellings(value: Any) -> list[str]:
    """Return the beginnings of the ways in which a message may write a value."""
    ways = [str(value).strip(), repr(value)[1:], repr(str(value).strip())[1:-1], json.dumps(value)]
    if isinstance(value, str):
        with suppress(ValueError):
            value = float(value)  # a number that came as a text is shown as a number
    if isinstance(value, int | float) and abs(value) < 1e300:
        ways += [f"{float(value):.6g}".partition("e")[0], repr(float(value))]
    return [way[:LONGEST_SHOWN] for way in ways]


def _refuse(literal: str) -> float:
    raise AssertionError(f"{literal} is no JSON")

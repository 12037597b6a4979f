"""What the browser tests of the design bench share: an endpoint with a model of a formula, and its page.

The child proposes at once, and nothing but the endpoint can be reached from the page.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pandas as pd
import uvicorn
from playwright.sync_api import Browser, Page, Route

from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.app import create_app
from surrogate.serving.jobs import Jobs
from surrogate.serving.schemas import EXAMPLE

TOKEN = "a-token-of-24-characters"
CHILD = """
import json, sys, time
asked = json.load(sys.stdin)
print(json.dumps({"stage": "searching", "done": 1, "of": 4}), flush=True)
time.sleep(60 if asked["campaign"]["search"] == {} else 0.1)
host = {"framework": "copper", "agent": "zinc", "agent_top": 0.0, "agent_bottom": 0.2, "dielectric_top": 0.1,
        "conductor_top": 0.9, "conductor_bottom": 0.8, "doping": None, "tortuosity": 3,
        "pore_size_top_um": 44, "pore_size_bottom_um": 11, "porosity_top": 0.9, "porosity_bottom": 0.7,
        "thickness_um": 90}
predicted = {t + e: 50.0 for t in ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV", "coulombic_efficiency_pct")
             for e in ("", "_lower", "_upper")}
hosts = [{"proposal_id": "B00-1", "role": "exploit", **host, **predicted}, {"role": "control", **host, **predicted}]
sent = [cell["cell_id"] for cell in asked["cells"]]
told = {"told": len(sent), "with_values": len(sent), "bounds": 1, "without_values": 0} if sent else None
for host in hosts if sent else []:
    host |= {"cycle_life_cycles": 70.0, "thickness_um": 120 if host["role"] == "exploit" else 90}
print(json.dumps({"answer": {"model_version": "7", "proposals": hosts, "notes": [], "cells": told}}))
"""


class Formula:
    """Life grows with the agent at the foil and with wide pores at the separator; the rest stays."""

    version = "formula 1"

    def predicted_columns(self, designs: CompleteDesigns) -> pd.DataFrame:
        frame = designs.frame
        life = (
            200.0
            * np.exp(3.0 * frame["agent_bottom"].fillna(0.0))
            * (1.0 + frame["pore_size_top_um"] / 300.0)
        )
        out = pd.DataFrame(index=frame.index)
        for target, value in zip(c.TARGETS, (life, 2.0, 20.0, 98.0), strict=True):
            for end, factor in (("", 1.0), ("_lower", 0.5), ("_upper", 2.0)):
                loss = target == "coulombic_efficiency_pct"
                out[f"{target}{end}"] = 100.0 - 2.0 / factor if loss else value * factor
            out[f"{target}_physics"] = out[target] / 2.0 if target == "ccd_mA_cm2" else out[target]
        nearest = "002_612f39683bb0201f#195;10.1002/aenm.202304229#8"
        return out.assign(extrapolation=0.1, nearest_literature=nearest)


def serving(model: Any, token: str = "") -> Iterator[str]:
    app = create_app(model, Jobs((sys.executable, "-c", CHILD)), token)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    # The first page imports for seconds, and the first picture loads what was compiled: no browser has to wait.
    httpx.get(address, timeout=120)
    httpx.post(f"{address}/profile", json={"design": EXAMPLE}, timeout=120)
    yield address
    server.should_exit = True
    thread.join(timeout=20)


def opened(browser: Browser, address: str, width: int = 1400) -> Iterator[Page]:
    """The bench, which may ask nobody else and complain of nothing."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(20_000)
    asked, said = list[str](), list[str]()

    def only_here(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if route.request.url.startswith(address) else route.abort()

    context.route("**/*", only_here)
    one = context.new_page()
    one.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    one.on("pageerror", lambda error: said.append(str(error)))
    one.goto(address)
    yield one
    assert all(url.startswith(address) for url in asked)
    assert [text for text in said if "401" not in text and "422" not in text] == []
    context.close()


def life(page: Page) -> str:
    return page.locator(".target", has_text="Cycle life").locator("p").first.inner_text()


def slide(page: Page, control: str, key: str) -> None:
    page.locator(f"#{control}").press(key)


def tell_cell(page: Page, name: str, state: str, **measured: float) -> None:
    page.locator("#cell-id").fill(name)
    page.locator("#cell-state").select_option(state)
    for target, value in measured.items():
        page.locator(f"#cell-{target}").fill(f"{value:g}")
    page.locator("#cell-id").press("Enter")

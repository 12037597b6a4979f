"""Measured cells at the design bench, in a real browser: told, refused, mended, learned from, taken to a campaign."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from surrogate import Campaign
from surrogate.cli import failures, optimize

from .bench import tell_cell

pytestmark = [
    pytest.mark.process,
    pytest.mark.simulation,
]


def test_measured_cells_are_told_refused_mended_learned_from_and_taken_to_a_campaign(
    page: Page, browser: Browser, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = page.locator("#cells tbody tr:not(.fault)")
    tell_cell(page, "A-1", "running", cycle_life_cycles=120)
    expect(rows.first).to_contain_text("at least 120 cycles")
    tell_cell(page, "A-1", "lost")
    expect(page.locator("#cell-said")).to_contain_text("There is a cell A-1 already")
    page.locator("#agent_bottom").press("PageUp")
    said = page.locator("#cell-said")
    tell_cell(
        page, "A-2", "not_made", ccd_mA_cm2=2
    )  # refused: neither added nor counted, and still in the form
    expect(said).to_contain_text("A-2 was not added")
    expect(said).to_contain_text("a host that could not be made has no values")
    expect(page.locator("#cell-id")).to_have_value("A-2")
    expect(page.locator("#cell-ccd_mA_cm2")).to_have_value("2")
    expect(rows).to_have_count(1)
    expect(page.locator("#with-cells-said")).to_have_text("with cells of your own (1)")
    page.locator("#cell-ccd_mA_cm2").fill("")
    tell_cell(page, "A-2", "failed")
    expect(said).to_have_text("A-2 was added.")
    expect(page.locator("#sure-row")).to_be_hidden()
    fault = page.locator("#cells tr", has_text="A-2").locator("+ tr.fault")
    for current in (
        2000,
        2,
    ):  # what hardly any cell gives is asked about, and taken where it is said to be right
        page.get_by_label("Change A-2").click()
        tell_cell(page, "A-2", "failed", ccd_mA_cm2=current, overpotential_mV=10 * current)
        if current == 2000:
            expect(said).to_contain_text(
                "A-2 was not changed: Critical current density: hardly a measured value (got 2000"
            )
            expect(said).to_contain_text('tick "Take unusual numbers".')
            expect(page.locator("#cell-ccd_mA_cm2")).to_have_attribute("aria-invalid", "true")
            page.locator("#sure").check()
            page.locator("#cell-add").click()
            expect(rows.nth(1)).to_contain_text("critical current density 2,000 mA cm⁻²")
            expect(page.locator("#cells tr.fault")).to_have_count(0)
            page.locator("#sure").uncheck()  # it stands in the table and no longer counts
            expect(fault).to_contain_text('tick "Take unusual numbers"')
            for number in ("got 2000.0", "got 20000.0"):  # each that is wrong with it
                expect(fault).to_contain_text(number)
            expect(rows.nth(1)).to_contain_text("no: refused")
            expect(page.locator("#with-cells-said")).to_have_text("with cells of your own (1)")
            page.locator("#propose").click()
            expect(page.locator("#job")).to_contain_text("Without A-2: refused")
    expect(page.locator("#cells tr.fault")).to_have_count(0)
    expect(rows.nth(1)).to_contain_text("0 to 14 vol. % silver")
    expect(rows.nth(1)).to_contain_text("critical current density 2 mA cm⁻²")
    page.locator("#additives").select_option("none")
    tell_cell(page, "A-3", "lost")
    page.locator("#additives").select_option("lino3")
    expect(rows.last).to_contain_text("no: Liquid ether, 1 mA cm⁻²")
    expect(page.locator("#elsewhere")).to_contain_text("1 cell was measured under other conditions")

    page.locator("#propose").click()
    expect(page.locator("#learned")).to_contain_text(
        "2 cells of your own took part: 2 with measured values, 1 of them a bound"
    )
    page.locator("#with-cells").uncheck()
    page.locator("#propose").click()
    expect(page.locator("#learned")).to_contain_text("(with 2 cells), now without cells: 1 of 1 hosts is new")
    expect(page.locator("#learned")).to_contain_text(
        "Cycle life of the control: 70 cycles (50 to 50) before, 50"
    )
    page.get_by_role("button", name="Tell a cell").click()
    tell_cell(page, "B,1", "stopped", cycle_life_cycles=33)
    expect(said).to_contain_text("not an id")
    page.locator("#cell-date").fill("2026-03-09")
    tell_cell(page, "B-1", "stopped")
    expect(rows.last).to_contain_text("at least 33 cycles")

    monkeypatch.chdir(tmp_path)
    with page.expect_download() as file:
        page.locator("#cells-file").click()
    file.value.save_as("cells.csv")
    for words in (["init", "mine.toml"], ["tell", "--campaign", "mine.toml", "cells.csv"]):
        assert failures.run(optimize.app, "optimize", words) == 0
    kept = Campaign.load("mine.toml").observations().set_index("cell_id")
    assert kept["state"].to_dict() == {"A-1": "running", "A-2": "failed", "A-3": "lost", "B-1": "stopped"}
    assert kept["additives"].to_dict() == {"A-1": "lino3", "A-2": "lino3", "A-3": "none", "B-1": "lino3"}
    assert kept["agent_bottom"].tolist() == pytest.approx([0.1, 0.14, 0.14, 0.2])
    assert kept["framework"]["B-1"] == "copper"
    assert kept["cycle_life_cycles_censored"].tolist() == [True, False, False, True]

    other = browser.new_page()
    other.goto(str(page.locator("#link").get_attribute("href")))
    expect(other.locator("#cells tbody tr")).to_have_text(rows.all_inner_texts(), use_inner_text=True)
    other.get_by_label("Remove A-3").click()
    expect(other.locator("#cells tbody tr")).to_have_count(3)
    other.goto(f"{address}/#cell=" + '{"told":{"cell_id":"x","state":"<b>"},"host":{"framework":"copper"}}')
    expect(other.locator("#cells-none")).to_be_visible()
    other.close()

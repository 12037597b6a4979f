"""The design bench as a person uses it, in a real browser: every control, the picture, pins, proposals, its address.

axe-core judges what a screen reader meets; ``test_bench_cells`` has the measured cells.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from surrogate.models.campaign_model import REPLICATES

from .bench import TOKEN, Formula, life, opened, serving, slide, tell_cell

pytestmark = [
    pytest.mark.process,
    pytest.mark.simulation,
]


def test_each_control_changes_the_host_and_the_picture(page: Page) -> None:
    expect(page.locator(".target")).to_have_count(4)
    expect(page.locator("#picture svg rect").first).to_be_attached()
    for control in (
        "agent_top", "agent_bottom", "second", "pore_size_top_um", "pore_size_bottom_um", "porosity_top",
        "porosity_bottom", "thickness_um", "current_density_mA_cm2", "areal_capacity_mAh_cm2", "temperature_C",
    ):  # fmt: skip
        picture, body = page.locator("#picture").inner_html(), page.locator("#body").inner_text()
        value = page.locator(f"#{control}-value").inner_text()
        with page.expect_response("**/profile") as answered:
            slide(page, control, "PageUp")
        assert answered.value.status == 200, answered.value.text()
        expect(page.locator(f"#{control}-value")).not_to_have_text(value)
        assert page.locator("#body").inner_text() != body
        if control not in ("temperature_C", "current_density_mA_cm2"):
            page.wait_for_function("was => document.querySelector('#picture').innerHTML !== was", arg=picture)
    for select, choice in (
        ("framework", "copper"),
        ("agent", "gold"),
        ("additives", "none"),
        ("electrolyte", "lpsc"),
    ):
        page.locator(f"#{select}").select_option(choice)
        expect(page.locator("#body")).to_contain_text(choice if choice != "none" else "designs")
    expect(page.locator("#stack_pressure_MPa-row")).to_be_visible()
    expect(page.locator("#additives")).to_be_disabled()


def test_the_lithium_of_the_picture_is_what_was_plated(page: Page) -> None:
    """To the scale of the depth: 4.85 um of dense lithium for each mAh cm-2, nothing of it twice."""
    with page.expect_response("**/profile"):
        page.locator("#framework").select_option("pan")  # insulates, so that lithium grows up from the foil
    page.locator("#time").press("End")
    expect(page.locator("#caption")).to_contain_text("100 % has grown up from the foil")
    drawn, plated = page.evaluate("""() => {
        const { colours } = JSON.parse(document.getElementById("facts").textContent);
        const set = (id) => {
            const range = document.getElementById(id);
            return range.dataset.log ? 10 ** Number(range.value) : Number(range.value);
        };
        const size = (rect, name) => Number(rect.getAttribute(name));
        const rects = [...document.querySelectorAll("#picture rect")];
        const outline = rects.find((rect) => rect.getAttribute("stroke"));
        const lithium = rects.filter((rect) => rect.getAttribute("fill") === colours.lithium);
        const overlap = (rect) => size(rect, "y") < size(outline, "y") ? 0 : 0.3; // of a slice over the next
        const area = lithium.reduce(
            (sum, rect) => sum + size(rect, "width") * (size(rect, "height") - overlap(rect)), 0);
        const dense = area / size(outline, "width") / size(outline, "height") * set("thickness_um");
        return [dense, 4.85 * set("areal_capacity_mAh_cm2")];
    }""")
    assert drawn == pytest.approx(plated, rel=0.1)


def test_predictions_follow_and_say_how_they_stand_to_the_control(page: Page) -> None:
    expect(page.locator("#targets")).to_contain_text("times better than the control")
    before = life(page)
    page.locator("#agent_bottom").press("End")
    page.wait_for_function(
        "was => ![...document.querySelectorAll('.target p')].some(p => p.innerText === was)", arg=before
    )
    expect(page.locator("#control-is")).to_have_text(
        "Control: carbon fibre, pores 21 µm, porosity 80 %, 150 µm thick "
        "(the same framework, uniform, without an agent)."
    )
    ratio = re.search(
        r"([\d.]+) times better than the control \(one cell of each, 90 %: ([\d.]+) to ([\d.]+)", life(page)
    )
    assert ratio is not None, life(page)
    middle, low, high = map(float, ratio.groups())
    assert low * high == pytest.approx(middle**2, rel=0.05)
    scatter = 1.645 * 2**0.5 * REPLICATES["cycle_life_cycles"].median
    assert high / middle == pytest.approx(np.exp(scatter), rel=0.05)
    page.locator("#as-control").click()
    expect(page.locator(".target").first.locator("p").first).to_contain_text("; this is the control")
    expect(page.locator("#control-is")).to_contain_text("40 vol. % silver")
    expect(page.locator("#control-is")).to_contain_text("it is this host")


def test_a_foil_is_its_own_control_and_the_bench_says_so(page: Page) -> None:
    page.locator("#framework").select_option("none")
    expect(page.locator("#control-is")).to_contain_text("a planar foil, which is the host itself")
    for k in range(4):
        expect(page.locator(".target").nth(k).locator("p").first).to_contain_text("; this is the control")
    expect(page.locator("#targets")).not_to_contain_text("times")


def test_what_lies_behind_a_number_and_which_papers_are_near(page: Page) -> None:
    behind = page.locator(".target", has_text="Critical current").locator(".from")
    expect(behind).to_contain_text(
        "simulator alone 1 mA cm⁻²; published cells of other classes, none of this one"
    )
    expect(behind).to_contain_text("make it × 2")
    expect(page.locator("#support")).to_have_text("like published cells")
    expect(page.locator("#nearest li")).to_have_count(2)
    near = page.locator("#nearest li").first
    expect(near).to_contain_text("Tan et al., Natl. Sci. Rev. 2022, 9, nwac183, doi 10.1093/nsr/nwac183")
    expect(near.locator("a").first).to_have_attribute("href", "https://doi.org/10.1093/nsr/nwac183")
    expect(page.locator("#nearest li").last).to_contain_text("≥ 200 cycles, 97.3 % efficiency at 1 mA cm⁻²")


def test_what_each_choice_buys_and_the_simplest_host_that_is_as_good(page: Page) -> None:
    page.locator("#agent_bottom").press("End")
    row = page.locator("#buys tbody tr", has_text="Agent, bottom")
    expect(row.locator("td").first).to_contain_text("1.16 times worse")
    expect(row.locator("td").first).to_have_class("weak")
    expect(row.locator("td").last).to_have_text("at its limit")
    page.locator("#second").press("End")
    page.locator("#simplify").click()
    expect(page.locator("#said")).to_contain_text("Left out: the second phase")
    expect(page.locator("#agent_bottom-value")).to_have_text("40 vol. %")
    expect(page.locator("#second-value")).to_have_text("0 vol. %")


def test_grams_follow_the_disc(page: Page) -> None:
    cells = page.locator("#masses tbody tr", has_text="silver").locator("td")
    expect(cells).to_have_count(3)
    once = float(cells.last.inner_text())
    page.locator("#disc").fill("24")
    expect(cells.last).not_to_have_text(f"{once:g}")
    assert float(cells.last.inner_text()) == pytest.approx(4.0 * once, rel=0.01)


def test_the_lithium_fills_with_the_charge(page: Page) -> None:
    expect(page.locator("#passed")).to_contain_text("1 mAh cm⁻²")
    full = page.locator("#picture").inner_html()
    page.locator("#time").press("Home")
    expect(page.locator("#passed")).to_contain_text("0 mAh cm⁻²")
    assert page.locator("#picture").inner_html() != full
    page.locator("#time").press("End")
    page.locator("#play").click()
    page.wait_for_function(
        "() => Number(document.querySelector('#time').value) < 20"
    )  # from the beginning again
    page.locator("#time").fill("21")  # of 23, which play on by themselves
    expect(page.locator("#play")).to_have_text("Play", timeout=20_000)
    expect(page.locator("#passed")).to_contain_text("1 mAh cm⁻²")


def test_four_hosts_side_by_side_and_an_address_that_holds_them(
    page: Page, browser: Browser, address: str
) -> None:
    for _ in range(4):
        page.locator("#agent_bottom").press("ArrowRight")
        page.locator("#pin").click()
    expect(page.locator("#side thead th")).to_have_count(4)
    page.locator("#pin").click()
    expect(page.locator("#said")).to_contain_text("4 hosts are pinned")
    page.locator("#side button", has_text="Remove").first.click()
    expect(page.locator("#side thead th")).to_have_count(3)
    shared = page.locator("#link").get_attribute("href")
    assert shared is not None
    other = browser.new_page()
    other.goto(shared)
    expect(other.locator("#side thead th")).to_have_count(3)
    assert other.locator("#body").inner_text() == page.locator("#body").inner_text()
    other.goto(f"{address}/#host=%7Bbroken")
    expect(other.locator("#said")).to_contain_text("no bench that can be read")
    other.goto(f"{address}/#host=" + '{"framework":"<img src=x>","thickness_um":"1"}')
    expect(other.locator("#framework")).to_have_value("carbon_fiber")
    other.close()


def test_hosts_are_proposed_opened_and_a_long_job_is_cancelled(page: Page) -> None:
    page.locator("#propose").click()
    expect(page.locator("#job")).to_contain_text("1 host and its control, by model 7", timeout=20_000)
    expect(page.locator("#learned")).to_have_text("No cells of your own took part.")
    page.locator("#proposed button", has_text="Open").first.click()
    expect(page.locator("#framework")).to_have_value("copper")
    expect(page.locator("#thickness_um-value")).to_have_text("90 µm")
    expect(page.locator("#second-value")).to_have_text("10 vol. %")
    expect(page.locator("#said")).to_contain_text("B00-1 is shown as near as the controls come")
    expect(page.locator("#said")).to_contain_text("they do not set its tortuosity, so")
    page.locator("#which").select_option("all")
    page.locator("#propose").click()
    expect(page.locator("#job")).to_contain_text("searching ... 25 %")
    page.locator("#cancel").click()
    expect(page.locator("#job")).to_contain_text("The job was cancelled")


@pytest.mark.parametrize("width", [380, 1400])
def test_nothing_serious_for_a_screen_reader_and_no_overflow(
    browser: Browser, address: str, width: int
) -> None:
    for page in opened(browser, address, width):
        page.locator("#pin").click()
        tell_cell(page, "A-1", "failed", ccd_mA_cm2=2)
        expect(page.locator("#cells tbody tr")).to_have_count(1)
        tell_cell(page, "A-2", "not_made", ccd_mA_cm2=2)
        expect(page.locator("#cell-said")).to_contain_text("A-2 was not added")
        expect(page.locator("#side thead th")).to_have_count(1)
        expect(page.locator("#buys tbody tr").first).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_bench_can_be_used_by_keyboard_alone(page: Page) -> None:
    expect(page.locator(".target")).to_have_count(4)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    reached = set()
    for _ in range(70):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {
        "electrolyte",
        "framework",
        "thickness_um",
        "simplify",
        "pin",
        "time",
        "disc",
        "cell-host",
        "cell-overpotential_mV",
        "cell-add",
        "propose",
    } <= reached


def test_without_a_model_it_shows_published_hosts_and_the_command(browser: Browser) -> None:
    with pytest.MonkeyPatch.context() as patch:
        from surrogate import tracking

        patch.setattr(tracking, "champion", lambda: None)
        for address in serving(None):
            for page in opened(browser, address):
                expect(page.locator(".state.none").first).to_contain_text("surrogate train")
                shown = page.locator("main table").first.locator("tbody tr")
                expect(shown).to_have_count(8)
                assert not [text for text in shown.all_inner_texts() if "None" in text or "nan" in text]
                expect(shown.locator("a[href^='https://doi.org/']").first).to_be_visible()
                expect(page.locator("#propose")).to_be_disabled()
                expect(page.locator("#picture svg rect").first).to_be_attached()
                expect(page.locator("#masses tbody tr")).to_have_count(3)


def test_a_token_is_asked_for_and_kept_for_the_visit(browser: Browser) -> None:
    for address in serving(Formula(), TOKEN):
        for page in opened(browser, address):
            expect(page.locator("#token")).to_be_visible()
            page.locator("#token input").fill(TOKEN)
            page.locator("#token button").click()
            expect(page.locator(".target")).to_have_count(4)
            expect(page.locator("#token")).to_be_hidden()

"""The report and the page of a campaign as a browser shows them: on a telephone, on a screen and on paper.

Nothing is asked of anybody, nothing is wider than its page, no text of a drawing is cut off, touches another or is
too small to read, and axe-core finds nothing serious.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import report_examples as examples
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from surrogate.campaign.file import Campaign
from surrogate.report.campaign_page import render
from surrogate.report.html import write_report

pytestmark = pytest.mark.process
PAPER = 695  # px, an A4 page less its margins
PAGES = 8  # of paper, for a few hosts
LONGEST = 20_000  # px, on a telephone
SMALLEST = 9.5  # px, of a text in a drawing

# What is wrong with the drawings: texts that are cut off, touch each other, or are too small.
FAULTS = """
smallest => [...document.querySelectorAll("main svg[role=img]")].flatMap(svg => {
  const frame = svg.getBoundingClientRect(), name = svg.getAttribute("aria-label").slice(0, 40), said = [];
  const boxes = [...svg.querySelectorAll("text")].map(one => [one.textContent, one.getBoundingClientRect()]);
  const size = parseFloat(getComputedStyle(svg).fontSize) * frame.width / svg.viewBox.baseVal.width;
  const left = (a, b) => a.right < b.left + 1, above = (a, b) => a.bottom < b.top + 3;
  const apart = (a, b) => left(a, b) || left(b, a) || above(a, b) || above(b, a);
  const inside = (a, b) => Math.max(b.left - a.left, a.right - b.right, b.top - a.top, a.bottom - b.bottom) < 1;
  if (size < smallest) said.push(`${name}: text of ${size} px`);
  boxes.forEach(([text, box], k) => {
    if (!inside(box, frame)) said.push(`${name}: "${text}" is cut off`);
    const met = boxes.slice(0, k).filter(([, it]) => !apart(box, it)).map(([it]) => `"${it}"`);
    if (met.length) said.push(`${name}: "${text}" on ${met}`);
  });
  return said;
})
"""
# Elements wider than the page that do not scroll by themselves.
WIDER = """
() => [...document.querySelectorAll("body *")]
  .filter(one => !one.closest(".scroll, .skip, pre") || one.matches(".scroll"))
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(one => one.tagName + " " + one.textContent.trim().slice(0, 40))
"""
OPEN = "() => document.querySelectorAll('details').forEach(one => { one.open = true; })"
CLOSE = OPEN.replace("true", "false")
CLIPPED = """
() => [...document.querySelectorAll(".scroll")].filter(one => one.scrollWidth > one.clientWidth + 1).length
"""


def report(folder: Path) -> Path:
    """A report with a control, own cells, an extrapolated host and a foil."""
    frame = examples.proposals().iloc[[0, 1, 3]].reset_index(drop=True)
    frame = frame.assign(role=["exploit", "explore", "control"], layers=1.0)
    frame.loc[0, "layers"] = 4.0
    frame.loc[1, "thickness_um"] = 15.0
    for target in ("cycle_life_cycles", "overpotential_mV"):
        for end, factor in (("", 1.9), ("_lower", 0.02), ("_upper", 30.0)):
            frame[f"{target}_vs_control{end}"] = factor
        frame[f"{target}_physics"] = 0.7 * frame[target]
        for source, part in (("physics", 100.0), ("literature", 1.5), ("cells", 0.7)):
            frame[f"{target}_by_{source}"] = [part, 2.0 * part, 0.8 * part]
    frame["p_better_than_control"] = [0.8, 0.6, 0.5]
    for group, worth in (("agent", 2.4), ("composition", 0.9)):
        for end, factor in (("", 1.0), ("_lower", 0.4), ("_upper", 2.5)):
            frame[f"worth_{group}{end}"] = worth * factor
    return write_report(
        frame, examples.campaign(), SimpleNamespace(version="lihost 3"), examples.measured_cells(),
        folder / "report.html", seed=0, literature=examples.records(), context=examples.context(),
        profile=examples.profile, today=date(2026, 1, 2),
    )  # fmt: skip


def campaign(folder: Path) -> Path:
    """The page of a campaign with two batches, of which one was told, and a cell that failed."""
    (folder / "c.toml").write_text(
        'schema_version = 1\nname = "ether"\n[conditions]\nelectrolyte = "liquid_ether"\nadditives = "lino3"\n'
        "current_density_mA_cm2 = 1\nareal_capacity_mAh_cm2 = 1\n"
    )
    hosts = examples.proposals().assign(layers=1.0, stacking="graded")
    proposals = {
        f"B0{batch}-{k}": row | {"proposed_at": f"2026-0{batch}-05"}
        for batch in (1, 2)
        for k, row in enumerate(hosts.to_dict("records"), 1)
    }
    cells = hosts.assign(
        cell_id=["B01-1-a", "B01-2-a", "B01-3-a", "B01-4-a"], proposal_id=["B01-1", "B01-2", "B01-3", "B01-4"],
        state=["failed", "running", "failed", "lost"], failed=False, replicate=None, told_at="2026-01-20",
        note=["shorted after a pause of the cycler", None, None, "dropped"],
        cycle_life_cycles=[380.0, 600.0, 95.0, None], overpotential_mV=[20.0, 21.0, 22.0, None],
        ccd_mA_cm2=None, coulombic_efficiency_pct=None, cycle_life_cycles_censored=[False, True, False, False],
    )  # fmt: skip
    pending = pd.DataFrame([{**row, "proposal_id": name} for name, row in proposals.items() if name > "B02"])
    page = render(
        Campaign.load(folder / "c.toml"), cells, pending, "c.db", proposals=proposals,
        advice=["It is worth going on."], today=date(2026, 3, 4),
    )  # fmt: skip
    path = folder / "campaign.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[report, campaign], ids=["report", "campaign"])
def page(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A page from its file, which may ask nobody and complain of nothing."""
    path = request.param(tmp_path_factory.mktemp("pages"))
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    one, asked, said = context.new_page(), list[str](), list[str]()
    one.on("request", lambda asking: asked.append(asking.url))
    one.on("console", lambda message: said.append(message.text))
    one.goto(path.as_uri())
    yield one
    assert asked == [path.as_uri()]
    assert said == []
    context.close()


def serious(page: Page, *rules: str) -> list[str]:
    """What axe-core finds by some of its rules, by default all, with its place."""
    options = {"runOnly": [*rules]} if rules else {}
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')[:300]}"
        for one in Axe().run(page, options=options).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("width", [380, 1400])
def test_nothing_is_wider_than_the_page_cut_off_or_too_small(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDER) == []
    assert page.evaluate(FAULTS, SMALLEST) == []
    assert len(page.query_selector_all("main svg[role=img]")) > 4
    if width == 380:  # the same on a screen
        assert serious(page) == []
    page.evaluate(CLOSE)


def test_it_prints_on_a4(page: Page) -> None:
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.emulate_media(media="print")
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
        assert page.evaluate(CLIPPED) == 0  # paper does not scroll
        assert serious(page, "color-contrast") == []
        pages = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
        assert 1 <= pages <= PAGES
    finally:
        page.emulate_media(media="screen")

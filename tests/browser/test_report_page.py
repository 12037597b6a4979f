"""The report as a browser shows it: every host, every number, every plot, and no request to anybody.

Where chromium is installed the page is rendered and the resulting document is read; elsewhere the file itself
is read. The same facts are checked either way; rendering adds that each plot was really drawn.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
import report_examples as examples

from surrogate.report.html import write_report

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Document(HTMLParser):
    """Visible text, plots and the curves drawn in each, in the file or in the rendered document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.plots: list[str] = []
        self.cards = self.tables = self.drawings = 0
        self._silent = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent = tag if tag in ("script", "style") else self._silent
        self.cards += tag == "article"
        self.tables += tag == "table"
        self.plots += [str(given["data-figure"])] if "data-figure" in given else []
        self.drawings += tag == "svg" and "main-svg" in str(given.get("class"))

    def handle_endtag(self, tag: str) -> None:
        self._silent = "" if tag == self._silent else self._silent

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def rendered(path: Path, profile: Path) -> tuple[str, str]:
    """The document after its scripts ran, and the browser's console; the browser can resolve no name."""
    command = [
        str(BROWSER),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        "--window-size=1180,2000",
        "--virtual-time-budget=5000",
        "--enable-logging=stderr",
        "--dump-dom",
        path.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.process
def test_the_report_shows_every_host_number_and_plot(tmp_path: Path) -> None:
    path = write_report(
        examples.proposals(),
        examples.campaign(),
        SimpleNamespace(version="lihost 3"),
        examples.measured_cells(),
        tmp_path / "report.html",
        seed=0,
        literature=examples.records(),
        context=examples.context(),
        profile=examples.profile,
    )
    source = path.read_text("utf-8")
    text, console = rendered(path, tmp_path / "browser") if BROWSER else (source, "")
    document = Document(text)
    found = re.search(r'id="figures">(.*?)</script>', source, re.DOTALL)
    assert found
    drawn = json.loads(found[1])

    assert document.cards == 4
    assert document.tables == 3
    assert sorted(document.plots) == sorted(drawn)
    assert all(figure["data"] for figure in drawn.values())
    said = " ".join(" ".join(document.said).split())
    for fact in (
        "4 next hosts to make",
        "Glass fibre with magnesium",
        "1,800",
        "at least 600 cycles",
        "99.7 %",
    ):
        assert fact.lower() in said.lower(), fact
    assert console == ""
    if BROWSER:
        assert document.drawings >= len(drawn)
        assert "Critical current density (mA cm⁻²)" in said  # an axis title that only a drawn plot has

"""The commands of docs/tutorial.md, and pictures of the pages that they write."""

from __future__ import annotations

import re
import shlex
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from surrogate.cli import failures, optimize, surrogate

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
PROGRAMS = {"optimize": optimize.app, "surrogate": surrogate.app}
#: Picture -> the file that it shows, and the part of it that is shown: width and height in CSS pixels.
PICTURES = {
    "tutorial-report.png": ("optimize-out/report.html", 1100, 1300),
    "tutorial-campaign.png": ("optimize-out/campaign.html", 1100, 1100),
}
BENCH = ("tutorial-bench.png", 1400, 900)


def commands() -> list[str]:
    """The lines of the blocks that are marked as commands, in their order."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return [line for block in blocks for line in block.splitlines()]


def run(line: str) -> int:
    """Run a command in the working directory and return how it ended."""
    program, *arguments = shlex.split(line)
    return failures.run(PROGRAMS[program], program, arguments)


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


def take_pictures(folder: Path, into: Path) -> list[Path]:
    """Take the pictures of the pages below a folder."""
    with browser() as started:
        return [
            picture(started, (folder / page).resolve().as_uri(), into / name, width, height)
            for name, (page, width, height) in PICTURES.items()
        ]


def take_bench_picture(into: Path) -> Path:
    """Take the picture of the design bench with the champion of the working directory."""
    from surrogate.serving.app import create_app

    server = uvicorn.Server(uvicorn.Config(create_app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    name, width, height = BENCH
    with browser() as started:
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        taken = picture(started, address, into / name, width, height)
    server.should_exit = True
    thread.join(timeout=20)
    return taken


def picture(started: Browser, address: str, path: Path, width: int, height: int) -> Path:
    """Take a picture of the top of a page."""
    page = started.new_page(viewport={"width": width, "height": height})
    page.goto(address, wait_until="networkidle")
    page.screenshot(path=path)
    page.close()
    return path

"""Colours and type of the report, its figures and the endpoint's pages, once.

Colours are Okabe and Ito's set (Color Universal Design, 2008), distinguished by people with any common colour
blindness; black labels on them keep a contrast of at least 4.5.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from surrogate.report.line_breaks import kept_together
from surrogate.report.quantities import number

INK = "#1c2733"
MUTED = "#5b6875"
RULE = "#d5dce3"
PAPER = "#ffffff"

PROPOSAL = "#0072b2"  # blue
MEASURED = "#d55e00"  # vermilion
CONTEXT = "#76828e"  # grey: not comparable, shown for orientation
LITHIUM = "#56b4e9"  # sky blue
FOIL = "#a8682c"  # copper

PHASE_COLOURS = {
    "conductor": "#7f8c99",
    "dielectric": "#f0e442",
    "agent": "#009e73",
    "ion_conductor": "#cc79a7",
}

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"

_HERE = Path(__file__).resolve().parent


class Page(Template):
    """A template whose pages keep numbers and units on one line (``line_breaks``)."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render the page, as ``Template.render`` does."""
        return kept_together(super().render(*args, **kwargs))


def environment(*folders: Path) -> Environment:
    """Make the template engine of the report; everything is HTML-escaped, and a missing name is an error.

    The filter ``number`` writes three significant digits. No line of a page ends between a number and its unit.

    Parameters
    ----------
    *folders : Path
        Folders of further templates, searched first.

    Returns
    -------
    jinja2.Environment
    """
    loader = FileSystemLoader([*folders, _HERE])
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.template_class = Page
    made.filters["number"] = number
    made.policies["json.dumps_kwargs"] = {"sort_keys": False}  # lists of a page keep their order
    return made

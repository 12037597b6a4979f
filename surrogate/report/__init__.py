"""What a person reads: the description of a host, the figures and the self-contained HTML report.

    from surrogate.report import describe, figures, write_report

Names are looked up on first use: the terminal needs ``describe`` without waiting for plotly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from surrogate.report.figures import figures
    from surrogate.report.html import write_report
    from surrogate.report.summary import describe

__all__ = ["describe", "figures", "write_report"]

_HOMES = {
    "describe": "surrogate.report.summary",
    "figures": "surrogate.report.figures",
    "write_report": "surrogate.report.html",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'surrogate.report' has no attribute {name!r}")

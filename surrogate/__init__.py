"""lihost: surrogates of lithium-metal hosts and proposals of the next host to make.

    from surrogate import simulate, load_champion, Campaign

Names are looked up on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign
    from surrogate.physics.simulate import simulate
    from surrogate.tracking import load_champion

__version__ = "0.1.0"
__all__ = ["Campaign", "__version__", "load_champion", "simulate"]

_HOMES = {
    "Campaign": "surrogate.campaign.file",
    "load_champion": "surrogate.tracking",
    "simulate": "surrogate.physics.simulate",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'surrogate' has no attribute {name!r}")

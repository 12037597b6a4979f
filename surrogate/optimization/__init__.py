"""Which designs of any search space to try next.

:func:`propose` is all that most uses need; :func:`surrogate.campaign.propose_hosts` does it for hosts. The settings
of a search are looked up on first use, since they bring PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names
from surrogate.optimization.goals import Limit, Match, Maximize, Minimize, Within
from surrogate.optimization.propose import propose
from surrogate.optimization.told import DesignWarning

if TYPE_CHECKING:
    from surrogate.optimization.settings import SearchSettings

__all__ = ["DesignWarning", "Limit", "Match", "Maximize", "Minimize", "SearchSettings", "Within", "propose"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, {"SearchSettings": "surrogate.optimization.settings"})

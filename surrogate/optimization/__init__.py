"""Which designs of any search space to try next.

:func:`propose` is all that most uses need, and :func:`still_to_gain` says when to stop;
:func:`surrogate.campaign.propose_hosts` does it for hosts. The settings of a search and what is still to gain are
looked up on first use, since they bring PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names
from surrogate.optimization.goals import Limit, Match, Maximize, Minimize, Within
from surrogate.optimization.propose import propose
from surrogate.optimization.told import DesignWarning

if TYPE_CHECKING:
    from surrogate.optimization.outlook import Outlook
    from surrogate.optimization.settings import SearchSettings
    from surrogate.optimization.stopping import still_to_gain

__all__ = [
    "DesignWarning",
    "Limit",
    "Match",
    "Maximize",
    "Minimize",
    "Outlook",
    "SearchSettings",
    "Within",
    "propose",
    "still_to_gain",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Outlook": "surrogate.optimization.outlook",
            "SearchSettings": "surrogate.optimization.settings",
            "still_to_gain": "surrogate.optimization.stopping",
        },
    )

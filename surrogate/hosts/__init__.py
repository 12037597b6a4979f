"""Designs of hosts and the cells they are cycled in: their columns, complete tables of them, and the host space.

Names are looked up on first use: a command that only lists columns needs neither pandas nor the materials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names

if TYPE_CHECKING:
    from surrogate.hosts.columns import COLUMNS
    from surrogate.hosts.conditions import Conditions, HostDesign
    from surrogate.hosts.designs import CompleteDesigns
    from surrogate.hosts.registry import Column, Columns
    from surrogate.hosts.search_space import choice_space, host_encoder, host_space

__all__ = [
    "COLUMNS",
    "Column",
    "Columns",
    "CompleteDesigns",
    "Conditions",
    "HostDesign",
    "choice_space",
    "host_encoder",
    "host_space",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "COLUMNS": "surrogate.hosts.columns",
            "Column": "surrogate.hosts.registry",
            "Columns": "surrogate.hosts.registry",
            "CompleteDesigns": "surrogate.hosts.designs",
            "Conditions": "surrogate.hosts.conditions",
            "HostDesign": "surrogate.hosts.conditions",
            "choice_space": "surrogate.hosts.search_space",
            "host_encoder": "surrogate.hosts.search_space",
            "host_space": "surrogate.hosts.search_space",
        },
    )

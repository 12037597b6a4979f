"""Designs of hosts and the cells they are cycled in: their columns, complete tables of them, and the host space."""

from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.conditions import Conditions, HostDesign
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.host_space import choice_space, host_encoder, host_space
from surrogate.hosts.registry import Column, Columns

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

"""Designs of hosts and the cells they are cycled in: their columns, complete tables of them, and the host space."""

from surrogate.hosts.host_space import (
    Conditions,
    HostDesign,
    choice_space,
    host_encoder,
    host_space,
    normalise_designs,
)

__all__ = ["Conditions", "HostDesign", "choice_space", "host_encoder", "host_space", "normalise_designs"]

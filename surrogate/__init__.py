"""lihost: surrogates of lithium-metal hosts and proposals of the next host to make.

    from surrogate import simulate, PhysicsParameters, load_champion, Campaign, propose_hosts, propose

These names are looked up on first use, so that importing the package costs nothing. The packages
:mod:`surrogate.space`, :mod:`surrogate.hosts`, :mod:`surrogate.campaign` and :mod:`surrogate.optimization` have
faces of their own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from surrogate.lazy import lazy_names

if TYPE_CHECKING:
    from surrogate.campaign.proposals import propose_hosts
    from surrogate.library.campaign import Campaign
    from surrogate.optimization.propose import propose
    from surrogate.physics.parameters import PhysicsParameters
    from surrogate.physics.simulate import simulate
    from surrogate.tracking import load_champion

__version__ = "0.1.0"
__all__ = [
    "Campaign",
    "PhysicsParameters",
    "__version__",
    "load_champion",
    "propose",
    "propose_hosts",
    "simulate",
]

if not TYPE_CHECKING:  # a type checker sees the imports above, and refuses any other name
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "Campaign": "surrogate.library.campaign",
            "PhysicsParameters": "surrogate.physics.parameters",
            "load_champion": "surrogate.tracking",
            "propose": "surrogate.optimization.propose",
            "propose_hosts": "surrogate.campaign.proposals",
            "simulate": "surrogate.physics.simulate",
        },
    )

if "__pyfunc_model_path__" in os.environ:  # MLflow's server, which runs the script of a model of any version
    from surrogate.serving.mlflow_server import tell_in_one_line

    tell_in_one_line()

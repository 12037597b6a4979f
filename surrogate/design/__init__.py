"""Search spaces and their encoding; the host space is the instance in :mod:`surrogate.design.hosts`."""

from surrogate.design.constraints import LinearConstraint, Restriction, Violation
from surrogate.design.encoding import Encoder
from surrogate.design.parameters import Categorical, Continuous, Simplex
from surrogate.design.space import Space
from surrogate.design.subspace import Subspace

__all__ = [
    "Categorical",
    "Continuous",
    "Encoder",
    "LinearConstraint",
    "Restriction",
    "Simplex",
    "Space",
    "Subspace",
    "Violation",
]

"""Search spaces of any kind: parameters, constraints between them, encoding, sampling and rounding.

Needs only :mod:`surrogate.errors`, and can be used without the rest of the package.
"""

from surrogate.space.constraints import LinearConstraint, NonlinearConstraint, Restriction, Violation
from surrogate.space.encoding import Encoder
from surrogate.space.joined import JoinedSpace, joined
from surrogate.space.parameters import Categorical, Continuous, Discrete
from surrogate.space.simplex import Simplex
from surrogate.space.space import Space
from surrogate.space.subspace import Subspace

__all__ = [
    "Categorical",
    "Continuous",
    "Discrete",
    "Encoder",
    "JoinedSpace",
    "LinearConstraint",
    "NonlinearConstraint",
    "Restriction",
    "Simplex",
    "Space",
    "Subspace",
    "Violation",
    "joined",
]

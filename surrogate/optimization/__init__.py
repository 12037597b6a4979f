"""Which points of any search space to try next."""

from surrogate.optimization.propose import propose

__all__ = ["propose"]

"""Which hosts, or points of any search space, to try next; and the store of told cells."""

from surrogate.optimization.propose import propose

__all__ = ["propose"]

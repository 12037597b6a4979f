"""Literature records, their featurizing, and tables of simulations.

from surrogate.data import literature, featurize, simulated
"""

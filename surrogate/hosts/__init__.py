"""Designs of hosts and the cells they are cycled in: their columns, complete tables of them, and the host space."""

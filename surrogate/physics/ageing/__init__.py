"""From one simulated cycle to coulombic efficiency and cycle life.

Data flow: designs and their plating states -> ``law`` (what a cycle loses, what a cell can stand) with the
``constants`` fitted to published cells (``surrogate.learning.ageing``, file ``datasets/ageing/constants.json``).
"""

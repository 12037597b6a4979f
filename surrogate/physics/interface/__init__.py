"""Lithium at a solid electrolyte, and whether contact holds while lithium is stripped.

Data flow: ``geometry`` (unit cell and mesh) -> ``conduction`` and ``mechanics`` (finite elements, one case) ->
``surface`` (response surface of many cases) -> ``solids`` (tables of designs), with the law of ``limits``.
``surrogate.validation`` holds the model against published numbers and against itself.
"""

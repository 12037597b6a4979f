"""How the reference of the library is built from its docstrings: ``make docs`` writes it to ``docs/_build/api``.

Everything is on this machine: no theme, script or inventory of another project is fetched. Warnings are errors.
"""

from __future__ import annotations

import inspect
from typing import Any

from surrogate import __version__

project = "lihost"
author = "The lihost developers"
project_copyright = "the lihost developers"
release = version = __version__

extensions = ["sphinx.ext.autodoc", "numpydoc"]
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
# What ruff's D rules do not see: sections that exist and stand in order (GL06, GL07), and parameters that the
# signature has, in its order (PR02, PR03).
numpydoc_validation_checks = {"GL06", "GL07", "PR02", "PR03"}

# A reference to something of this package that the pages do not have is an error. Types of other libraries are named
# and not linked, since their inventories would have to be fetched.
nitpicky = True
nitpick_ignore_regex = [("py:(class|obj)", r"(?!surrogate\.).*")]
nitpick_ignore = [
    # Parts that a Space makes for itself.
    ("py:class", "surrogate.space.layout.Layout"),
    ("py:class", "surrogate.space.region.Region"),
    ("py:class", "surrogate.space.regions.Regions"),
    # What the plating kernel is given; not part of the reference.
    ("py:class", "surrogate.physics.plating.inputs.Packed"),
    # What a CampaignStore opens for itself.
    ("py:class", "surrogate.campaign.store_database.StoreDatabase"),
    # How published rows are scored; not part of the reference.
    ("py:class", "surrogate.models.inputs.Inputs"),
    ("py:class", "surrogate.models.class_level.Linear"),
    ("py:class", "surrogate.models.class_level.DeviationPrior"),
    ("py:class", "surrogate.evaluation.pools.Pool"),
]

html_theme = "alabaster"
html_theme_options = {"description": "The next host to make", "fixed_sidebar": True}
html_copy_source = False
html_show_sphinx = False


def is_of_another_library(
    app: Any, what: str, name: str, member: object, skip: bool, options: object
) -> bool | None:
    """Leave out what a module only imports, before its docstring is judged; None leaves the rest to autodoc."""
    home = getattr(member, "__module__", None) or "builtins"
    imported = (inspect.isclass(member) or inspect.isroutine(member)) and home.split(".")[0] != "surrogate"
    return True if imported else None


def setup(app: Any) -> None:
    """Connect the above."""
    app.connect("autodoc-skip-member", is_of_another_library)

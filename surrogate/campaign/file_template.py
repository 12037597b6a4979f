"""The commented campaign file that a person begins with."""

from __future__ import annotations

import json
import re

from surrogate.campaign.goals import limits_as_written, usual_goals
from surrogate.hosts import columns as c
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.registry import Column, Columns


def campaign_text(name: str, conditions: Conditions, columns: Columns, *, version: int) -> str:
    """Write a campaign file with a name, conditions, and the goals that are usual in such a cell.

    Parameters
    ----------
    name : str
        Of the campaign.
    conditions : Conditions
        The cell.
    columns : Columns
        The registry of columns.
    version : int
        Of the file's schema.

    Returns
    -------
    str
        TOML.
    """
    lines = [
        line for key, value in conditions.as_dict().items() for line in _condition_lines(columns[key], value)
    ]
    return _TEMPLATE.format(
        version=version, name=_toml(name), conditions="\n".join(lines), **_goal_lines(conditions)
    )


def with_store(text: str, address: str) -> str:
    """Let the text of a campaign file name the database that its cells are kept in.

    Parameters
    ----------
    text : str
        TOML with ``schema_version``.
    address : str
        Of the database.

    Returns
    -------
    str
        TOML.
    """
    line = f"store = {_toml(address)}  # of the team: docs/teams.md"
    return _FIRST.sub(lambda found: f"{found[0]}\n{line}", without_store(text), count=1)


def without_store(text: str) -> str:
    """Leave the line that names a database out of the text of a campaign file.

    Parameters
    ----------
    text : str
        TOML.

    Returns
    -------
    str
        TOML.
    """
    head, section, rest = text.partition("\n[")
    return _STORE.sub("", head) + section + rest


def _condition_lines(column: Column, value: object) -> list[str]:
    """Write a comment, as far as there is something to say, and the key."""
    comment = "; ".join(filter(None, [", ".join(column.identifiers), column.hint]))
    return [*([f"# {comment}"] if comment else []), f"{column.name} = {_toml(value)}"]


def _goal_lines(conditions: Conditions) -> dict[str, str]:
    """Write the usual objectives and limits, and as a comment what else there is."""
    objectives, limits = usual_goals(conditions)
    wanted = [f'{name} = "{goal}"' for name, goal in objectives.items()]
    wanted += [f'# {name} = "{goal}"' for name, goal in c.OBJECTIVES.items() if name not in objectives]
    kept = [
        f"{name} = {{ {side} = {bound:g} }}"
        for name, sides in limits_as_written(limits).items()
        for side, bound in sides.items()
    ]
    return {"objectives": "\n".join(wanted), "limits": "\n".join(kept) + "\n" if kept else ""}


def _toml(value: object) -> str:
    if not isinstance(value, str):
        return repr(value)
    # A basic string of TOML is written as a string of JSON is.
    return json.dumps(
        "".join(character if character.isprintable() else "?" for character in value), ensure_ascii=False
    )


_FIRST = re.compile(r"^\s*schema_version\s*=.*$", flags=re.MULTILINE)
_STORE = re.compile(r"""^[ \t]*["']?store["']?[ \t]*=.*(?:\n|\Z)""", flags=re.MULTILINE)
_TEMPLATE = """\
# What to optimize, in which cell. Run:  optimize --campaign THIS_FILE
# Measured cells are added with:         optimize tell --campaign THIS_FILE RESULTS.csv
schema_version = {version}
name = {name}
n = 4  # proposals in a batch

# The cell, held fixed.
[conditions]
{conditions}

# What you can make; leave a list out to allow everything that suits the cell.
[search]
# frameworks = ["carbon_fiber", "carbon_nanotube", "copper"]
# agents = ["none", "silver", "zinc_oxide"]

# Narrower than the built-in ranges, in the unit of the name.
[search.bounds]
# thickness_um = [50, 200]
# pore_size_top_um = [5, 100]

# The methods that you have, so that only what they make is proposed. "all": any that is known (docs/making.md);
# without [make] hosts are proposed too that no known method makes.
[make]
methods = "all"
# methods = ["electrospinning", "sputtering"]
# [make.electrospinning]
# pore_size_um = [1, 20]

# How many cells you build; leave this out and the spread between cells decides. The grams of a recipe card are for
# a disc of this diameter.
# [cells]
# per_host = 3
# controls = 2
# disc_diameter_mm = 12

# What you want of each target: "max", "min", a value or a band, such as
#   overpotential_mV = {{ match = 30 }}
#   overpotential_mV = {{ within = [20, 40] }}
# in the unit of the name. Leave a target out to ignore it.
[objectives]
{objectives}
# coulombic_efficiency_pct = "max"  # of a half cell, after formation

# What a host has to keep, without being better for more of it: at_least, at_most, or both in one.
[limits]
{limits}# overpotential_mV = {{ at_most = 50 }}

# What your own tables call a column, now or before; a unit at the end of the name counts.
# [columns.thickness_um]
# was = "felt_mm"
"""

"""What pydantic finds wrong with a body, in the words of this endpoint: field, value, limit, remedy.

Data flow: faults as pydantic lists them, the fields that the route takes -> a sentence each; those of the columns of
a design are completed by ``faults``, which knows the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from surrogate.serving.faults import Fault
from surrogate.serving.other_columns import nearest
from surrogate.serving.shown import it_is

_MISSING, _FORBIDDEN, _NO_JSON = "missing", "extra_forbidden", "json_invalid"
_REMEDIES = {
    "bool_type": "write true or false, without quotes",
    "dict_type": "send an object: {...}",
    "finite_number": "give a finite number",
    "float_type": "give a number, without quotes",
    "greater_than_equal": "give a larger number",
    "int_type": "give a whole number, without quotes",
    "less_than_equal": "give a smaller number",
    "list_type": "send a list: [...]",
    "model_attributes_type": "send an object: {...}",
    "model_type": "send an object: {...}",
    "string_too_long": "shorten it",
    "string_type": "give text in quotes",
    "too_long": "send the rest in further requests",
    "too_short": "send at least one",
}
_COLUMNS = "Allowed: the columns that GET /space names"
_SEE = "GET /docs shows an example"
_LONGEST = 80  # characters of a name that is repeated


def body_fault(found: Mapping[str, Any], fields: Sequence[str], field: str = "") -> Fault:
    """Say what is wrong with a field of a body.

    Parameters
    ----------
    found
        As pydantic lists it.
    fields
        That the body may have.
    field
        Of these, the one that holds designs; empty where none does.

    Returns
    -------
    Fault
    """
    loc, kind = list(found["loc"]), str(found["type"])
    allowed = f"Allowed: {', '.join(fields)}" if fields else ""
    of_a_column = field and loc[1:2] == [field] and isinstance(loc[-1], str) and len(loc) > 2
    name = str(loc[-1]) if len(loc) > 1 else "the body"
    if kind == _FORBIDDEN and of_a_column:
        said = [f"{found['msg']}: no column of a design", _COLUMNS, f"To mend it: {nearest(name)}"]
    elif kind == _MISSING and of_a_column:
        said = [f"{found['msg']}: {name} is not there"]
    elif kind == _MISSING:
        said = [f"{found['msg']}: {name} is not there", allowed, f"To mend it: add {name}; {_SEE}"]
    elif kind == _FORBIDDEN:
        near = get_close_matches(name[:_LONGEST], fields, n=1)
        remedy = f"write {near[0]}" if near else "leave it out"
        said = [
            f"{found['msg']}: {name[:_LONGEST]} is no field of this body",
            allowed,
            f"To mend it: {remedy}",
        ]
    elif kind == _NO_JSON:
        said = [f"{found['msg']}: the body is no JSON", f"{allowed}, in an object", f"To mend it: {_SEE}"]
    else:
        said = [found["msg"] + it_is(found.get("input"))]
        if not of_a_column:
            said.append(f"To mend it: {_REMEDIES.get(kind, f'correct {name}; {_SEE}')}")
    text = ". ".join(part for part in said if part)
    return {"loc": loc, "msg": text, "type": kind}

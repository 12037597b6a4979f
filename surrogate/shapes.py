"""Names for the shapes of arrays in signatures: ``Float[Array, "n d"]`` is an array of n rows and d columns.

In use they are ``typing.Annotated``: they cost nothing and need no library. In the tests the names of ``jaxtyping``
take their place, and each call of a module that imports from here is checked (``tests/conftest.py``): the
number of dimensions, the kind of number, and that a letter means the same length throughout a call. ``"..."``
stands for any leading dimensions; a single dimension is written with a leading blank (``" n"``), so that no
linter takes it for a name.
"""

from __future__ import annotations

from typing import Annotated as Bool
from typing import Annotated as Float
from typing import Annotated as Int

__all__ = ["Bool", "Float", "Int"]

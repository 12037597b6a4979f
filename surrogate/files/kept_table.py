"""Tables that are kept to save time, and made again where the file is not as it was written.

A file is the SHA-256 of a Parquet table and the table: Arrow reads a damaged page of numbers without a word.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.files.output import replacing

if TYPE_CHECKING:
    import pandas as pd

KEPT = ".kept"  # what such files end with
_DIGITS = 64


def keep_table(table: pd.DataFrame, path: Path) -> None:
    """Keep a table, with its index where that is named.

    Parameters
    ----------
    table : DataFrame
        Its columns have text for names.
    path : Path
        The file.

    Raises
    ------
    StoreError
        When it cannot be written.
    """
    file = io.BytesIO()
    table.to_parquet(file)
    content = file.getvalue()
    with replacing(path) as temporary:
        temporary.write_bytes(hashlib.sha256(content).hexdigest().encode() + content)


def kept_table(path: Path) -> pd.DataFrame | None:
    """Read a table that was kept.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    DataFrame or None
        None where there is none, or it is not what was kept.
    """
    import pandas as pd

    try:
        file = path.read_bytes()
    except OSError:
        return None
    digest, content = file[:_DIGITS], file[_DIGITS:]
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    return pd.read_parquet(io.BytesIO(content))

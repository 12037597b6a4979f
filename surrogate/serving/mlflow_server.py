"""MLflow's own server of the champion: a model that does not fit this program is told in one line.

``mlflow models serve`` starts a process of its own, which runs the script that was kept with the model, of whatever
version; that imports this package. What it raises then goes through MLflow and uvicorn up to the interpreter, and
would be written as sixty lines of theirs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

from surrogate import __version__
from surrogate.errors import LihostError

MODEL_PATH = "__pyfunc_model_path__"  # the variable by which MLflow's server is told its model
_SCRIPT = "pyfunc_model.py"
_NAMED_IN = "registered_model_meta"  # what MLflow writes into the folder of a registered model


def tell_in_one_line() -> None:
    """Let an error about the model end this process with one line on standard error."""
    sys.excepthook = _end


def why_not(error: BaseException, where: TracebackType | None) -> str:
    """Say in one line why a model cannot be served; empty where that is not what went wrong.

    Parameters
    ----------
    error
        What was raised.
    where
        Its traceback: only what the model's own script was doing is about the model.
    """
    files = []
    while where is not None:
        files.append(Path(where.tb_frame.f_code.co_filename).name)
        where = where.tb_next
    if not isinstance(error, LihostError) and _SCRIPT not in files:
        return ""
    said = str(error) if isinstance(error, LihostError) else f"{type(error).__name__}: {error}"
    remedy = "" if "surrogate train" in said else " To mend it: train again: surrogate train."
    what = f"{_name()} cannot be served by lihost {__version__}: {said}{remedy}"
    return " ".join(what.split())


def _name() -> str:
    """Name the model that is served, with its version as far as that is known."""
    folder = Path(unquote(urlsplit(os.environ.get(MODEL_PATH, "")).path))
    if not (folder / _NAMED_IN).is_file():
        return f"the model in {folder}"
    text = (folder / _NAMED_IN).read_text(encoding="utf-8")
    said = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return f"{said.get('model_name', 'the model')} version {said.get('model_version', '?')}".replace("'", "")


def _end(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    said = why_not(error, where)
    if not said:
        sys.__excepthook__(kind, error, where)
        return
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()
    # Not 1: of any other status MLflow's command, which waits for this process, makes a stack trace of its own.
    os._exit(0)

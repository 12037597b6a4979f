"""MLflow's own server of the champion: a model that does not fit this program is told in one line.

``mlflow models serve`` starts a process of its own, which runs the script that was kept with the model, of whatever
version; that imports this package. What it raises then goes through MLflow and uvicorn up to the interpreter, and
would be written as sixty lines of theirs; of several workers each would write them, and be started again for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.util import Finalize
from pathlib import Path
from types import TracebackType
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from surrogate import __version__
from surrogate.errors import LihostError

MODEL_PATH = "__pyfunc_model_path__"  # the variable by which MLflow's server is told its model
_SCRIPT = "pyfunc_model.py"
_LATER_S = 3.0
_BEFORE_OTHERS = 1000  # priority among what is called at the end of a process
_NAMED_IN = "registered_model_meta"  # what MLflow writes into the folder of a registered model


def tell_in_one_line() -> None:
    """Let an error about the model end this process, and the server that it works for, with one line on stderr."""
    if multiprocessing.parent_process() is None:
        sys.excepthook = _end
    else:  # a worker writes what ended it by itself, after it has called what is to be finalized
        Finalize(None, _end_of_worker, exitpriority=_BEFORE_OTHERS)


def why_not(error: BaseException) -> str:
    """Say in one line why a model cannot be served; empty where that is not what went wrong.

    Parameters
    ----------
    error
        What was raised, perhaps by MLflow because of another error: only what the model's own script was doing is
        about the model.
    """
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    about = [one for one in chain if isinstance(one, LihostError) or _is_of_script(one.__traceback__)]
    if not about:
        return ""
    why = about[-1]
    said = str(why) if isinstance(why, LihostError) else f"{type(why).__name__}: {why}"
    remedy = "" if "surrogate train" in said else " To mend it: train again: surrogate train."
    what = f"{_name()} cannot be served by lihost {__version__}: {said}{remedy}"
    return " ".join(what.split())


def _is_of_script(where: TracebackType | None) -> bool:
    """Test whether the script of a model was at work."""
    while where is not None:
        if Path(where.tb_frame.f_code.co_filename).name == _SCRIPT:
            return True
        where = where.tb_next
    return False


def _name() -> str:
    """Name the model that is served, with its version as far as that is known."""
    folder = Path(unquote(urlsplit(os.environ.get(MODEL_PATH, "")).path))
    if not (folder / _NAMED_IN).is_file():
        return f"the model in {folder}"
    text = (folder / _NAMED_IN).read_text(encoding="utf-8")
    said = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return f"{said.get('model_name', 'the model')} version {said.get('model_version', '?')}".replace("'", "")


def _end(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    said = why_not(error)
    if not said:
        sys.__excepthook__(kind, error, where)
        return
    _end_with(said)


def _end_of_worker() -> None:
    error = sys.exception()
    said = "" if error is None else why_not(error)
    if not said:
        return
    if not multiprocessing.current_process().name.endswith("-1"):
        time.sleep(_LATER_S)  # the first says it for all, and ends them
    os.kill(os.getppid(), signal.SIGTERM)  # else it starts this worker again
    _end_with(said)


def _end_with(said: str) -> NoReturn:
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()
    # Not 1: of any other status MLflow's command, which waits for this process, makes a stack trace of its own.
    os._exit(0)

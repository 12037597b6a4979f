"""How a command ends: exit codes, one-paragraph messages, and never a traceback on the screen.

0    done
2    an input is wrong or a resource is missing: one paragraph names what, where, the limit, the remedy
1    a bug of this package: the traceback goes to a file that the message names; also a pipe whose reader left
130  stopped by Ctrl-C
"""

from __future__ import annotations

import errno
import gc
import os
import platform
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

import typer
import typer.main

from surrogate import __version__
from surrogate.cli.console import prepare_streams, print_message
from surrogate.errors import LihostError, LihostWarning
from surrogate.passwords import without_passwords

DONE, BUG, READER_LEFT, REFUSED, STOPPED = 0, 1, 1, 2, 130

# Objects made before cycles are looked for, instead of 700: most of what a command imports lives to its end.
# In `optimize tell` beside 1,000 cells that costs 1.2 s less of 9.6 s, and no memory.
SELDOM, USUALLY = 200_000, gc.get_threshold()

# Faults of the machine, not of the program.
_MACHINE = {
    errno.ENOSPC: "free some space on that disk and run the command again",
    errno.EDQUOT: "free some of your disk quota and run the command again",
    errno.EROFS: "use a place that is writable",
    errno.EACCES: "change its permissions, or use another place",
    errno.EPERM: "change its permissions, or use another place",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENOMEM: "close other programs, or give the command less at once",
}


def main(app: typer.Typer, program: str) -> int:
    """Run the command line that a console script was given.

    Parameters
    ----------
    app : typer.Typer
        The commands.
    program : str
        Name of the console script.

    Returns
    -------
    int
        Exit code.
    """
    gc.set_threshold(SELDOM)
    code = run(app, program, sys.argv[1:])
    if code == STOPPED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not disturb the way out
    return code


def run(app: typer.Typer, program: str, arguments: Sequence[str]) -> int:
    """Run a command line.

    Parameters
    ----------
    app : typer.Typer
        The commands.
    program : str
        Name of the console script.
    arguments : sequence of str
        The command line without the program.

    Returns
    -------
    int
        Exit code; no exception is raised but a SystemExit of the work itself.
    """
    prepare_streams()
    with warnings.catch_warnings():
        _quiet_warnings()
        try:
            return _run(app, program, list(arguments))
        except BrokenPipeError:
            return _reader_left()


def _run(app: typer.Typer, program: str, given: list[str]) -> int:
    code = DONE
    try:
        command = typer.main.get_command(app)
        with command.make_context(program, given) as context:
            command.invoke(context)
    except typer.Exit as stop:
        code = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print_message(f"{program}: stopped by Ctrl-C; no file is left half written")
        return STOPPED
    except LihostError as error:
        return _refused(program, str(error))
    except typer.TyperException as error:
        return _refused(program, _usage(error, program))
    except BrokenPipeError:
        raise
    except MemoryError:
        return _refused(
            program, "not enough memory; close other programs, or give the command fewer rows at once."
        )
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _MACHINE:
            place = f"{error.filename}: " if error.filename else ""
            reason = error.strerror or str(error)
            return _refused(program, f"{place}{reason}. To mend it: {_MACHINE[error.errno]}.")
        return _bug(program, given, error)
    sys.stdout.flush()  # a closed pipe that is found at the interpreter's own end would print a traceback
    return code


def _reader_left() -> int:
    """End quietly when the reader of a pipe has gone (``... | head``), and write nothing more to the pipe."""
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(silence, stream.fileno())
    return READER_LEFT


def _refused(program: str, text: str) -> int:
    print_message(without_passwords(f"{program}: {' '.join(text.split())}"), style="red")
    return REFUSED


def _usage(error: typer.TyperException, program: str) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else program
    message = error.format_message().rstrip(".")
    inside = path.removeprefix(program).strip()
    stop = "" if message.endswith("?") else "."
    return f"{inside + ': ' if inside else ''}{message}{stop} To mend it: see {path} --help."


def _bug(program: str, arguments: Sequence[str], error: Exception) -> int:
    head = [
        f"lihost {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{datetime.now().astimezone().isoformat(timespec='seconds')}  {program} {' '.join(arguments)}",
    ]
    text = without_passwords("\n".join([*head, "", "".join(traceback.format_exception(error))]))
    what = without_passwords(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
    try:
        handle, name = tempfile.mkstemp(prefix="lihost-bug-", suffix=".txt")
        os.close(handle)
        Path(name).write_text(text, encoding="utf-8")
        place = f"The details are in {name}; please report it with that file"
    except OSError:
        place = "The details could not be written to a file; please report it with the command you gave"
    print_message(
        f"{program}: this is a bug in lihost, not an error of yours: {' '.join(what.split())[:300]}. {place}.",
        style="red",
    )
    return BUG


def _quiet_warnings() -> None:
    """Show our warnings as one line each; those of libraries only on request (python -W, PYTHONWARNINGS)."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
        warnings.simplefilter("default", LihostWarning)
    usual = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, LihostWarning):
            print_message(f"Warning: {message}", style="yellow")
        else:
            usual(message, category, filename, lineno, file, line)

    warnings.showwarning = show

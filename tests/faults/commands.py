"""Commands of the terminal in processes that are killed, or whose disk fills up, at a chosen change of the disk.

Data flow: ``writes.c``, compiled -> one process that has the libraries loaded, with it before the C library -> a
forked child for each command, which changes into its folder, counts its changes of the disk and is killed at the nth,
or finds no room from there on -> how it ended and what it said. A command by itself is a process of seconds; a fork
is one of milliseconds.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

NO_COMPILER = "there is no C compiler (on Debian or Ubuntu: apt install gcc)"
ROOT = Path(__file__).parents[2]
TOO_LONG_S = 600  # a command that hangs ends as well


def compiler() -> str | None:
    """Return the C compiler of this machine; None where there is none, or no way to come before the C library."""
    return shutil.which("cc") if sys.platform == "linux" else None


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Parameters
    ----------
    code : int
        Exit code; -9 where it was killed.
    changes : int
        Of the disk, that it made; 0 where it was killed.
    seconds : float
        That it took.
    said : str
        All that it wrote to the terminal.
    """

    code: int
    changes: int
    seconds: float
    said: str

    @property
    def killed(self) -> bool:
        """Whether it was killed before its end."""
        return self.code == -signal.SIGKILL


class Commands:
    """A process that runs commands of the terminal, each in a fork of itself.

    Parameters
    ----------
    folder : Path
        For the compiled library and what the process itself says.
    modules : sequence of str
        To import once.
    """

    def __init__(self, folder: Path, modules: Sequence[str]) -> None:
        library = folder / "writes.so"
        source = Path(__file__).with_name("writes.c")
        subprocess.run(
            [str(compiler()), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True
        )
        environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
        environment |= {
            "LD_PRELOAD": str(library), "MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")]),
        }  # fmt: skip
        self._said = folder / "said.txt"
        with (folder / "server.txt").open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.commands", *modules], env=environment, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=folder,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=TOO_LONG_S)

    def warm(self, folder: Path, *words: object) -> None:
        """Run a command in the process itself, so that what it loads is there for all others."""
        assert self.run(folder, *words, here=True).code == 0

    def run(
        self,
        folder: Path,
        *words: object,
        here: bool = False,
        kill_at: int = 0,
        full_at: int = 0,
        error: int = 0,
        after_s: float | None = None,
        with_: str = "",
        environment: Mapping[str, str | None] | None = None,
    ) -> Ended:
        """Run a command in a folder.

        Parameters
        ----------
        folder : Path
            To work in.
        words : object
            ``optimize`` or ``surrogate``, and what follows it.
        here : bool
            Whether the process itself does it.
        kill_at : int
            Change of the disk, from 1, before which it is killed; one more than it makes: when it has done all.
        full_at : int
            Change from which on all fail that need room.
        error : int
            What they fail with (errno).
        after_s : float, optional
            Seconds after which it is killed.
        with_ : str
            ``module:function``, called before it in its process.
        environment : mapping, optional
            Variables to set for it, or to take away (None).
        """
        asked = {
            "folder": str(folder), "words": [str(word) for word in words], "said": str(self._said),
            "at": kill_at or full_at, "error": error if full_at else 0, "after_s": after_s, "with": with_,
            "environment": dict(environment or {}), "here": here,
        }  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        answer = json.loads(self._process.stdout.readline())
        return Ended(
            answer["code"], answer["changes"], answer["seconds"], self._said.read_text(errors="replace")
        )


def _command(asked: Mapping[str, Any]) -> int:
    """Run the command that was asked for; the exit code."""
    from surrogate.cli import failures, optimize, surrogate

    program, *words = asked["words"]
    return failures.run({"optimize": optimize.app, "surrogate": surrogate.app}[program], program, words)


def _here(asked: Mapping[str, Any]) -> int:
    os.chdir(asked["folder"])
    with Path(asked["said"]).open("w") as out, redirect_stdout(out), redirect_stderr(out):
        return _command(asked)


def _child(asked: Mapping[str, Any], pipe: int) -> int:
    """Do what was asked in a process of its own; the exit code."""
    library = ctypes.CDLL(None)
    signal.alarm(TOO_LONG_S)
    for name, value in asked["environment"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    time.tzset()
    os.chdir(asked["folder"])
    with Path(asked["said"]).open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    with os.fdopen(1, "w", closefd=False) as out, redirect_stdout(out), redirect_stderr(out):
        if asked["with"]:
            module, _, function = asked["with"].partition(":")
            getattr(importlib.import_module(module), function)()
        library.faults_arm(ctypes.c_long(asked["at"]), asked["error"])
        code = _command(asked)
    library.faults_end()
    os.write(pipe, str(library.faults_changes()).encode())
    return code


def _waited(child: int, after_s: float | None) -> int:
    """Wait for the end of a child, and kill it where that has not come after some seconds; how it ended."""
    until = time.perf_counter() + (after_s or 0.0)
    while after_s is not None and time.perf_counter() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    if after_s is not None:
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def serve(modules: Sequence[str]) -> None:
    """Answer each line of the standard input until it ends."""
    for name in modules:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["here"]:
            print(json.dumps({"code": _here(asked), "changes": 0, "seconds": 0.0}), flush=True)
            continue
        read, write = os.pipe()
        began, child = time.perf_counter(), os.fork()
        if not child:
            code = 99  # of an exception that is no business of a command
            try:
                code = _child(asked, write)
            finally:
                os._exit(code)
        os.close(write)
        code = os.waitstatus_to_exitcode(_waited(child, asked["after_s"]))
        taken = time.perf_counter() - began
        with os.fdopen(read) as changes:
            counted = int(changes.read() or 0)
        print(json.dumps({"code": code, "changes": counted, "seconds": taken}), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1:])
    os._exit(0)  # to take all apart would take a second

"""A PostgreSQL server of one's own for tests: Debian's programs, a folder in memory, a socket and no network."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

NOT_INSTALLED = "PostgreSQL is not installed (on Debian or Ubuntu: apt install postgresql)"
MEMORY, STARTS_S = Path("/dev/shm"), 20.0
_OWNER, _PREFIX = "lihost", "lihost-postgres-"
_FAST = (
    "fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB", "max_connections=60", "jit=off",
    "listen_addresses=",
)  # fmt: skip
_NUMBERS = itertools.count(1)


def programs() -> Path | None:
    """Return the folder of PostgreSQL's newest programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


class Server:
    """A server that is started and stopped by a test."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder, self._bin = folder, bin_
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root; its package makes a user for it.
        self._as: dict[str, Any] = (
            {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        )
        if self._as:
            shutil.chown(folder, "postgres", "postgres")
        options = ["-A", "trust", "-U", _OWNER, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        subprocess.run(
            [bin_ / "initdb", "-D", folder / "data", *options],
            check=True,
            capture_output=True,
            cwd=folder,
            **self._as,
        )
        self.start()

    def url(self, user: str = _OWNER, database: str = "postgres", **query: str) -> str:
        """Return the address of a database."""
        made = sa.URL.create(
            "postgresql+psycopg", username=user, database=database, query={"host": str(self.folder), **query}
        )
        return made.render_as_string(hide_password=False)

    def schema(self) -> str:
        """Return the address of a place of its own for one test: a new schema."""
        name = f"s{next(_NUMBERS)}"
        self.execute(f"CREATE SCHEMA {name}")
        return self.url(options=f"-csearch_path={name}")

    def execute(self, *statements: str) -> None:
        """Run statements, each by itself."""
        engine = sa.create_engine(self.url(), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = [part for one in _FAST for part in ("-c", one)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self._as,
            )  # fmt: skip
        until = time.monotonic() + STARTS_S
        while True:
            try:
                self.execute("SELECT 1")
                return
            except sa.exc.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop: SIGINT ends all connections, SIGQUIT does so without writing anything more."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=STARTS_S)
            self._process = None


def remove_left(top: Path) -> None:
    """End the servers of runs that were killed, and remove their folders."""
    for folder in top.glob(f"{_PREFIX}*"):
        if Path(f"/proc/{folder.name.removeprefix(_PREFIX).partition('-')[0]}").exists():
            continue
        with suppress(OSError, ValueError):
            server = int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])
            if str(folder) in Path(f"/proc/{server}/cmdline").read_text():
                os.kill(server, signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running() -> Iterator[Server]:
    """Run a server inside the block."""
    bin_ = programs()
    assert bin_ is not None
    top = MEMORY if os.access(MEMORY, os.W_OK) else Path("/tmp")
    remove_left(top)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=top))
    try:
        server = Server(folder, bin_)
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

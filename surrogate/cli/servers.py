"""The work of ``surrogate serve`` and ``surrogate ui``: both run until Ctrl-C."""

from __future__ import annotations

import gc
import ipaddress
import os
import signal
import socket
import subprocess
from contextlib import closing

from surrogate.cli.console import print_message, print_notes, print_result
from surrogate.cli.failures import USUALLY
from surrogate.errors import InputError, StoreError
from surrogate.serving.access import FEWEST_CHARACTERS, TOKEN_VARIABLE

STOP_S = 30  # for requests under way when the service is told to stop
KEEP_S = 30  # for the next request of a connection
MOST_AT_ONCE = 256  # connections; more are answered 503


def serve(host: str, port: int) -> None:
    """Serve the champion over HTTP until Ctrl-C; requests under way are then answered first.

    A line of JSON for each request goes to standard error. With ``LIHOST_TOKEN`` set, requests need that token.

    Parameters
    ----------
    host : str
        Address to listen on.
    port : int
        Port to listen on.

    Raises
    ------
    InputError
        When the address cannot be listened on, and for a token that is easily guessed.
    StoreError
        When the MLflow store cannot be read.
    """
    token = _token()
    require_free_address(host, port)
    from surrogate import tracking

    print_message(tracking.describe_store())
    import uvicorn

    from surrogate.serving.app import create_app
    from surrogate.serving.observed import log_to_standard_error

    print_result(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    if not token and not _is_loopback(host):
        print_notes([f"everybody who reaches {host} may ask: set {TOKEN_VARIABLE} to require a token"])
    log_to_standard_error()
    gc.set_threshold(*USUALLY)  # a service that runs for weeks cannot wait for its cycles as a command can
    uvicorn.run(
        create_app(token=token), host=host, port=port, log_level="warning", timeout_graceful_shutdown=STOP_S,
        timeout_keep_alive=KEEP_S, limit_concurrency=MOST_AT_ONCE,
    )  # fmt: skip


def _token() -> str:
    """Read the token that requests need; empty where there is none."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if token and len(token) < FEWEST_CHARACTERS:
        raise InputError(
            "the token is easily guessed", where=TOKEN_VARIABLE, value=f"{len(token)} characters",
            limit=f"at least {FEWEST_CHARACTERS}", remedy="make one: openssl rand -hex 24",
        )  # fmt: skip
    return token


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def ui(host: str, port: int) -> None:
    """Run MLflow's page on the store that commands run here use, until Ctrl-C.

    Parameters
    ----------
    host : str
        Address to listen on.
    port : int
        Port to listen on.

    Raises
    ------
    InputError
        When the address cannot be listened on.
    StoreError
        When the store cannot be opened, or MLflow ends by itself.
    """
    require_free_address(host, port)
    from surrogate import tracking

    print_message(tracking.describe_store())
    command, environment, page = tracking.ui_command(port, host)
    print_result(f"MLflow on {page} (stop with Ctrl-C)")

    signal.signal(signal.SIGTERM, _ended)  # else MLflow would run on without us
    with subprocess.Popen(command, env=environment) as process:
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait(timeout=20)
            raise
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    if code:
        raise StoreError("MLflow's server stopped", value=code, remedy="see its messages above")


def _ended(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def require_free_address(host: str, port: int) -> None:
    """Make sure that an address can be listened on.

    Parameters
    ----------
    host : str
        Address.
    port : int
        Port.

    Raises
    ------
    InputError
        When it is in use, does not belong to this machine or needs more permissions.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise InputError(
            f"cannot listen there: {error.strerror or error}",
            where=f"{host}:{port}",
            remedy="give another --port (above 1023), or --host 127.0.0.1",
        ) from error

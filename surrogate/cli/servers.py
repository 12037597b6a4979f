"""The work of ``surrogate serve`` and ``surrogate ui``: both run until Ctrl-C."""

from __future__ import annotations

import gc
import signal
import socket
import subprocess
from contextlib import closing

from surrogate.cli.console import print_message, print_result
from surrogate.cli.failures import USUALLY
from surrogate.errors import InputError, StoreError


def serve(host: str, port: int) -> None:
    """Serve the champion over HTTP until Ctrl-C.

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
        When the MLflow store cannot be read.
    """
    require_free_address(host, port)
    from surrogate import tracking

    print_message(tracking.describe_store())
    import uvicorn

    from surrogate.serving.app import create_app

    print_result(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    gc.set_threshold(*USUALLY)  # a service that runs for weeks cannot wait for its cycles as a command can
    uvicorn.run(create_app(), host=host, port=port, log_level="warning")


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

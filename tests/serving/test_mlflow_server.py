"""MLflow's own server of a model that other code made: one line, whichever script was kept with the model."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from surrogate.serving import mlflow_server

OLD = (
    "from surrogate.errors import ModelError\n"
    "raise ModelError('made for other columns', remedy='run surrogate train')\n"
)
OLDER = "from surrogate.errors import NoSuchError\n"
OURS = "import surrogate\n1 / 0\n"
# As MLflow does, whose error has that of the script as its cause.
AS_MLFLOW = (
    "import surrogate\ntry:\n    import pyfunc_model\nexcept Exception as error:\n"
    "    raise RuntimeError('Failed to run user code') from error\n"
)
# As uvicorn does where it is to have several workers: processes that are started again, until it is told to end.
WORKERS = f"""
import multiprocessing, signal, sys, time

def work():
    exec({AS_MLFLOW!r})

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    one = multiprocessing.get_context("spawn").Process(target=work)
    one.start()
    one.join()
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (OLD, "made for other columns. To mend it: run surrogate train."),
        (OLDER, "ImportError: cannot import name 'NoSuchError' from 'surrogate.errors'"),
    ],
)
@pytest.mark.process
def test_a_model_of_other_code_ends_the_server_with_one_line(tmp_path: Path, script: str, said: str) -> None:
    (tmp_path / "pyfunc_model.py").write_text(script)
    (tmp_path / "registered_model_meta").write_text("model_name: lihost\nmodel_version: '3'\n")
    ended = run(tmp_path, "import surrogate, pyfunc_model")
    about_the_model(ended, said)


@pytest.mark.process
def test_so_does_one_that_mlflow_wrapped_and_one_in_a_worker(tmp_path: Path) -> None:
    (tmp_path / "pyfunc_model.py").write_text(OLD)
    (tmp_path / "registered_model_meta").write_text("model_name: lihost\nmodel_version: '3'\n")
    about_the_model(run(tmp_path, AS_MLFLOW), "made for other columns. To mend it: run surrogate train.")
    (tmp_path / "server.py").write_text(WORKERS)
    ended = run(tmp_path, tmp_path / "server.py")
    about_the_model(ended, "made for other columns. To mend it: run surrogate train.")


def about_the_model(ended: subprocess.CompletedProcess[str], said: str) -> None:
    (line,) = ended.stderr.splitlines()
    assert line.startswith("lihost version 3 cannot be served by lihost")
    assert said in line
    assert "surrogate train" in line
    assert ended.returncode == 0, "else MLflow's command writes a stack trace about the status"


@pytest.mark.process
def test_any_other_fault_keeps_its_stack_trace(tmp_path: Path) -> None:
    ended = run(tmp_path, OURS)
    assert "Traceback" in ended.stderr
    assert ended.returncode == 1


def run(folder: Path, code: str | Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(Path(mlflow_server.__file__).parents[2])])
    env = os.environ | {mlflow_server.MODEL_PATH: folder.as_uri(), "PYTHONPATH": path}
    words = [str(code)] if isinstance(code, Path) else ["-c", code]
    return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, timeout=60)


def test_the_name_is_that_of_mlflow() -> None:
    """Its server is read and not imported, which would take a second and a half."""
    found = importlib.util.find_spec("mlflow")
    assert found is not None
    assert found.origin is not None
    server = Path(found.origin).parent / "pyfunc" / "scoring_server" / "__init__.py"
    assert f'_SERVER_MODEL_PATH = "{mlflow_server.MODEL_PATH}"' in server.read_text(encoding="utf-8")
    face = (Path(mlflow_server.__file__).parents[1] / "__init__.py").read_text(encoding="utf-8")
    assert f'"{mlflow_server.MODEL_PATH}" in os.environ' in face

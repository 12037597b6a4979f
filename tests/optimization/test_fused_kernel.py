"""BoTorch's compiled kernel: no compiler, lack of one or stale lock stops or changes a search."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from botorch.acquisition.multi_objective import logei

from surrogate.errors import ModelError
from surrogate.optimization.fused_kernel import disable_fused_kernel

SCRIPT = """
import torch
from botorch.acquisition.multi_objective import logei
from botorch.models import ModelListGP, SingleTaskGP
from surrogate.space import Continuous, Encoder, Space
from surrogate.optimization.search import search
from surrogate.optimization.settings import SearchSettings

space = Space([Continuous("x", 0, 1), Continuous("y", 0, 1)])
encoder = Encoder(space)
X = torch.as_tensor(encoder.encode(space.sample(8, 0)))
goals = [(3 * X[:, [0]]).sin(), (X[:, [0]] - X[:, [1]]) ** 2]
models = [SingleTaskGP(X, (y - y.mean()) / y.std(), outcome_transform=None).eval() for y in goals]
settings = SearchSettings(
    pool=32, near=8, first_starts=1, starts=1, maxiter=10, mc_samples=8, prune_samples=16, generations=0
)
print(search(ModelListGP(*models), space, encoder, 2, 0, baseline=X.numpy(), settings=settings).to_csv())
print(logei._C)
"""


def start(folder: Path, **environment: str) -> subprocess.Popen[str]:
    """A search in a process of its own, with a lock in place as left by a process killed while compiling."""
    lock = folder / "extensions" / "logei_fused_ext" / "lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    variables = os.environ | {"TORCH_EXTENSIONS_DIR": str(folder / "extensions")} | environment
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.process
def test_lock_compiler_and_foreign_kernels_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "logei_fused_ext.py").write_text(
        "raise SystemExit('this module must not be run')\n"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path / "planted"), os.environ.get("PYTHONPATH", "")]))
    runs = [
        start(tmp_path / "a"),
        start(tmp_path / "b", PATH=str(tmp_path / "empty"), CXX="none", CC="none", PYTHONPATH=path),
    ]
    answers = []
    try:
        for run in runs:
            out, err = run.communicate(timeout=300)
            assert run.returncode == 0, err
            answers.append(out)
    finally:
        for run in runs:
            run.kill()
            run.wait()
    assert answers[0].rstrip().endswith("None")
    assert "acquisition_value" in answers[0]
    assert answers[1] == answers[0]
    assert [path.name for path in (tmp_path / "a" / "extensions").rglob("*")] == ["logei_fused_ext", "lock"]


def test_the_installed_botorch_has_the_switch() -> None:
    """Fails when BoTorch moves its kernel: then this project's switch has to follow."""
    for name in ("_try_load_fused_kernel", "_load_attempted", "_C"):
        assert hasattr(logei, name)


def test_a_kernel_that_is_loaded_already_is_put_out_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logei, "_C", object())
    monkeypatch.setattr(logei, "_load_attempted", False)
    disable_fused_kernel()
    assert logei._C is None
    logei._try_load_fused_kernel()
    assert logei._C is None


def test_a_botorch_without_the_switch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(logei, "_try_load_fused_kernel")
    with pytest.raises(ModelError, match="cannot be switched off"):
        disable_fused_kernel()

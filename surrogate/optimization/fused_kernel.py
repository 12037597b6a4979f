"""The one place that keeps BoTorch from compiling code on the user's machine.

BoTorch 0.18 replaces the inner loop of ``qLogNEHVI`` by a C++ kernel that it compiles with the machine's
compiler the first time the acquisition function is made (``botorch/acquisition/multi_objective/logei.py``,
``_try_load_fused_kernel``). That has three effects nobody asked for: proposals differ in the last digits, and
then in more, between machines with and without a compiler; a process killed while compiling leaves a lock
file for which every later run waits without limit; and any module called ``logei_fused_ext`` is imported.
The kernel saves a factor of 1.5 to 3 in one part of a search that takes seconds, so it is switched off.
"""

from __future__ import annotations

from pathlib import Path

from surrogate.errors import ModelError


def disable_fused_kernel() -> None:
    """Make this process use BoTorch's Python implementation of ``qLogNEHVI``, never a compiled implementation.

    It can be called any number of times. A kernel that other code in the process has loaded already is put
    out of use too, so that results do not depend on it.

    Raises
    ------
    ModelError
        For a BoTorch that has such a kernel but not the switch used here.
    """
    import botorch
    from botorch.acquisition.multi_objective import logei

    if not all(hasattr(logei, name) for name in ("_try_load_fused_kernel", "_load_attempted", "_C")):
        if (Path(botorch.__file__).parent / "csrc").exists():
            raise ModelError(
                "this BoTorch compiles code in a way that cannot be switched off",
                value=botorch.__version__,
                limit="botorch >=0.18,<0.19",
                remedy="install the version pinned in constraints.txt",
            )
        return
    logei._try_load_fused_kernel = _load_nothing
    logei._load_attempted = True
    logei._C = None


def _load_nothing() -> None:
    """Stands where BoTorch would look for, or compile, its kernel."""

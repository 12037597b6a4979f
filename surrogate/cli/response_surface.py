"""The work of ``surrogate response-surface``: the surface that stands for the interface's finite elements."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import print_result
from surrogate.cli.progress import progress


def response_surface(out: Path) -> None:
    """Solve the finite-element cases of the interface again, fit them, and write the surface.

    Parameters
    ----------
    out : Path
        JSON file to write.

    Raises
    ------
    StoreError
        For a path that cannot be written to.
    """
    from surrogate.files.output import output_file, write_json

    output_file(out)
    with progress() as report:
        report("finite elements", 0, 1)
        from surrogate.physics.interface import surface

        made = surface.make(progress=lambda done, n: report("finite elements", done, n))
    write_json(surface.content(made, {"cases": surface.CASES, "seed": surface.SEED}), out)
    print_result(f"Written: {out} ({surface.CASES} cases)")

"""The work of ``surrogate predict``: a table of designs in, a table of predictions out."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import print_message, print_result
from surrogate.cli.design_table import beside, read_designs
from surrogate.cli.progress import progress


def predict(path: Path, out: Path) -> None:
    """Predict the targets of a table of designs with the champion, and say which rules each design breaks.

    Parameters
    ----------
    path : Path
        Table of designs.
    out : Path
        CSV file to write.

    Raises
    ------
    DesignError, MaterialError, UnitError
        For a table that cannot be used.
    ModelError
        Without a champion.
    StoreError
        For a store that cannot be read or a path that cannot be written to.
    """
    import pandas as pd

    from surrogate import tracking
    from surrogate.files.output import output_file, write_csv
    from surrogate.report.rule_cautions import cautions_of

    output_file(out)
    print_message(tracking.describe_store())
    complete, extra = read_designs(path)
    with progress() as report:
        report("predicting", 0, 2)
        model = tracking.load_champion()
        report("predicting", 1, 2)
        predicted = model.predict(complete)
        report("predicting", 2, 2)
    said = pd.Series(list(map("; ".join, cautions_of(complete, predicted))), index=predicted.index)
    write_csv(beside(extra, complete.frame, predicted.assign(cautions=said)), out)
    print_result(f"Written: {out} ({len(predicted)} rows, predicted by champion {model.version})")

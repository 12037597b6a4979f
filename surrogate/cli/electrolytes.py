"""The work of ``surrogate electrolyte``: a recipe read and described, and the scores of the model of losses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_message, print_notes, print_result, print_table
from surrogate.errors import RecordError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.materials.efficiency import Score
    from surrogate.materials.recipes import Recipe


def describe(recipe: str, method: str, current: float, capacity: float, cycles: float) -> None:
    """Print what a recipe holds, and what planar lithium loses in it.

    Parameters
    ----------
    recipe : str
        The recipe.
    method : str
        "reservoir" or "cycling".
    current, capacity, cycles : float
        Of the measurement: mA/cm2, mAh/cm2, number.

    Raises
    ------
    MaterialError
        For a recipe that cannot be read, or a protocol that cannot be.
    """
    from surrogate.materials.efficiency import Protocol, predict_loss
    from surrogate.materials.recipes import composition, read_recipe

    protocol = Protocol(method, current, capacity, cycles)
    read = read_recipe(recipe)
    print_result(read.text)
    _contents(read)
    print_table(
        make_table(
            ["Of all atoms", "", "Ratio", ""],
            _side_by_side(composition(read).numbers),
        )
    )
    found = predict_loss(read, protocol)
    print_result(
        f"1 - CE of planar lithium: {found.loss:.2g} (90 %: {found.lower:.2g} to {found.upper:.2g}), "
        f"so CE {100 * (1 - found.loss):.2f} % ({100 * (1 - found.upper):.2f} to {100 * (1 - found.lower):.2f} %), "
        f"by {method}, {current:g} mA/cm2, {capacity:g} mAh/cm2, {cycles:g} cycles"
    )
    nearest = "; ".join(
        f"row {row} (reference {reference}, {distance:.2f} away): {loss:.2g}"
        for row, reference, distance, loss in found.nearest
    )
    print_result(f"Nearest measurements: {nearest}")
    notes = list(read.notes)
    if found.extrapolates:
        notes.append(
            f"it extrapolates: the nearest measurement is {found.distance:.1f} standard deviations away"
        )
    print_notes(notes)


def evaluate(path: Path | None, out: Path | None) -> None:
    """Score the model of losses, print the scores and write the predictions where asked.

    Parameters
    ----------
    path : Path, optional
        Rows of the shipped form or with the names of the published table; None: the shipped rows, references
        left out.
    out : Path, optional
        CSV file to write.

    Raises
    ------
    RecordError
        For a file that cannot be used.
    StoreError
        For a path that cannot be written to.
    """
    from surrogate.files.output import output_file, write_csv
    from surrogate.materials.efficiency import judged, shipped_rows

    if out is not None:
        output_file(out)
    learned = shipped_rows()
    others = None if path is None else _read(path)
    predictions, scores = judged(learned, others)
    how = (
        f"{len(learned)} rows of {learned['reference'].nunique()} references, each predicted without its reference"
        if others is None
        else f"{len(others)} rows, predicted from the {len(learned)} shipped rows"
    )
    print_message(f"log10(1 - CE) of planar lithium: {how}")
    print_table(make_table(["By", "RMSE", "Inside 90 %"], _scores(scores)))
    if out is not None:
        write_csv(predictions, out)
        print_result(f"Written: {out} ({len(predictions)} rows)")


def _read(path: Path) -> pd.DataFrame:
    """Read the rows of a file that can be used; the others are told with their reason."""
    from surrogate.files.sheet import read_sheet
    from surrogate.files.tables import as_table
    from surrogate.files.text import Complaint
    from surrogate.materials.efficiency import usable

    complain = Complaint(path.name, RecordError)
    sheet = read_sheet(path, complain)
    table = as_table(sheet, complain, numbers=(), text=sheet.header)
    rows, unusable = usable(table, path.name)
    print_notes([*sheet.notes, *(f"row {one.row} is not used: {one.reason}" for one in unusable)])
    if rows.empty:
        raise RecordError(
            "no row can be used", where=path.name, value=unusable[0].reason,
            limit="shares of atoms, method and efficiency", remedy="correct the rows",
        )  # fmt: skip
    return rows


def _contents(recipe: Recipe) -> None:
    from surrogate.materials.recipes import moles

    amounts = moles(recipe)
    total = sum(amounts.values())
    tables = recipe.substances
    print_table(
        make_table(
            ["Substance", "Formula", "g/mol", "mol/L of solvents", "mol %"],
            [
                [
                    name,
                    f"Li + {tables.salts[name].anion}"
                    if name in tables.salts
                    else tables.solvents[name].formula,
                    f"{(tables.salts.get(name) or tables.solvents[name]).molar_mass_g_mol:.2f}",
                    f"{amount:.3g}",
                    f"{100 * amount / total:.1f}",
                ]
                for name, amount in amounts.items()
            ],
        )
    )


def _side_by_side(numbers: dict[str, float]) -> list[list[str]]:
    """Shares of atoms on the left, ratios on the right."""
    cells = [[name.replace("_", " "), f"{value:.3f}"] for name, value in numbers.items()]
    shares = [cell for cell in cells if " per " not in cell[0]]
    ratios = [cell for cell in cells if " per " in cell[0]]
    ratios += [["", ""]] * (len(shares) - len(ratios))
    return [left + right for left, right in zip(shares, ratios, strict=True)]


def _scores(scores: dict[str, Score]) -> list[list[str]]:
    return [
        [
            name,
            f"{score.rmse:.3f}",
            "" if score.coverage != score.coverage else f"{100 * score.coverage:.1f} %",
        ]
        for name, score in scores.items()
    ]

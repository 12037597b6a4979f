"""From any table of designs to complete columns: the steps behind ``CompleteDesigns.of``.

Data flow: raw table -> units converted -> identifiers checked -> materials of the phases -> overrides -> numbers with
their defaults, the null where a column does not act, checked against the accepted range -> modifiers -> sums checked.
Each step works on whole columns, arrays of the table's length; the first fault found is raised with its row and
column, and with the same fault of further rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.errors import DesignError, MaterialError
from surrogate.hosts import columns as c
from surrogate.hosts.cells import idle_where
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.entries import Bools, Floats, Given, Texts, refuse
from surrogate.hosts.gradient import mean_weight
from surrogate.hosts.recipes import complete_recipes
from surrogate.hosts.registry import Column, Columns
from surrogate.space.rounded_sums import EXACT, near
from surrogate.units import convert_columns

Arrays = dict[str, NDArray[np.float64] | NDArray[np.object_]]


def completed(designs: pd.DataFrame, where: str, columns: Columns) -> tuple[Arrays, pd.Index, list[str]]:
    """Complete columns of a table of designs.

    Parameters
    ----------
    designs
        n rows, any columns; see ``CompleteDesigns.of``.
    where
        The table's name, for messages.
    columns
        The registry.

    Returns
    -------
    tuple[dict[str, ndarray], Index, list[str]]
        Column -> (n,) floats or texts, all of the registry in its order; the table's index; a sentence for each
        default taken, unit converted or value left out.

    Raises
    ------
    DesignError, MaterialError, UnitError
        With row and column.
    """
    if designs.empty:
        raise DesignError("the table of designs has no rows", where=where, remedy="give at least one design")
    if not designs.columns.is_unique:
        twice = str(designs.columns[designs.columns.duplicated()][0])
        raise DesignError(f"column {twice!r} appears twice", where=where, remedy="keep one", column=twice)
    table, notes = convert_columns(designs, columns.names, where, columns.fractions)
    return _Completion(Given(table, where), columns, notes).run(), table.index, notes


class _Completion:
    """The columns of one table as far as they are complete."""

    def __init__(self, given: Given, columns: Columns, notes: list[str]) -> None:
        self.given, self.columns, self.notes = given, columns, notes
        self.numbers: dict[str, Floats] = {}
        self.texts: dict[str, Texts] = {}

    def run(self) -> Arrays:
        """All columns in the order of the registry."""
        plain = [column for column in self.columns.values() if column.role in ("choice", "condition")]
        names = [column for column in plain if column.kind == "identifier" and not column.phase]
        for column in names:
            self.texts[column.name] = self.given.identifiers(column, self.notes)
        for name in self.columns.materials:
            self.texts[name] = self._materials(self.columns[name])
        for column in plain:
            if column.kind == "text":
                self._recipes(column)
        self._overrides()
        graded = self._graded_tortuosity()
        given = self.given
        if graded.any():  # then the column itself is not asked for
            given = given.with_numbers("tortuosity", graded, self.numbers["tortuosity_top"])
        for column in plain:
            if column.kind == "number":
                self.numbers[column.name], _ = given.numbers(column, self._idle(column), self.notes)
        self._planar_patterns()
        self._modifiers()
        if graded.any():
            self._mean_tortuosity(graded)
        for column in names:
            if column.acts != "anywhere":
                self.texts[column.name][self._out_of_place(column, self.texts[column.name])] = column.null
        for parts in self.columns.simplexes.values():
            self._sum(parts)
        return {name: self._array(name) for name in self.columns.names}

    def _array(self, name: str) -> NDArray[np.float64] | NDArray[np.object_]:
        return self.numbers[name] if name in self.numbers else self.texts[name]

    def _idle(self, column: Column) -> Bools:
        """Where a column does not act (n,)."""
        idle = np.zeros(len(self.given), dtype=bool)
        for name, values in idle_where(column.acts).items():
            text = self.texts[name]
            for value in values:
                idle |= text == value
        return idle

    def _recipes(self, column: Column) -> None:
        """Recipes of electrolytes in their canonical text, and the additives that they imply."""
        self.texts[column.name], self.texts["additives"] = complete_recipes(
            self.given,
            column,
            self.texts["electrolyte"],
            self.texts["additives"],
            self._idle(column),
            self.notes,
        )

    def _materials(self, column: Column) -> Texts:
        """Material of a phase: as given, else the framework's where it is of that kind, else the usual material."""
        pairs = zip(self.texts["framework"].tolist(), self.texts["electrolyte"].tolist(), strict=True)
        default = [default_material(column.name, *pair, self.columns) for pair in pairs]
        if column.name not in self.given:
            return np.array(default, dtype=object)
        chosen, _ = self.given.texts(column.name, default)
        known = solids_of(column.phase)
        unknown = np.array([material not in known for material in chosen.tolist()], dtype=bool)
        refuse(unknown, self._unknown(column, chosen, known))
        return chosen

    def _unknown(
        self, column: Column, chosen: Texts, known: tuple[str, ...]
    ) -> Callable[[int], MaterialError]:
        return lambda row: MaterialError(
            f"unknown {column.phase}",
            where=self.given.where,
            value=chosen[row],
            limit=", ".join(known),
            row=row,
            column=column.name,
        )

    def _overrides(self) -> None:
        """Measured values; NaN where there are none and where they do not act."""
        overrides = [self.columns[name] for name in self.columns.overrides]
        for column in overrides:
            self.numbers[column.name] = self.given.measured(column)
        for column in overrides:
            if column.acts == "anywhere" or column.name not in self.given:
                continue
            values = self.numbers[column.name]
            lost = self._idle(column) & ~np.isnan(values)
            values[lost] = np.nan
            if lost.any() and column.acts != "in a porous host":  # that a foil has no pores needs no word
                self.notes.append(
                    f"{column.name} only acts {column.acts}: left out in {int(lost.sum())} row(s)"
                )

    def _graded_tortuosity(self) -> Bools:
        """Rows whose tortuosity is given at both ends (n,)."""
        given = np.array([~np.isnan(self.numbers[name]) for name in c.TORTUOSITY_ENDS])
        half = given[0] != given[1]
        if half.any():
            row = int(half.argmax())
            raise DesignError(
                "empty although the other end is given",
                where=self.given.where,
                limit="both ends of the tortuosity or neither",
                remedy="give both, or tortuosity for the whole host",
                row=row,
                column=c.TORTUOSITY_ENDS[0 if given[1, row] else 1],
            )
        return np.asarray(given[0])

    def _mean_tortuosity(self, graded: Bools) -> None:
        """Where both ends are given, the tortuosity is their mean over depth."""
        top, bottom = (self.numbers[name] for name in c.TORTUOSITY_ENDS)
        alternating = self.texts["stacking"] == c.ALTERNATING
        mean = mean_weight(self.numbers["gradient_exponent"], self.numbers["layers"], alternating)
        along = bottom + (top - bottom) * mean
        self.numbers["tortuosity"] = np.where(graded, along, self.numbers["tortuosity"])

    def _planar_patterns(self) -> None:
        """Set both columns of a channel without width or without depth to 0: it is no channel."""
        sizes = [self.numbers[name] for name in c.PATTERN]
        planar = np.array([size <= 0.0 for size in sizes]).any(axis=0)
        for size in sizes:
            size[planar] = 0.0

    def _modifiers(self) -> None:
        """Fill what else is done to the host or the cell; neutral unless given, and neutral where it cannot act."""
        entries = [self.columns[name] for name in self.columns.modifiers]
        absent = [column.name for column in entries if column.name not in self.given]
        if absent:
            defaults = ", ".join(f"{self.columns.neutral[name]}".removesuffix(".0") for name in absent)
            self.notes.append(f"{', '.join(absent)} not given: {defaults}")
        for column in entries:
            if column.kind == "number":
                idle = self._idle(column)
                notes: list[str] = [] if column.name in absent else self.notes
                self.numbers[column.name], given = self.given.numbers(column, idle, notes)
                self._note_ignored(column, idle & ~np.isnan(given) & (given != column.idle))
        for column in entries:
            if column.kind == "identifier":
                chosen = self.given.identifiers(column, [] if column.name in absent else self.notes)
                ignored = self._out_of_place(column, chosen) & np.asarray(chosen != column.null, dtype=bool)
                self._note_ignored(column, ignored)
                chosen[ignored] = column.null
                self.texts[column.name] = chosen

    def _out_of_place(self, column: Column, chosen: Texts) -> Bools:
        """Where an identifier does not act (n,): also a dopant the conductor does not take, and one layer's order."""
        idle = self._idle(column)
        if column.acts == "in two or more layers of a porous host":
            idle |= self.numbers["layers"] < 2.0
        if column.acts == "on a carbon conductor":
            pairs = zip(chosen.tolist(), self.texts["conductor_material"].tolist(), strict=True)
            idle |= np.array(
                [solid not in materials.dopant(name).solids for name, solid in pairs], dtype=bool
            )
        return idle

    def _note_ignored(self, column: Column, ignored: Bools) -> None:
        if ignored.any():
            count = int(ignored.sum())
            self.notes.append(
                f"{column.name} only acts {column.acts}: taken as {column.null} in {count} row(s)"
            )

    def _sum(self, parts: tuple[str, ...]) -> None:
        """Refuse fractions that do not sum to 1; take rounding out of those that nearly do, and say so."""
        total = np.zeros(len(self.given))
        for name in parts:
            total = total + self.numbers[name]
        off = np.abs(total - 1.0)
        several = np.sum([self.numbers[name] > 0.0 for name in parts], axis=0) > 1
        # Rounding breaks no sum of one part: another was left out.
        wrong = np.asarray(~near(total) | ((off > EXACT) & ~several), dtype=bool)
        refuse(
            wrong,
            lambda row: DesignError(
                f"{' + '.join(parts)} is {total[row]:.6g} "
                f"({' + '.join(f'{self.numbers[name][row]:.6g}' for name in parts)})",
                where=self.given.where,
                limit="volume fractions of the solid at one end sum to 1; a sum off by less than 1 % is put right",
                remedy="rescale the fractions (an absent fraction counts as 0)",
                row=row,
                column=parts[0],
            ),
        )
        rescale = off > 1e-12  # leave a complete table exactly as it is
        if rescale.any():
            for name in parts:
                self.numbers[name][rescale] /= total[rescale]
        if (rounded := off > EXACT).any():
            first, count = int(rounded.argmax()), int(rounded.sum())
            self.notes.append(
                f"{' + '.join(parts)} is off by rounding in {count} row(s) (first: row {first + 1}, "
                f"{total[first]:.6g}): scaled to 1"
            )


@cache
def solids_of(phase: str) -> tuple[str, ...]:
    """List the identifiers of the solids of a phase, in the order of their table."""
    return tuple(name for name, solid in materials.solids.items() if solid.phase == phase)


@cache
def default_material(column: str, framework: str, electrolyte: str, columns: Columns = COLUMNS) -> str:
    """Return what a phase is made of where its material is not given.

    Parameters
    ----------
    column
        Name of the material column (``conductor_material`` and its like).
    framework
        Identifier of the framework.
    electrolyte
        Identifier of the cell's electrolyte.
    columns
        The registry.

    Returns
    -------
    str
        Identifier of a solid: the framework's own where it is of that phase; for the ion conductor the cell's own
        electrolyte, where that is a solid; else the usual solid of the phase.

    Raises
    ------
    MaterialError
        For an unknown framework or electrolyte.
    """
    entry = materials.framework(framework)
    own_phase = "conductor" if entry.phase == "none" else entry.phase  # a planar foil is a conductor
    phase = columns[column].phase
    if own_phase == phase:
        return entry.material
    if materials.electrolyte(electrolyte).is_solid and electrolyte in solids_of(phase):
        return electrolyte
    return str(columns[column].default)

"""Bad campaign and design files: every command that reads one exits 2 and names value, limit and remedy.

Ten kinds of campaign file:
 1 missing   2 empty   3 not TOML   4 no schema_version   5 a schema_version of the future
 6 an unknown key   7 a value of the wrong type   8 a condition outside its limits   9 an unknown material
10 bounds that leave nothing (reversed, outside what is searched, an unknown column)

Ten kinds of design file:
 1 missing   2 empty   3 header only   4 not a CSV (a workbook, an unknown encoding)   5 a row cut short
 6 a column twice   7 a decimal comma or a thousands separator   8 an unknown identifier
 9 a value outside its limits, or not a number, or missing   10 fractions that do not sum to 1
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command, Ended, World

HEADER = "framework,agent,conductor_top,agent_top,conductor_bottom,agent_bottom,porosity_top,porosity_bottom,"
HEADER += "pore_size_top_um,pore_size_bottom_um,thickness_um"
GOOD = "copper,silver,0.9,0.1,0.95,0.05,0.8,0.7,30,10,100"

# name -> (text of the file, None for a missing one; what the message has to name)
CAMPAIGNS: dict[str, tuple[str | bytes | None, list[str]]] = {
    "missing": (None, ["no such campaign file", "optimize init"]),
    "empty": ("", ["empty", "optimize init"]),
    "not TOML": ("schema_version = 1\nname = ether", ["not valid TOML", "line 2", "quotes"]),
    "not text": (b"\xff\xfe\x00\x01", ["UTF-8"]),
    "no version": ('name = "x"', ["schema_version is missing", "schema_version = 1"]),
    "future version": ("schema_version = 7", ["7", "Allowed: 1", "optimize init"]),
    "unknown key": (
        "schema_version = 1\n[conditions]\ncurent_density_mA_cm2 = 2",
        ["curent_density_mA_cm2", "did you mean 'current_density_mA_cm2'"],
    ),
    "wrong type": ('schema_version = 1\nn = "four"', ["n:", "'four'", "integer", "correct that value"]),
    "too many": ("schema_version = 1\nn = 99", ["99", "24"]),
    "outside its limits": (
        "schema_version = 1\n[conditions]\ntemperature_C = 300",
        ["temperature_C", "300", "-40 to 180", "check the value and its unit"],
    ),
    "unknown material": (
        'schema_version = 1\n[conditions]\nelectrolyte = "liquid_eter"',
        ["liquid_eter", "liquid_ether", "lpsc", "did you mean"],
    ),
    "unknown framework": (
        'schema_version = 1\n[search]\nframeworks = ["wood"]',
        ["wood", "carbon_fiber", "use one of these"],
    ),
    "bounds reversed": (
        "schema_version = 1\n[search.bounds]\nthickness_um = [200, 50]",
        ["thickness_um", "200", "50", "low <= high"],
    ),
    "bounds outside": (
        "schema_version = 1\n[search.bounds]\nporosity_top = [0.1, 0.99]",
        ["porosity_top", "0.1", "0.4 to 0.95"],
    ),
    "bounds of nothing": (
        "schema_version = 1\n[search.bounds]\ncolour = [0, 1]",
        ["colour", "thickness_um", "porosity_top"],
    ),
    "a number of 5000 digits": (
        f"schema_version = 1\nn = {'9' * 5000}",
        ["too many digits", "optimize init"],
    ),
    "a hexadecimal number of 5000 digits": (
        f"schema_version = 1\nn = 0x{'f' * 5000}",
        ["n:", "24", "correct"],
    ),
    "beyond any float": (
        f"schema_version = 1\n[conditions]\nareal_capacity_mAh_cm2 = {'9' * 400}",
        ["areal_capacity_mAh_cm2", "inf", "0.01 to 100", "check the value"],
    ),
    "nested 5000 deep": (
        f"schema_version = 1\nn = {'[' * 5000}{']' * 5000}",
        ["nested too deep", "optimize init"],
    ),
    "not a number": (
        "schema_version = 1\n[conditions]\ncurrent_density_mA_cm2 = nan",
        ["current_density_mA_cm2", "nan", "0.01 to 200", "leave it out"],
    ),
    "another unit": (
        "schema_version = 1\n[conditions]\ncurrent_density_A_m2 = 5",
        ["current_density_A_m2", "write it as current_density_mA_cm2 = 0.5"],
    ),
    "unknown objective": (
        'schema_version = 1\n[objectives]\ncycle_life = "max"',
        ["cycle_life", "overpotential_mV", "did you mean 'cycle_life_cycles'"],
    ),
    "three bounds": (
        "schema_version = 1\n[search.bounds]\nthickness_um = [50, 100, 200]",
        ["thickness_um", "two numbers", "thickness_um = [low, high]"],
    ),
    "unknown agent": (
        'schema_version = 1\n[search]\nagents = ["silvr"]',
        ["silvr", "zinc_oxide", "did you mean 'silver'"],
    ),
    "nothing left": (
        'schema_version = 1\n[conditions]\nelectrolyte = "lpsc"\n[search]\nframeworks = ["copper"]',
        ["no combination", "widen [search]"],
    ),
}

DESIGNS: dict[str, tuple[str | bytes | None, list[str]]] = {
    "missing": (None, ["no such file", "check the path"]),
    "empty": ("", ["the file is empty", "a header line and at least one row"]),
    "header only": (HEADER + "\n", ["header and no rows", "at least one row"]),
    "a workbook": (b"PK\x03\x04" + bytes(50), ["Excel workbook", "CSV UTF-8"]),
    "unknown encoding": (HEADER.encode() + b"\n\x81,x\n", ["line 2", "UTF-8", "CSV UTF-8"]),
    "row cut short": (f"{HEADER}\n{GOOD}\ncopper,silver,0.9\n", ["row 2", "got 3", "11", "'agent_top'"]),
    "a column twice": (f"{HEADER},agent\n{GOOD},gold\n", ["'agent' appears twice", "keep one"]),
    "decimal comma": (
        f"{HEADER}\n{GOOD}\n".replace(",", ";").replace("0.9;", "0,9;"),
        ["row 1", "conductor_top", "0,9", "decimal comma", "write 0.9"],
    ),
    "thousands separator": (
        f"{HEADER}\n{GOOD}\n".replace(",100\n", ',"1,100"\n'),
        ["row 1", "thickness_um", "1,100", "without separators"],
    ),
    "unknown identifier": (
        f"{HEADER}\n{GOOD}\n".replace("copper", "coper"),
        ["row 1", "framework", "coper", "carbon_fiber", "did you mean 'copper'"],
    ),
    "outside its limits": (
        f"{HEADER}\n{GOOD}\n".replace(",0.8,", ",1.8,"),
        ["row 1", "porosity_top", "1.8", "0.05 to 0.99", "check the value and its unit"],
    ),
    "not a number": (
        f"{HEADER}\n{GOOD}\n".replace(",100\n", ",100 um\n"),
        ["row 1", "thickness_um", "'100 um'"],
    ),
    "a value missing": (
        f"{HEADER}\n{GOOD}\n".replace(",100\n", ",\n"),
        ["row 1", "thickness_um", "empty", "2 to 2000", "give thickness_um"],
    ),
    "a wrong sum": (
        f"{HEADER}\n{GOOD}\n".replace(",0.9,", ",0.7,"),
        ["row 1", "conductor_top", "0.8", "sum to 1", "rescale"],
    ),
    "a wrong unit": (
        f"{HEADER}\n{GOOD}\n".replace("thickness_um", "thickness_mV"),
        ["thickness_mV", "mV"],
    ),
}


def written(folder: Path, name: str, content: str | bytes | None) -> Path:
    path = folder / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def check_refused(ended: Ended, name: str, named: list[str]) -> None:
    assert ended.code == 2, ended.err
    message = ended.err.strip().splitlines()[-1]
    assert "Traceback" not in ended.err + ended.out
    assert "bug" not in ended.err
    assert message.count("To mend it") <= 1
    for part in [name, *named]:
        assert part in message


@pytest.mark.parametrize(
    ("words", "kind"),
    [(["status"], kind) for kind in CAMPAIGNS]
    + [
        (words, kind)
        for words in ([], ["propose"], ["tell", "cells.csv"])
        for kind in ("missing", "wrong type")
    ],
)
def test_bad_campaign(command: Command, world: World, tmp_path: Path, kind: str, words: list[str]) -> None:
    content, named = CAMPAIGNS[kind]
    path = written(tmp_path, "bad.toml", content)
    written(tmp_path, "cells.csv", f"{HEADER},ccd_mA_cm2\n{GOOD},2\n")
    check_refused(command("optimize", *words, "--campaign", path), "bad.toml", named)
    assert world.proposed == []
    assert not (tmp_path / "bad.db").exists()


@pytest.mark.parametrize(
    ("words", "kind"),
    [(["predict"], kind) for kind in DESIGNS] + [(["simulate"], kind) for kind in ("missing", "a wrong sum")],
)
def test_bad_designs(command: Command, world: World, tmp_path: Path, kind: str, words: list[str]) -> None:
    content, named = DESIGNS[kind]
    path = written(tmp_path, "bad.csv", content)
    check_refused(command("surrogate", *words, "--designs", path, "--out", "out.csv"), "bad.csv", named)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("kind", DESIGNS)
@pytest.mark.slow
def test_bad_results(command: Command, world: World, tmp_path: Path, campaign: Path, kind: str) -> None:
    content, named = DESIGNS[kind]
    if isinstance(content, str) and content:
        head, *rows = content.splitlines()
        comma = ";" if ";" in head else ","
        with_target = [
            f"{head}{comma}ccd_mA_cm2",
            *(f"{row}{comma}2" for row in rows if row != "copper,silver,0.9"),
        ]
        cut = [row for row in rows if row == "copper,silver,0.9"]
        content = "\n".join(with_target + cut) + "\n"
        named = ["12" if part == "11" else part for part in named]
    path = written(tmp_path, "bad.csv", content)
    check_refused(command("optimize", "tell", path, "--campaign", campaign), "bad.csv", named)
    assert not campaign.with_suffix(".db").exists()


def test_the_good_ones_are_good(command: Command, world: World, tmp_path: Path, campaign: Path) -> None:
    """So that the files above are refused for the fault they are named after."""
    designs = written(tmp_path, "good.csv", f"{HEADER}\n{GOOD}\n")
    assert command("surrogate", "predict", "--designs", designs, "--out", "out.csv").code == 0
    cells = written(tmp_path, "cells.csv", f"{HEADER},ccd_mA_cm2\n{GOOD},2\n")
    assert command("optimize", "tell", cells, "--campaign", campaign).code == 0

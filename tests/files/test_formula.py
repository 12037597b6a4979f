"""A text that a spreadsheet would run is written so that it is not, and read back as it was."""

from __future__ import annotations

import re

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surrogate.campaign.template import write_template
from surrogate.files.formula import as_given, as_text
from surrogate.files.output import csv_text, write_csv
from surrogate.files.tables import read_table

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
RUN = (*SIGNS, "\t", "\r")


@given(st.text(alphabet="=+-@\uff1d;'\"\t\r\n1.a ", max_size=8))
@example("'=1+1")
@example("''")
@example("a;'-5")
@example("\t=1")
def test_what_is_written_is_read_back(text):
    written = as_text(text)
    assert as_given(written) == text
    number = text.strip().lstrip("+-").replace(".", "", 1).isdigit()
    assert not written.startswith(RUN) or number or text.strip() in ("+", "-")


@pytest.mark.parametrize(
    "text",
    [
        "a;=1+1",
        "a; =1+1",
        'a;"=1+1;b',
        'y\t"@SUM(1)',
        'a;" "=1',
        "a;\u00a0=1",
        "\uff1d1+1",
        "a\n@SUM(A1)",
        "a\t-2+3",
        "a;-5;=1+1",
        "a;\uff0b1+1;b",
    ],
)
def test_no_cell_that_a_spreadsheet_makes_of_a_text_is_a_formula(text):
    cells = [cell.strip(' "\u00a0') for cell in re.split(r"[;\t\r\n]", as_text(text))]
    assert not any(cell.startswith(SIGNS) for cell in cells if cell != "-5")
    assert as_given(as_text(text)) == text


@pytest.mark.parametrize(
    "text", ["a; -5", "hot; -20", "a;b", "-5", "+1.5e-3", "-", "silver", "10.1000/x", "'quoted'", "-5%"]
)
def test_what_is_no_formula_stays(text):
    assert as_text(text) == text


def test_a_table_holds_no_formula(tmp_path):
    said = ['=HYPERLINK("http://x","y")', "@SUM(A1)", "-2+3", "plain"]
    table = pd.DataFrame({"cell_id": said, "thickness_um": [-1.0, 2.0, 3.0, 4.0]})
    lines = csv_text(table).splitlines()[1:]
    assert [line.lstrip('"')[0] for line in lines] == ["'", "'", "'", "p"]
    assert lines[2] == "'-2+3,3.0"
    path = write_csv(table, tmp_path / "cells.csv")
    assert read_table(path)[0]["cell_id"].tolist() == said


def test_a_template_holds_no_formula(tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(pd.DataFrame({"proposal_id": ["B00-1", ""], "note": ["=1+1", ""]}), path)
    assert openpyxl.load_workbook(path)["cells"]["B2"].data_type == "s"

"""Looking the numbers of records up in texts; the texts here are made up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import records as literature
from surrogate.literature.documents import documents
from surrogate.literature.source_check import STATUSES, Located, normalise_text

TEXT = """A made-up review. DOI: 10.1000/review

Mill et al.<sup>[3]</sup> built Li<sub>2</sub>X@foam that kept a low overpo-
tential of 17 mV over 1,200 h at $0.50 \\text{ mA cm}^{-2}$.

Table 1.\tHalf\tSymmetric
<b>Pores</b>
Li <sub>2</sub> X@foam\t97.5%, 2.0, 1.0, 300\t900, 1.0, 3.0\t1 M salt\t[3]
Other\t96.5%, 4.0, 1.0, 700\tN.A.\t1 M salt\t[4]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "review.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "later.txt").write_text(
        "A later one, 10.1000/later, citing 10.1000/review.", encoding="utf-8"
    )
    return tmp_path


def record(**cells: object) -> dict[str, object]:
    base = {
        "source": "10.1000/review",
        "ref": "3",
        "system": "Li2X@foam",
        "strategy": "other",
        "locator": "x",
        "section": "4",
    }
    return {**base, **cells}


def found(folder: Path, **cells: object) -> tuple[str, tuple[str, ...]]:
    report = literature.check(pd.DataFrame([record(**cells)]), text_dir=folder)
    (located,) = report.located
    assert report.located_counts[located.status] == 1
    return located.status, located.missing


def test_numbers_of_the_prose_are_found(folder: Path) -> None:
    status, missing = found(folder, hours=1200, current_density_mA_cm2=0.5, overpotential_mV=17)
    assert (status, missing) == ("all numbers found", ())


def test_a_slip_is_found(folder: Path) -> None:
    assert found(folder, hours=1210, overpotential_mV=17) == ("some numbers missing", ("hours",))
    assert found(folder, hours=1200, overpotential_mV=7) == ("some numbers missing", ("overpotential_mV",))


def test_a_record_of_a_table_is_looked_up_in_its_own_row(folder: Path) -> None:
    row = {
        "section": "Table 1",
        "cell_type": "half",
        "coulombic_efficiency_pct": 97.5,
        "current_density_mA_cm2": 2,
    }
    assert found(folder, **row, cycles=300)[0] == "all numbers found"
    assert found(folder, **row, cycles=700)[1] == ("cycles",)  # the next row's


def test_unknown_document_and_unknown_system(folder: Path) -> None:
    assert found(folder, source="10.1000/elsewhere", cycles=1)[0] == "no text"
    assert found(folder, system="Q", ref="99", cycles=1)[0] == "system not found in the text"


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no source texts"):
        literature.check(pd.DataFrame([record(cycles=1)]), text_dir=tmp_path)


def test_normalising_undoes_markup_hyphens_and_separators() -> None:
    assert (
        normalise_text("Li<sub>3</sub>N, 1,300 h,  0.1 $\\text{mA}$ life-\ntime −5")
        == "Li3N, 1300 h, 0.1 mA lifetime -5"
    )
    assert normalise_text("host.⁶⁹ 10 cm⁻²") == "host.[69] 10 cm-2"


def test_an_abstract_is_looked_up_where_it_is_at_hand_and_explained_where_it_is_not(folder: Path) -> None:
    abstract = next(one for one in documents().values() if one.kind == "abstract" and one.doi)
    told = {
        "source": abstract.source,
        "ref": "",
        "system": "bare foil",
        "overpotential_mV": 150,
        "hours": 300,
    }
    assert found(folder, **told)[0] == "of an abstract that is not in the folder"
    citing = folder / "later.txt"  # whoever prints a DOI only cites it
    citing.write_text(f"150 mV, 300 h and {abstract.source}", encoding="utf-8")
    assert found(folder, **told)[0] == "of an abstract that is not in the folder"
    text = folder / f"{abstract.source.replace('/', '_')}.txt"
    text.write_text("Bare cells kept 0.15 V over 300 h; the others kept 20 mV.", encoding="utf-8")
    assert found(folder, **told) == ("all numbers found", ())  # by another name, and in volt
    assert found(folder, **{**told, "hours": 310}) == ("some numbers missing", ("hours",))


def test_only_what_is_explained_passes_without_warning(folder: Path) -> None:
    warns = {status: Located(0, status).warns for status in STATUSES}
    assert [status for status, warning in warns.items() if not warning] == [
        "all numbers found", "of an abstract that is not in the folder",
    ]  # fmt: skip

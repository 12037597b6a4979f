"""Messages about told files: bounds, names, numbers, tables and workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tests.cli.conftest import Ended
from tests.cli.remedies.desk import CAMPAIGN, LIFE, Desk, case, meant, own, words_of


@case("give the bound once")
def a_bound_told_twice(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: ">=300", f"{LIFE}_censored": "below"})
    yield desk.own({LIFE: ">=300", f"{LIFE}_censored": ""})


@case("write the value that was reached in")
def a_bound_without_a_value(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "", f"{LIFE}_censored": "true", "ccd_mA_cm2": 2})
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "true", "ccd_mA_cm2": 2})


@case("of an upper bound alone: write it in")
def an_upper_end_alone(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "", f"{LIFE}_upper_bound": 300, "ccd_mA_cm2": 2})
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "below", "ccd_mA_cm2": 2})


@case("of an interval: leave")
def an_upper_bound_with_an_upper_end(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 100, f"{LIFE}_upper_bound": 300, f"{LIFE}_censored": "below"})
    yield desk.own({LIFE: 100, f"{LIFE}_upper_bound": 300, f"{LIFE}_censored": ""})


@case("the lower end of the interval first")
def an_interval_the_wrong_way_round(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, f"{LIFE}_upper_bound": 100})
    yield desk.own({LIFE: 100, f"{LIFE}_upper_bound": 300})


@case("write one of them", "write one of them")
def a_flag_that_is_none(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "perhaps"})
    yield desk.own({LIFE: 300, f"{LIFE}_censored": "below"})
    yield desk.own({LIFE: 310, "failed": "perhaps"})
    yield desk.own({LIFE: 310, "failed": "yes"})


@case("did you mean", "did you mean", "keep one")
def columns_that_are_nearly_known(desk: Desk) -> Iterator[Ended]:
    ended = desk.own({"cycle_life": 300, "ccd_mA_cm2": 2})
    yield ended
    yield desk.own({meant(ended): 300, "ccd_mA_cm2": 2})
    ended = desk.own({LIFE: 310, "temprature_C": 25})
    yield ended
    yield desk.own({LIFE: 310, meant(ended): 25})
    yield desk.own({LIFE: 320, "Cycle_life_cycles": 320})
    yield desk.own({LIFE: 320})


@case("if the point separates thousands, else")
def a_point_among_decimal_commas(desk: Desk) -> Iterator[Ended]:
    text = own({LIFE: "X", "overpotential_mV": "22.5"}).decode().replace(",", ";").replace(".", ",")
    ended = desk.tell(text.replace("X", "1.200"))
    yield ended
    digits, other = words_of(ended, r"write (\S+) if the point.*else (\S+?)\.?$")
    yield desk.tell(text.replace("X", digits))
    yield desk.tell(text.replace("X", other), "--yes")


@case("write 1200 or 1.2")
def thousands_or_a_decimal_point(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: "1.200"})
    yield desk.own({LIFE: "1200"})
    yield desk.own({LIFE: "1.2"}, options=("--yes",))


@case("write the digits without separators", "write the number alone", "write 0.8")
def numbers_that_are_none(desk: Desk) -> Iterator[Ended]:
    yield desk.own({LIFE: 300, "thickness_um": "1,200"})
    yield desk.own({LIFE: 300, "thickness_um": "120"})
    yield desk.own({LIFE: 310, "thickness_um": "thin"})
    yield desk.own({LIFE: 310, "thickness_um": "110"})
    yield desk.own({LIFE: 320, "porosity_top": "0,8", "thickness_um": 90.5})
    yield desk.own({LIFE: 320, "porosity_top": "0.8", "thickness_um": 90.5})


@case("write them into it", "add the rows below the header")
def files_with_nothing_in_them(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("")
    yield desk.own({LIFE: 300})
    yield desk.tell(own({LIFE: 310}).splitlines()[0])
    yield desk.own({LIFE: 310})


@case(
    "check the path",
    "give the name of a CSV file",
    'save it as "CSV UTF-8"',
    "copy or save it again",
    "CSV UTF-8",
)
def what_is_no_table(desk: Desk) -> Iterator[Ended]:
    yield desk.optimize("tell", desk.folder / "none.csv")
    yield desk.own({LIFE: 300})
    yield desk.optimize("tell", desk.folder)
    yield desk.own({LIFE: 301})
    yield desk.tell(b"a,b\n1,\x00\n")
    yield desk.own({LIFE: 302})
    yield desk.tell(own({LIFE: 303})[:-1] + b"\xc3")
    yield desk.own({LIFE: 303})
    yield desk.tell('{"a": 1}')
    yield desk.own({LIFE: 304})


@case(
    "the file may have been cut short; complete the row", "needs quotation marks", "quotation marks",
    "remove that line", "remove the lines above the header", "separate the columns by commas",
    "keep one of them", "name it",
)  # fmt: skip
def rows_and_headers_that_are_broken(desk: Desk) -> Iterator[Ended]:
    header, row = own({LIFE: 300}).decode().split()
    good = f"{header}\n{row}\n"
    for k, broken in enumerate((
        f"{header}\n{row.rpartition(',')[0]}\n",
        f"{header}\n{row},5\n",
        f'{header}\n{row}\n"{row}\n',
        f"{header}\n{row}\n{header}\n",
        f"My cells\n{header.replace(LIFE, 'a').replace('framework', 'b')[:20]}\n{row[:20]}\n",
        f"{header.replace(',', '|')}\n{row.replace(',', '|')}\n",
        f"{header},note,note\n{row},a,b\n",
        f"{header},\n{row},a\n",
    )):  # fmt: skip
        yield desk.tell(broken)
        yield desk.tell(good.replace(",300", f",{400 + k}"))


@case("write one row for each cell")
def a_cyclers_record(desk: Desk) -> Iterator[Ended]:
    yield desk.tell("time/s,Ecell/V,I/mA,cycle number\n0,3.1,1.0,1\n1,3.2,1.0,1\n")
    yield desk.own({LIFE: 300})


@case("empty one of the two, or remove the column")
def an_own_name_beside_the_known_one(desk: Desk) -> Iterator[Ended]:
    desk.toml.write_text(CAMPAIGN + '[columns.thickness_um]\nwas = "felt"\n')
    yield desk.own({LIFE: 300, "felt": 90})
    yield desk.own({LIFE: 300, "felt": 90, "thickness_um": ""})
    yield desk.own({LIFE: 310})


@case(
    ".xlsx or as",
    "open the file in Excel and save it, or write the value",
    "unmerge them, write the value into each cell",
    "delete the rows and columns behind the table",
)
def workbooks(desk: Desk) -> Iterator[Ended]:
    from openpyxl import Workbook

    def book(life: object, *more: object, merged: str = "", far: str = "") -> bytes:
        made, raw = Workbook(), io.BytesIO()
        header, row = csv.reader(own({LIFE: 300}).decode().splitlines())
        sheet = made.worksheets[0]
        sheet.append(header)
        for value in (life, *more):
            sheet.append([value if name == LIFE else one for name, one in zip(header, row, strict=True)])
        if merged:
            sheet.merge_cells(merged)
        if far:
            sheet[far] = "x"
        made.save(raw)
        return raw.getvalue()

    yield desk.tell(book(300)[:900], name="cells.xlsx")
    yield desk.tell(book(300), name="cells.xlsx")
    yield desk.tell(book("=100+210"), name="cells.xlsx")
    yield desk.tell(book(310), name="cells.xlsx")
    yield desk.tell(book(320, 330, merged="A2:A3"), name="cells.xlsx")
    yield desk.tell(book(320, 330), name="cells.xlsx")
    yield desk.tell(book(340, far="XFD900"), name="cells.xlsx")
    yield desk.tell(book(340), name="cells.xlsx")

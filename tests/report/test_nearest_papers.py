"""Citations of the nearest records."""

from __future__ import annotations

import pytest
import report_examples as examples

from surrogate.literature import records
from surrogate.report.nearest_papers import citations


def test_the_paper_is_named_and_what_it_measured() -> None:
    first, second = citations("10.1002/aenm.202304229#47;10.1039/d5eb00156k#", examples.records())
    assert (
        first.text
        == "Zhang et al., Mater. Today Energy 2021, 21, 100770 (reference 47 of 10.1002/aenm.202304229)"
    )
    assert first.systems == "MCCNF@ZnO"
    assert second.text == "EES Batteries 2026, 2, 42 (own data of 10.1039/d5eb00156k)"
    assert second.systems == "Cu foam"


def test_a_doi_becomes_a_link() -> None:
    known, unknown = citations("002_612f39683bb0201f#195;10.1002/aenm.202304229#47")
    assert (known.work_url, known.source_url) == ("https://doi.org/10.1093/nsr/nwac183", "")
    assert (unknown.work_url, unknown.source_url) == ("", "https://doi.org/10.1002/aenm.202304229")


def test_what_was_reached_says_under_which_conditions_or_that_they_are_not_stated() -> None:
    table = records.load()
    nearest = ("10.1002/aenm.202304229#8", "002_612f39683bb0201f#198", "10.1039/d5eb00156k#dorfler-yp50f")
    first, second, third = citations(";".join(nearest), table)
    assert first.reached[0] == "≥ 200 cycles, 97.3 % efficiency at 1 mA cm⁻², 1 mAh cm⁻² in liquid carbonate"
    assert second.reached[0] == "≥ 900 cycles, ≥ 99 % efficiency (conditions not stated)"
    assert third.reached[0] == "79.5 % efficiency in sulfide"
    (hours,) = citations("10.1039/d5eb00156k#yu-dlsl", table)
    assert [line.partition(" at ")[0] for line in hours.reached] == ["≥ 1,000 h", "≤ 100 h"]
    nothing = table[["source", "ref", "system"]].head(1).assign(source="10.1/x", ref="1")
    (silent,) = citations("10.1/x#1", nothing)
    assert silent.reached == ("its records state none of the targets",)


def test_a_paper_whose_doi_is_not_given_says_so_beside_its_document() -> None:
    known, unknown, own = citations("002_612f39683bb0201f#195;10.1002/aenm.202304229#47;10.1039/d5eb00156k#")
    assert known.place_text == known.cited.place
    assert unknown.place_text == "reference 47 of 10.1002/aenm.202304229, which gives no DOI of it"
    assert own.place_text == "own data of 10.1039/d5eb00156k"


def test_a_paper_that_is_not_known_is_named_by_its_document() -> None:
    (one,) = citations("003_0badf00d#2")
    assert (one.work_url, one.source_url) == ("", "")
    assert one.text == "003_0badf00d, its reference 2"


@pytest.mark.parametrize("nothing", [None, float("nan"), "", " ; "])
def test_nothing_near_is_no_citation(nothing: object) -> None:
    assert citations(nothing) == []


def test_each_record_once() -> None:
    assert len(citations("10.1/x; a#1;a#1 ;a#2")) == 3


def test_an_alloy_is_known_as_one_for_which_a_framework_only_stands_in() -> None:
    alloy, mixed = citations("10.3390/batteries10010030#;10.1002/aenm.202304229#47", records.load())
    assert alloy.systems == "LiPON on Li-B alloy"
    assert alloy.stood_in_for
    assert not mixed.stood_in_for

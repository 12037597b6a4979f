"""Citations of the nearest records."""

from __future__ import annotations

import pytest
import report_examples as examples

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


def test_a_paper_that_is_not_known_is_named_by_its_document() -> None:
    (one,) = citations("003_0badf00d#2")
    assert (one.work_url, one.source_url) == ("", "")
    assert one.text == "003_0badf00d, its reference 2"


@pytest.mark.parametrize("nothing", [None, float("nan"), "", " ; "])
def test_nothing_near_is_no_citation(nothing: object) -> None:
    assert citations(nothing) == []


def test_each_record_once() -> None:
    assert len(citations("10.1/x; a#1;a#1 ;a#2")) == 3

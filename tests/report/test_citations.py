"""Citations of the nearest records."""

from __future__ import annotations

import pytest
import report_examples as examples

from surrogate.report.citations import citations


def test_a_doi_becomes_a_link_and_the_record_is_named() -> None:
    first, second = citations("10.1002/aenm.202304229#47;10.1039/d5eb00156k#", examples.records())
    assert first.url == "https://doi.org/10.1002/aenm.202304229"
    assert first.text == "10.1002/aenm.202304229, its reference 47"
    assert first.systems == "MCCNF@ZnO"
    assert second.text == "10.1039/d5eb00156k, its own data"
    assert second.systems == "Cu foam"


def test_a_file_stem_has_no_link() -> None:
    (one,) = citations("003_0badf00d#2")
    assert one.url == ""
    assert one.text == "003_0badf00d, its reference 2"


@pytest.mark.parametrize("nothing", [None, float("nan"), "", " ; "])
def test_nothing_near_is_no_citation(nothing: object) -> None:
    assert citations(nothing) == []


def test_each_record_once() -> None:
    assert len(citations("10.1/x; a#1;a#1 ;a#2")) == 3

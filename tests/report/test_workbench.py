"""What a laboratory does with a host, in words."""

from __future__ import annotations

from surrogate.report.workbench import at_the_bench, hazard_words

ROW = {
    "made_by": "electrospinning, then sputtering",
    "hazards": "lithium metal (H260, H314); N,N-dimethylformamide (H360D) in electrospinning",
    "cells_to_make": 3,
    "repeat_of": "",
}


def test_what_a_batch_says() -> None:
    assert at_the_bench(ROW) == [
        ("Made by", "electrospinning, then sputtering"),
        ("Cells to make", "3"),
        ("Hazards", ROW["hazards"]),
    ]
    assert ("Made again", "the host of B01-2") in at_the_bench(ROW | {"repeat_of": "B01-2"})
    assert at_the_bench({"made_by": ""}) == [("Made by", "no method that is named")]


def test_a_batch_that_was_stored_before_says_nothing() -> None:
    assert at_the_bench({"framework": "copper"}) == []


def test_each_statement_is_worded_once() -> None:
    said = hazard_words([ROW, ROW, {"framework": "copper"}])
    assert [code for code, _ in said] == ["H260", "H314", "H360D"]
    assert dict(said)["H314"] == "causes severe skin burns and eye damage"

"""The short text of a batch."""

from __future__ import annotations

import report_examples as examples

from surrogate.report.batch_markdown import batch_markdown


def test_a_row_for_each_proposal_and_the_remarks() -> None:
    batch = examples.proposals()
    text = batch_markdown(batch, examples.campaign(), ["proposal 2: outside the training data"])
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(batch)
    assert len({line.count("|") for line in table}) == 1
    assert "| B00-4 |" in text
    assert "(90 %:" in table[2]
    assert "- proposal 2: outside" in text


def test_a_tiny_extrapolation_is_none() -> None:
    text = batch_markdown(examples.proposals().assign(extrapolation=3.1e-6), examples.campaign(), [])
    assert text.count("| 0.00 |") == len(examples.proposals())

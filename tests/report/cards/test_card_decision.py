"""Which hosts to make first, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import report_examples as examples
from card_examples import LIFE, MV, batch_of, comparison, probabilities

from surrogate.campaign.comparison import MadeAlready
from surrogate.campaign.template import template
from surrogate.report.cards.card import cards_of
from surrogate.report.cards.decision import decision_of
from surrogate.report.cards.markdown import cards_markdown
from surrogate.report.cards.next_steps import next_of


def test_the_decision_is_no_stronger_than_its_numbers(campaign: Any) -> None:
    batch = batch_of(*(examples.BASE | {"thickness_um": 90.0 + k} for k in range(4)))
    decided = decision_of(batch, campaign, comparison(4, probabilities(0.55, 0.6, 0.97, 0.93)))
    assert decided is not None
    assert decided.make == ("B00-1", "B00-3")  # what promises most, and what teaches most of the others
    assert (decided.alike, decided.apart) == (("B00-2",), ("B00-4",))
    assert decided.text.startswith(
        "Make B00-1 and B00-3, and the control B00-C; B00-2 cannot be told from B00-1. "
    )
    assert (
        "beats the control, plain carbon fibre, in your cells is 0.93 in cycle life and 0.93 in overpotential"
        in decided.text
    )
    assert "B00-4 is worse in cycle life and overpotential than B00-1" in decided.text
    # One word, one meaning: what a host is made for is what its role says.
    assert (
        "B00-3 is a gamble, made for what it teaches: one cell of it changes which "
        "host looks best in cycle life with a probability of 0.30. " in decided.text
    )
    assert decided.text.endswith(". B00-2 and B00-4 are gambles.")
    far = batch.assign(
        extrapolation=[0.1, 0.93, 0.93, 0.1, 0.0], p_changes_best=[0.3, 0.03, 0.04, 0.02, None]
    )
    said = decision_of(far, campaign, comparison(4, probabilities(0.55, 0.6, 0.97, 0.93)))
    assert said is not None
    assert (
        "B00-3 is a gamble outside the training data, made for what it teaches: one cell of it "
        "changes which host looks best in cycle life with a probability of 0.04, which is little: "
        "leave it out where cells are few. " in said.text
    )
    assert said.text.endswith(
        ". B00-2 is a gamble outside the training data: make it last, or leave it out where cells are few. "
        "B00-4 is a gamble: make it last, or leave it out where cells are few."
    )
    promising = batch.assign(role=["exploit"] * 4 + ["control"])
    both = decision_of(promising, campaign, comparison(4, probabilities(0.55, 0.6, 0.97, 0.93)))
    assert both is not None
    assert "teaches" not in both.text
    assert "training data" not in both.text
    away = decision_of(promising.assign(extrapolation=[0.9, 0.1, 0.9, 0.1, 0.0]), campaign, comparison(4))
    assert away is not None
    assert away.text.endswith(
        ". B00-1 and B00-3 lie outside the training data: take their numbers as a guess."
    )
    alone = decision_of(promising.assign(extrapolation=[0.9, 0.1, 0.1, 0.9, 0.0]), campaign, comparison(4))
    assert alone is not None
    assert alone.text.endswith(". B00-1 lies outside the training data: take its numbers as a guess.")
    assert "gamble" not in both.text
    assert (
        "B00-3 is made for what it promises too, and tells most beside it: one cell of it changes which "
        "host looks best in cycle life with a probability of 0.30" in both.text
    )
    later = decision_of(
        batch.assign(role=["explore", "exploit", "explore", "explore", "control"]), campaign, comparison(4)
    )
    assert later is not None
    assert later.make == ("B00-2", "B00-1")  # of those that are made for what they promise
    none = decision_of(
        batch.assign(role=["explore"] * 4 + ["control"]), campaign,
        replace(comparison(4), made_already=(MadeAlready("B01-2", {LIFE: 0.5, MV: 0.5}), None, None, None)),
    )  # fmt: skip
    assert none is not None
    assert (
        "B00-1 is a gamble, made for what it teaches: its card says what is expected to do better. "
        in none.text
    )
    assert (
        "Your B01-2, which you have made, is as good as B00-1 or better, within the scatter between cells"
        in none.text
    )
    assert "B00-3 cannot be told from B00-1 either" in decided.text
    assert decided.p_control == {LIFE: 0.93, MV: 0.93}
    sure = decision_of(batch, campaign, comparison(4, probabilities(0.1, 0.6, 0.899, 0.9999)))
    assert sure is not None
    assert "is above 0.99 in cycle life" in sure.text
    assert "1.00" not in sure.text
    assert (sure.alike, sure.apart) == (("B00-4",), ("B00-2",))
    assert "B00-2 is better in cycle life and overpotential than B00-1" in sure.text
    assert decision_of(batch, campaign, None) is None


def test_one_host_alone_is_made_beside_its_control(campaign: Any) -> None:
    decided = decision_of(batch_of(examples.BASE), campaign, comparison(1, probabilities(0.7)))
    assert decided is not None
    assert decided.text == (
        "Make B00-1, and the control B00-C. The probability that B00-1 beats the control, plain carbon fibre, in "
        "your cells is 0.70 in cycle life and 0.70 in overpotential. A simpler form of B00-1 does as well and is "
        "less work: uniform pores of 15 µm and uniform porosity of 80 % (its card says what to weigh)."
    )


def test_of_a_gamble_no_simpler_form_is_named(campaign: Any) -> None:
    gamble = batch_of(examples.BASE).assign(role=["explore", "control"])
    decided = decision_of(gamble, campaign, comparison(1, probabilities(0.7)))
    assert decided is not None
    assert "simpler" not in decided.text


def test_a_host_that_breaks_a_limit_is_not_the_first(campaign: Any) -> None:
    from types import SimpleNamespace

    from surrogate.optimization import Limit

    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    other = SimpleNamespace(**{**vars(campaign), "limits": (Limit(LIFE, "<=", 390.0),)})
    decided = decision_of(batch, other, comparison(2))
    assert decided is not None
    assert decided.make[0] == "B00-2"


def test_next_names_the_command_the_table_and_the_ids_of_the_template(campaign: Any, tmp_path: Path) -> None:
    from types import SimpleNamespace

    batch = batch_of(examples.BASE, examples.BASE | {"thickness_um": 90.0})
    named = batch.assign(proposal_id=["B02-1", "B02-2", "B02-C"])
    path = tmp_path / "my campaign.toml"
    own = SimpleNamespace(**{**vars(campaign), "path": path, "store_address": path.with_suffix(".db")})
    found = next_of(named, own, Path("optimize-out") / "batch-02")
    assert found.command == f"optimize tell --campaign '{path}' optimize-out/batch-02/results-template.csv"
    ids = [one for cells in found.cell_ids.values() for one in cells]
    assert ids == template(named)["cell_id"].tolist()[:-1]
    assert found.command in cards_markdown(cards_of(named, own), None, found)
    assert next_of(batch, campaign).command == "optimize init mine.toml"

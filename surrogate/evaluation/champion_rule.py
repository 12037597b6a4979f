"""Whether a model beats the present champion.

Two models are compared on the rows that both have predicted without their paper. The rule is a function of two
tables, so that a decision can be read again and taken back.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from surrogate.evaluation.skill import KEY, coverage, over_papers

LEAST_GAIN = 1e-3  # of the median's score: less is no gain, and may be the last digits of a stored table
COVERAGE = (0.85, 0.95)  # of the central 90 % intervals, that a champion has to keep


@dataclass(frozen=True)
class Verdict:
    """A decision and why.

    Parameters
    ----------
    wins : bool
        Whether the challenger becomes champion.
    reasons : tuple of str
        A sentence for each thing that was looked at.
    """

    wins: bool
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Return the decision and its reasons, a line each."""
        head = "becomes champion" if self.wins else "stays challenger"
        return "\n".join([head, *(f"- {reason}" for reason in self.reasons)])


def decide(
    challenger: pd.DataFrame,
    champion: pd.DataFrame | None,
    challenger_signs: pd.DataFrame | None = None,
    champion_signs: pd.DataFrame | None = None,
    seed: int = 0,
    *,
    equal_wins: bool = False,
) -> Verdict:
    """Decide whether a challenger becomes champion.

    It does where there is none. Else it has to beat the champion on the rows that both predicted: its score, as a
    share of the median's and averaged over targets, lower beyond the noise of a bootstrap over papers; on no target
    worse beyond that noise, than the champion or than the median; its intervals inside ``COVERAGE``, or no further
    from it than the champion's; and its directions of published pairs no worse. Equal is no win, unless it is asked
    to be. Papers by which the settings of either were chosen are left out.

    Parameters
    ----------
    challenger, champion : DataFrame
        Of :func:`judged_rows`; None where there is no champion. Column ``searched``, where there is one: whether
        settings were chosen by the paper of the row.
    challenger_signs, champion_signs : DataFrame, optional
        Of :func:`signs`.
    seed : int
        Of the bootstrap.
    equal_wins : bool
        Whether it is enough not to be worse than the champion, on no target and in the average.

    Returns
    -------
    Verdict
    """
    if champion is None:
        return Verdict(True, ("there is no champion to compare with",))
    shared, left_out = _shared(challenger, champion)
    told = f"{len(left_out)} papers are left out, by which settings were chosen"
    if shared.empty:
        return Verdict(False, ("no row was predicted by both" + (f"; {told}" if left_out else ""),))
    checks = [(True, told)] if left_out else []
    checks += [
        _overall(shared, seed, equal_wins),
        *_each_target(shared, seed, equal_wins),
        *_intervals(shared),
    ]
    if challenger_signs is not None and champion_signs is not None:
        seen = _searched(challenger) | _searched(champion)
        own, theirs = (signs[~signs["paper"].isin(seen)] for signs in (challenger_signs, champion_signs))
        checks += _directions(own, theirs, seed)
    return Verdict(all(passed for passed, _ in checks), tuple(reason for _, reason in checks))


def compared(challenger: pd.DataFrame, champion: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Compare two models target by target on the rows that the rule looks at.

    Parameters
    ----------
    challenger, champion, seed
        As for :func:`decide`.

    Returns
    -------
    DataFrame
        A row for each target with rows of both: target, n and papers (of these rows), crps_median, crps_before and
        crps_after (of champion and challenger), difference (after less before, negative is better) with
        difference_low and difference_high, coverage_before and coverage_after.
    """
    shared, _ = _shared(challenger, champion)
    found = []
    for target, part in shared.groupby("target", sort=False):
        away = over_papers((part["score"] - part["score_champion"]).to_numpy(), part["paper"].tolist(), seed)
        found.append(
            {
                "target": target, "n": len(part), "papers": part["paper"].nunique(),
                "crps_median": part["median"].mean(), "crps_before": part["score_champion"].mean(),
                "crps_after": part["score"].mean(), "difference": away.value,
                "difference_low": away.low, "difference_high": away.high,
                "coverage_before": coverage(part.assign(inside=part["inside_champion"])),
                "coverage_after": coverage(part),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


Check = tuple[bool, str]


def _shared(challenger: pd.DataFrame, champion: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Return the rows of both, but for those of papers by which settings were chosen, and these papers."""
    shared = challenger.merge(champion, on=list(KEY), suffixes=("", "_champion"))
    left_out = shared["paper"].isin(_searched(challenger) | _searched(champion))
    return shared[~left_out], set(shared.loc[left_out, "paper"])


def _searched(rows: pd.DataFrame) -> set[str]:
    """Return the papers by which settings were chosen; those of before settings could be searched have none."""
    return set(rows.loc[rows["searched"].astype(bool), "paper"]) if "searched" in rows.columns else set()


def _overall(shared: pd.DataFrame, seed: int, equal_wins: bool) -> Check:
    """Compare the scores as shares of the median's, each target with the same weight."""
    parts = shared.groupby("target")
    unit = parts["median"].transform("mean") * parts["median"].transform("size") * parts.ngroups / len(shared)
    away = over_papers(
        ((shared["score"] - shared["score_champion"]) / unit).to_numpy(), shared["paper"].tolist(), seed
    )
    told = f"score less the champion's on {len(shared)} rows of both, as a share of the median's: {away}"
    wins = away.high < -LEAST_GAIN
    enough = wins or (equal_wins and away.low <= LEAST_GAIN)
    return enough, f"{told}; {'a win' if wins else 'no win'}{', but not worse' if enough > wins else ''}"


def _each_target(shared: pd.DataFrame, seed: int, equal_wins: bool) -> list[Check]:
    checks = []
    for target, part in shared.groupby("target", sort=False):
        for rival, column in (("champion", "score_champion"), ("median", "median")):
            away = over_papers((part["score"] - part[column]).to_numpy(), part["paper"].tolist(), seed)
            worse = away.low > LEAST_GAIN * float(part["median"].mean())
            if worse or rival == "median":
                state = "worse beyond noise" if worse else "not worse"
                enough = not worse or (equal_wins and rival == "median")
                checks.append((enough, f"{target}: CRPS less the {rival}'s {away}, {state}"))
    return checks


def _intervals(shared: pd.DataFrame) -> list[Check]:
    checks = []
    for target, part in shared.groupby("target", sort=False):
        own = coverage(part)
        theirs = coverage(part.assign(inside=part["inside_champion"]))
        kept = _miss(own) <= max(_miss(theirs), 0.0) + 1e-12
        told = f"{target}: {own:.0%} inside the 90 % interval, the champion's {theirs:.0%}"
        checks.append(
            (kept, told if kept else f"{told}; it has to be {COVERAGE[0]:.0%} to {COVERAGE[1]:.0%}")
        )
    return checks


def _miss(share: float) -> float:
    """How far a coverage lies outside ``COVERAGE``."""
    return max(COVERAGE[0] - share, share - COVERAGE[1], 0.0)


def _directions(own: pd.DataFrame, theirs: pd.DataFrame, seed: int) -> list[Check]:
    """Compare the directions of the pairs that both predicted."""
    both = own.merge(theirs, on=["target", "paper", "record", "control"], suffixes=("", "_champion"))
    if both.empty:
        return []
    away = over_papers((both["right"] - both["right_champion"]).to_numpy(), both["paper"].tolist(), seed)
    told = f"directions of {len(both)} published pairs: {both['right'].mean():.0%} right, the champion's "
    return [(away.high >= 0.0, f"{told}{both['right_champion'].mean():.0%}")]

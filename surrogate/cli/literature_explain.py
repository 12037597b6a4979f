"""The work of ``surrogate literature explain``: what records of a system are taken to be as designs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate.cli.console import make_table, print_result, print_table
from surrogate.errors import RecordError

if TYPE_CHECKING:
    import pandas as pd

_LEGEND = (
    "stated: a number of the record; read: from its words, flags or foil; drawn: not stated, from its documented "
    "range (5 to 95 %); assumed: from its class or its strategy, or the neutral value where nothing says more"
)


def explain(system: str) -> None:
    """Print each record that names a system: its numbers, and the inputs of its design.

    Parameters
    ----------
    system : str
        As the records name it.

    Raises
    ------
    RecordError
        When no record names it.
    """
    from surrogate.literature import featurize, measured, pairs
    from surrogate.literature import records as literature
    from surrogate.literature.citations import citation

    records = literature.load()
    found, compared = literature.find(system, records), pairs.pairs(records)
    targets = measured.targets(found)
    for (row, record), (_, target) in zip(found.iterrows(), targets.iterrows(), strict=True):
        print_result("")
        print_result(f"{record['system']}: {_measured(record)}")
        print_result(f"  {citation(record['source'], '' if _empty(record['ref']) else record['ref'])}")
        print_result(f"  {record['locator']}")
        if not _empty(record["note"]):
            print_result(f"  note: {record['note']}")
        print_result(f"  counts as: {_counted(target) or 'no target'}")
        for pair in compared[compared["record"] == row].to_dict("records"):
            print_result(f"  its control: {records.loc[pair['control'], 'system']}, {_compared(pair)}")
        for pair in compared[compared["control"] == row].to_dict("records"):
            print_result(f"  control of: {records.loc[pair['record'], 'system']}, {_compared(pair)}")
        try:
            inputs = featurize.explain(record)
        except RecordError as error:
            print_result(f"  {error}")
            continue
        print_table(
            make_table(
                ["input", "value", "5 to 95 %", "how"], [_row(entry) for entry in inputs.to_dict("records")]
            )
        )
    print_result(_LEGEND)


def _measured(record: pd.Series) -> str:
    from surrogate.literature.schema import NUMBERS

    values = [f"{name} = {record[name]:g}" for name in NUMBERS if not _empty(record[name])]
    ends = [name for name in ("cycles", "hours", "ccd_mA_cm2") if not _empty(record[name])]
    return ", ".join([*values, *(["not failed" if record["censored"] else "failed"] if ends else [])])


def _compared(pair: dict[Any, Any]) -> str:
    """Say what a pair differs in, its two values and their ratio, and whether its direction is proven."""
    quantity = pair["quantity"]
    what = f"100 - {quantity}" if quantity == "coulombic_efficiency_pct" else quantity
    low, high = pair["ratio_low"], pair["ratio_high"]
    ratio = (
        f"{low:.3g}"
        if low == high
        else f"{low:.3g} to {high:.3g}"
        if high < float("inf")
        else f"over {low:.3g}"
    )
    known = f"ratio {ratio}" if low > 0 or high < float("inf") else "ratio not known, as neither had failed"
    told = {1: "better", 0: "equal", -1: "worse"}[pair["told"]]
    proven = "" if pair["proven"] else ", which its numbers do not prove"
    values = f"{pair['value']:.4g} against {pair['control_value']:.4g}"
    return (
        f"differing in {pair['differs_in'].replace(';', ',')}: {what} {values} ({known}; told {told}{proven})"
    )


def _counted(target: pd.Series) -> str:
    from surrogate.hosts.columns import TARGETS

    known = [name for name in TARGETS if not _empty(target[name])]
    return ", ".join(f"{name} {_known(target, name)}" for name in known)


def _known(target: pd.Series, name: str) -> str:
    """Say what is known of a target: a value, a bound or an interval."""
    from surrogate.hosts.targets import BELOW

    if not _empty(target[f"{name}_upper_bound"]):
        return f"{target[name]:.4g} to {target[f'{name}_upper_bound']:.4g}"
    bound = target[f"{name}_censored"]
    return f"{'at most ' if bound == BELOW else 'at least ' if bound else ''}{target[name]:.4g}"


def _row(entry: dict[Any, Any]) -> list[str]:
    def number(value: object) -> str:
        return f"{value:.4g}" if isinstance(value, float) else str(value)

    limits = "" if _empty(entry["low"]) else f"{entry['low']:.3g} to {entry['high']:.3g}"
    return [entry["input"], number(entry["value"]), limits, entry["how"]]


def _empty(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))

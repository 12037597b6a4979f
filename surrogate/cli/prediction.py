"""The work of ``surrogate predict``: a table of designs in, a table of predictions out.

Data flow: designs -> the champion, or with a campaign its own physics and measured cells beside the champion ->
predictions, and the rules that each design breaks -> one table, a row for each design in the order of the file. What
the file holds of earlier answers (``candidates.csv`` is a table of designs too) is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, print_message, print_notes, print_result
from surrogate.cli.design_table import beside, read_designs
from surrogate.cli.progress import progress
from surrogate.report.earlier_answers import left_out

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.hosts.designs import CompleteDesigns


def predict(path: Path, out: Path, campaign_path: Path | None = None) -> None:
    """Predict the targets of a table of designs, and say which rules each design breaks.

    Parameters
    ----------
    path : Path
        Table of designs.
    out : Path
        CSV file to write.
    campaign_path : Path, optional
        Campaign file, by whose own model and measured cells is predicted, and against a control too; None: by the
        champion alone.

    Raises
    ------
    CampaignError
        For a campaign that cannot be used.
    DesignError, MaterialError, UnitError
        For a table that cannot be used, or states other conditions than the campaign's.
    SpaceError
        For a campaign that leaves hardly any host to simulate.
    ModelError
        Without a champion.
    StoreError
        For a store that cannot be read or a path that cannot be written to.
    """
    from surrogate import tracking
    from surrogate.files.output import output_file

    output_file(out)
    if campaign_path is None:
        print_message(tracking.describe_store())
        complete, extra = read_designs(path)
        predicted, by = _by_champion(complete)
    else:
        campaign = _opened(campaign_path)
        print_message(tracking.describe_store())
        complete, extra = read_designs(path, campaign)
        predicted, by = _by_campaign(campaign, complete)
    _write(complete, extra, predicted, out)
    print_result(f"Written: {out} ({len(predicted)} rows, predicted by {by})")


def _by_champion(designs: CompleteDesigns) -> tuple[pd.DataFrame, str]:
    """Predict, and say by what."""
    from surrogate import tracking

    with progress() as report:
        report("loading the champion", 0, 1)
        model = tracking.load_champion()
        report("loading the champion", 1, 1)
        predicted = model.predict(designs, report)
    return predicted, f"champion {model.version}"


def _by_campaign(campaign: Campaign, designs: CompleteDesigns) -> tuple[pd.DataFrame, str]:
    """Predict against the control of the first design, which is printed, and say by what."""
    from surrogate import tracking
    from surrogate.campaign.control import control_of
    from surrogate.campaign.observations import informative
    from surrogate.campaign.store import CampaignStore

    cells = informative(CampaignStore.of(campaign).observations())
    control = control_of(designs.take([0]))
    print_result(f"Control, of the first design: {_in_words(control)}.")
    with progress() as report:
        report("loading the champion", 0, 1)
        model = tracking.load_champion()
        report("loading the champion", 1, 1)
        from surrogate.campaign.prediction import predict_hosts

        predicted = predict_hosts(campaign, model, designs, control, results=cells, progress=report)
    own = f"the campaign's physics and {count(len(cells), 'measured cell')}"
    return predicted, f"{own} beside champion {model.version}"


def _opened(path: Path) -> Campaign:
    from surrogate.campaign.file import Campaign
    from surrogate.cli.conditions_line import conditions_line

    campaign = Campaign.load(path)
    print_result(f"Campaign {campaign.name} ({conditions_line(campaign)}), from {path}.")
    return campaign


def _in_words(control: CompleteDesigns) -> str:
    """Write a control in one line: "copper, uniform and without an agent, porosity 75 %, pores 20 µm, ..."."""
    from surrogate.report.quantities import quantity
    from surrogate.report.summary import title

    row = control.row(0)
    if row["framework"] == "none":
        return title(row)
    shown = {"porosity": "porosity_top", "pores": "pore_size_top_um", "thickness": "thickness_um"}
    sizes = ", ".join(f"{what} {quantity(row[column], column)}" for what, column in shown.items())
    return f"{title(row)}, uniform and without an agent, {sizes}"


def _write(designs: CompleteDesigns, extra: pd.DataFrame, predicted: pd.DataFrame, out: Path) -> None:
    import pandas as pd

    from surrogate.files.output import write_csv
    from surrogate.report.rule_cautions import cautions_of

    said = pd.Series(list(map("; ".join, cautions_of(designs, predicted))), index=predicted.index)
    answered = predicted.assign(cautions=said)
    earlier, notes = left_out([str(name) for name in extra.columns], list(answered.columns))
    print_notes(notes)
    write_csv(beside(extra.drop(columns=earlier), designs.frame, answered), out)

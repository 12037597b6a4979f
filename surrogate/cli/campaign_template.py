"""The work of ``optimize init``: a commented campaign file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from surrogate.cli.console import print_notes, print_result
from surrogate.errors import CampaignError


def init(path: Path, store: str | None = None, **conditions: Any) -> None:
    """Write a commented campaign file; it never replaces a file.

    Parameters
    ----------
    path : Path
        FILE.toml to write.
    store : str, optional
        Address of the database that is to keep the cells; None: a file beside it.
    **conditions
        Column of a condition -> its value in the column's unit; None: the template's own.

    Raises
    ------
    CampaignError
        When the name cannot be used, the file exists, or a condition or the address cannot be used.
    """
    if path.suffix != ".toml":
        raise CampaignError(
            "not the name of a campaign file",
            value=str(path),
            limit="FILE.toml",
            remedy="let it end in .toml",
        )
    if path.exists():
        raise CampaignError(
            "the file exists and is not replaced",
            where=str(path),
            remedy="give another name, or remove it first",
        )
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.file_template import with_store
    from surrogate.files.output import output_file, write_text

    text = Campaign.template(path.stem, **conditions)
    if store is not None:
        text = with_store(text, store)
        Campaign(text, path)
    write_text(text, output_file(path))
    print_result(f"Written: {path}. Edit it, then run: optimize --campaign {path}")
    beside = path.with_suffix(".db")
    if store is None and beside.exists():
        print_notes([f"{beside} exists already; the measured cells in it belong to this campaign now"])

"""Where a batch of proposals is written: a folder of its own for each batch of a campaign."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.files.output import output_folder, write_text

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.files.own_files import OwnFiles

DEFAULT_FOLDER = Path("optimize-out")
LATEST = "latest"
WHOSE = ".campaign"  # names the campaign file whose batches a folder holds
_MOST = 1000


def folder_of(batch: pd.DataFrame, campaign: Path | None) -> Path:
    """Return the folder of a batch where none was asked for.

    Parameters
    ----------
    batch : DataFrame
        Proposals with their ``proposal_id``.
    campaign : Path, optional
        Campaign file; None: the default campaign, whose batches are not counted.

    Returns
    -------
    Path
        ``optimize-out/CAMPAIGN/batch-NN``, with a number behind CAMPAIGN where another campaign file of that name has
        the folder; or ``optimize-out``.

    Raises
    ------
    StoreError
        When the folder cannot be written to.
    """
    if campaign is None:
        return DEFAULT_FOLDER
    number = str(batch["proposal_id"].iloc[0]).partition("-")[0].removeprefix("B")
    own = str(campaign.resolve())
    names = (campaign.stem, *(f"{campaign.stem}-{k}" for k in range(2, _MOST)))
    folder = next(one for name in names if _whose(one := DEFAULT_FOLDER / name) in ("", own))
    if not _whose(folder):
        write_text(own + "\n", output_folder(folder) / WHOSE)
    return folder / f"batch-{number}"


def _whose(folder: Path) -> str:
    """Return the campaign file whose batches are in a folder; empty where none is."""
    try:
        return (folder / WHOSE).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def point_to_latest(folder: Path) -> None:
    """Let ``optimize-out/latest`` point to a folder, on a file system that has links.

    Parameters
    ----------
    folder : Path
        Within ``optimize-out``.
    """
    link = DEFAULT_FOLDER / LATEST
    fresh = link.with_name(f".{LATEST}-{os.getpid()}")
    if link.exists() and not link.is_symlink():
        return  # somebody's own
    with contextlib.suppress(OSError):
        fresh.symlink_to(folder.relative_to(DEFAULT_FOLDER), target_is_directory=True)
        fresh.replace(link)


def kept_files(files: OwnFiles) -> list[str]:
    """Say which files were kept because a person has changed them.

    Parameters
    ----------
    files : OwnFiles
        As they were written.

    Returns
    -------
    list of str
        A sentence each.
    """
    return [
        f"{files.folder / wanted} was changed since it was written and is kept; the new one is {given}"
        for wanted, given in files.kept.items()
    ]

"""Where a batch of proposals is written: a folder of its own for each batch of a campaign."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.files.output import output_folder, write_text

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_FOLDER = Path("optimize-out")
LATEST = "latest"
WHOSE = ".campaign"  # names the campaign whose batches a folder holds: its file, and its store by its mark
_MOST = 1000


@dataclass(frozen=True)
class _Owner:
    """The campaign whose batches a folder holds.

    Attributes
    ----------
    file
        Campaign file, as an absolute path.
    mark
        Of its store; empty where an older version wrote the folder.
    """

    file: str
    mark: str

    @classmethod
    def of(cls, folder: Path) -> _Owner | None:
        """Read it; None where nobody has the folder."""
        try:
            lines = (folder / WHOSE).read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError):
            return None
        file, mark = (*(line.strip() for line in lines), "", "")[:2]
        return cls(file, mark) if file else None

    def is_at_its_place(self, other: _Owner) -> bool:
        """Whether another owner is this one, and its file stands where it did."""
        return self.file == other.file and self.mark in ("", other.mark)

    def has_moved_to(self, other: _Owner) -> bool:
        """Whether another owner is this one, and its file was moved; where the file still stands, it was copied."""
        return self.mark == other.mark and not Path(self.file).exists()

    def write(self, folder: Path) -> None:
        """Give it a folder."""
        write_text(f"{self.file}\n{self.mark}\n", output_folder(folder) / WHOSE)


def folder_of(batch: pd.DataFrame, campaign: Path | None, mark: str) -> Path:
    """Return the folder of a batch where none was asked for.

    Parameters
    ----------
    batch : DataFrame
        Proposals with their ``proposal_id``.
    campaign : Path, optional
        Campaign file; None: the default campaign, whose batches are not counted.
    mark : str
        Of the campaign's store (``CampaignStore.mark``), by which a campaign is known again that was moved.

    Returns
    -------
    Path
        ``optimize-out/CAMPAIGN/batch-NN``, with a number behind CAMPAIGN where another campaign of that name has
        the folder; or ``optimize-out``.

    Raises
    ------
    StoreError
        When the folder cannot be written to.
    """
    if campaign is None:
        return DEFAULT_FOLDER
    number = str(batch["proposal_id"].iloc[0]).partition("-")[0].removeprefix("B")
    own = _Owner(str(campaign.resolve()), mark)
    names = (campaign.stem, *(f"{campaign.stem}-{k}" for k in range(2, _MOST)))
    owners = {DEFAULT_FOLDER / name: _Owner.of(DEFAULT_FOLDER / name) for name in names}
    theirs = {folder: owner for folder, owner in owners.items() if owner is not None}
    folder = [
        *(one for one, owner in theirs.items() if owner.is_at_its_place(own)),
        *(one for one, owner in theirs.items() if owner.has_moved_to(own)),
        *(one for one in owners if one not in theirs),
    ][0]
    if owners[folder] != own:
        own.write(folder)
    return folder / f"batch-{number}"


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

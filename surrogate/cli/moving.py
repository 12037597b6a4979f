"""The work of ``optimize export`` and ``optimize import``: a campaign in one file that can be mailed.

Data flow: campaign file and every row of its store -> JSON with a checksum -> checked, and made in a
temporary folder -> campaign file and store.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surrogate.cli.console import count, print_result
from surrogate.errors import CampaignError, InputError, LihostError, StoreError
from surrogate.files.parsing import json_of

PRODUCT = "lihost campaign"
VERSION = 3  # 1 had no standard errors, 2 no checksums of records
_READABLE = (1, 2, VERSION)
_AGAIN = "export the campaign again: optimize export FILE.json --campaign FILE.toml"


def export_campaign(campaign_path: Path, file: Path) -> None:
    """Write a campaign to one file.

    Parameters
    ----------
    campaign_path : Path
        Campaign file.
    file : Path
        To write; an existing one is replaced only if it is an earlier export of the same campaign.

    Raises
    ------
    CampaignError, StoreError
        For a campaign or store that cannot be read, or a file that cannot be written.
    InputError
        For a file that is something else, or another campaign's export.
    """
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore
    from surrogate.files.output import output_file, write_json

    campaign = Campaign.load(campaign_path)
    store = CampaignStore.of(campaign)
    content = {"campaign": campaign.question, "tables": store.tables()}
    if output_file(file).exists():
        remedy = "give another name, or remove the file: only an earlier export of this campaign is replaced"
        if not _has_all_of(_read(file, remedy=remedy), content):
            raise InputError(
                "holds what this campaign does not: it is the export of another campaign, or of a later state",
                where=str(file), value=str(campaign_path), remedy=remedy,
            )  # fmt: skip
    write_json(
        {"product": PRODUCT, "version": VERSION, "sha256": _checksum(content), "content": content}, file
    )
    cells = count(len(store.observations()), "cell")
    print_result(
        f"Written: {file} ({cells}). To use it elsewhere: optimize import {file.name} --campaign FILE.toml"
    )


def import_campaign(file: Path, campaign_path: Path, store_address: str | None = None) -> None:
    """Make a campaign file and its store from an exported campaign.

    Parameters
    ----------
    file : Path
        That was exported.
    campaign_path : Path
        FILE.toml to write, with FILE.db beside it.
    store_address : str, optional
        Of an empty database that is to be the store instead of FILE.db.

    Raises
    ------
    InputError
        For a file that was not exported, or was damaged since.
    CampaignError
        For a campaign file that exists, or a campaign that cannot be used.
    StoreError
        For a store that cannot be written, or has something in it.
    """
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.file_template import with_store
    from surrogate.campaign.store import CampaignStore
    from surrogate.files.output import output_file, write_text

    content = _read(file)
    _refuse_unusable(content, file)
    for path in (campaign_path, *(() if store_address else (campaign_path.with_suffix(".db"),))):
        if path.exists():
            raise CampaignError(
                "the file exists and is not replaced",
                where=str(path),
                remedy="give another name with --campaign",
            )
    if campaign_path.suffix != ".toml":
        raise CampaignError(
            "not the name of a campaign file", value=str(campaign_path), limit="FILE.toml",
            remedy="let it end in .toml",
        )  # fmt: skip
    text = with_store(content["campaign"], store_address) if store_address else content["campaign"]
    store = CampaignStore.of(Campaign(text, output_file(campaign_path)))
    store.restore(content["tables"])
    try:
        write_text(text, campaign_path)
    except StoreError:
        # What this command has filled goes, so that it may be given again; a store of another command stays.
        if store_address is None:
            campaign_path.with_suffix(".db").unlink(missing_ok=True)
        raise
    cells, hosts = count(len(store.observations()), "cell"), count(len(store.pending()), "pending host")
    print_result(f"Written: {campaign_path} and {store.where} ({cells}, {hosts}).")


def _refuse_unusable(content: Mapping[str, Any], file: Path) -> None:
    """Refuse what no campaign can be made of: it is made in a temporary folder first, and all that is in it read."""
    from sqlalchemy.exc import OperationalError

    from surrogate.campaign.file import Campaign
    from surrogate.campaign.store import CampaignStore

    with tempfile.TemporaryDirectory() as folder:
        try:
            Campaign(str(content["campaign"]), Path(folder) / "campaign.toml")
            store = CampaignStore.open(Path(folder) / "campaign.db")
            store.restore(content["tables"])
            for read in (store.observations, store.pending, store.history, store.proposals, store.identities):
                read()
        except (LihostError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            if isinstance(
                error.__cause__, OperationalError
            ):  # of the temporary disk, not of what was exported
                raise
            raise InputError(
                "was edited since it was exported, so that no campaign can be made of it", where=str(file),
                value=f"{type(error).__name__}: {error}".replace(f"{folder}{os.sep}", ""), remedy=_AGAIN,
            ) from error  # fmt: skip


def _has_all_of(earlier: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether a campaign holds all that an export does: rows are only ever added; of none the text tells."""
    there = {name: {row["id"]: row for row in rows} for name, rows in content["tables"].items()}
    rows = [(name, row) for name, table in earlier["tables"].items() for row in table]
    if not rows:
        return bool(earlier["campaign"] == content["campaign"])
    return all(row.items() <= there.get(name, {}).get(row["id"], {}).items() for name, row in rows)


def _read(file: Path, remedy: str = _AGAIN) -> dict[str, Any]:
    """Return the content of an exported campaign."""
    try:
        found = json_of(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("no such file", where=str(file), remedy="check its name") from error
    except (OSError, ValueError) as error:
        raise InputError(
            "not an exported campaign, or cut short",
            where=str(file),
            value=type(error).__name__,
            remedy=remedy,
        ) from error
    if not isinstance(found, dict) or found.get("product") != PRODUCT:
        raise InputError("not an exported campaign", where=str(file), remedy=remedy)
    if found.get("version") not in _READABLE:
        raise InputError(
            "was exported by another version of lihost", where=str(file), value=found.get("version"),
            limit=" or ".join(map(str, _READABLE)), remedy="update lihost",
        )  # fmt: skip
    content = found.get("content")
    if not isinstance(content, dict) or _checksum(content) != found.get("sha256"):
        raise InputError("was changed or damaged since it was exported", where=str(file), remedy=remedy)
    return content


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

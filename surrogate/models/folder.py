"""A saved model is a plain folder: arrays in safetensors, everything else in JSON, a checksum of each file.

No pickle, so that loading a model runs no code from it. The manifest is written last; a folder without it, or
with a file that does not match, is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from surrogate.errors import ModelError, StoreError
from surrogate.files.parsing import json_of

FORMAT = (
    4  # 1 kept hyperparameters without names, 2 knew lower bounds only, 3 had processes beside the mixture
)
MANIFEST, ARRAYS, SETTINGS = "manifest.json", "arrays.safetensors", "settings.json"
_REMEDY = "train again: surrogate train"


def write_folder(
    folder: Path, arrays: Mapping[str, NDArray[Any] | torch.Tensor], settings: Mapping[str, Any]
) -> None:
    """Write arrays and settings to a folder.

    Parameters
    ----------
    folder : Path
        New or empty.
    arrays : Mapping[str, NDArray[Any] | torch.Tensor]
        By name, of any shape.
    settings : Mapping[str, Any]
        What JSON can hold.

    Raises
    ------
    StoreError
        If the disk does not take them.
    """
    # Copies: safetensors refuses arrays that share memory.
    tensors = {
        name: torch.from_numpy(np.array(array))
        if isinstance(array, np.ndarray)
        else array.clone().contiguous()
        for name, array in arrays.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(tensors, folder / ARRAYS)
        (folder / SETTINGS).write_text(json.dumps(settings, indent=1, sort_keys=True), encoding="utf-8")
        sums = {name: _sha256(folder / name) for name in (ARRAYS, SETTINGS)}
        manifest = json.dumps({"format": FORMAT, "sha256": sums}, indent=1)
        (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    except (SafetensorError, OSError) as error:  # the library tells of a full disk by an error of its own
        raise StoreError(
            f"the model cannot be saved: {error}", where=str(folder), remedy="free disk space and train again"
        ) from error


def read_folder(folder: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any], str]:
    """Read a saved model.

    Parameters
    ----------
    folder : Path
        As written by :func:`write_folder`.

    Returns
    -------
    arrays : dict[str, torch.Tensor]
        By name.
    settings : dict[str, Any]
        As written.
    content : str
        Hash of the content (SHA-256, hexadecimal).

    Raises
    ------
    ModelError
        If a file is missing, truncated or edited, or of another format.
    """
    manifest = _json(folder, MANIFEST)
    if manifest.get("format") != FORMAT:
        raise ModelError(
            "saved by another version",
            where=str(folder),
            value=manifest.get("format"),
            limit=str(FORMAT),
            remedy=_REMEDY,
        )
    sums = manifest.get("sha256", {})
    for name in (ARRAYS, SETTINGS):
        path = folder / name
        if not path.is_file() or _sha256(path) != sums.get(name):
            state = "is missing" if not path.is_file() else "is not what was saved (truncated or edited)"
            raise ModelError(f"{name} {state}", where=str(folder), remedy=_REMEDY)
    try:
        arrays = load_file(folder / ARRAYS)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{ARRAYS} cannot be read: {error}", where=str(folder), remedy=_REMEDY) from error
    content = hashlib.sha256("".join(sums[name] for name in (ARRAYS, SETTINGS)).encode()).hexdigest()
    return arrays, _json(folder, SETTINGS), content


def _json(folder: Path, name: str) -> dict[str, Any]:
    try:
        value = json_of((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{name} cannot be read: {error}", where=str(folder), remedy=_REMEDY) from error
    if not isinstance(value, dict):
        raise ModelError(f"{name} is not an object", where=str(folder), remedy=_REMEDY)
    return value


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""A stand-in for the trained model, so that tracking is tested without fitting anything.

Importing this module puts the stand-in where ``surrogate.models.bundle`` is looked for, which also works in a
new process (``PYTHONPATH=tests/tracking python -c "import fake_bundle; ..."``).
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import pandas as pd

from surrogate.hosts.columns import TARGETS


class HostModel:
    """Predicts thickness times a factor, and insists on numbers."""

    def __init__(self, factor: float) -> None:
        self.factor = factor
        self.version = f"content-{factor}"

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "model.json").write_text(json.dumps({"factor": self.factor}))

    @classmethod
    def load(cls, folder: Path) -> HostModel:
        return cls(json.loads((Path(folder) / "model.json").read_text())["factor"])

    def predict(self, designs: pd.DataFrame) -> pd.DataFrame:
        given = designs["thickness_um"] if "thickness_um" in designs else pd.Series(50.0, index=designs.index)
        thickness = pd.to_numeric(given).fillna(50.0)
        out: dict[str, object] = {}
        for position, target in enumerate(TARGETS):
            out[target] = thickness * self.factor + position / 3
            out[f"{target}_lower"] = out[target] / 3
            out[f"{target}_upper"] = out[target] * 3
        return pd.DataFrame(
            {**out, "extrapolation": 0.25, "nearest_literature": "a#1;b#2"}, index=designs.index
        )


def as_module() -> types.ModuleType:
    module = types.ModuleType("surrogate.models.bundle")
    module.HostModel = HostModel
    return module


if __name__ == "fake_bundle":
    sys.modules["surrogate.models.bundle"] = as_module()

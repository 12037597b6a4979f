"""A hundred thousand damaged inputs over all readers: each is read, or refused with a message; nothing else happens.

Data flow: a good file of each kind -> damage drawn from a seed (bytes flipped, cut, doubled, moved; tokens exchanged
for awkward ones) -> its reader -> what was raised that is no ``LihostError``, by kind and place. What a reader takes
is not judged here: a digit that is flipped is another number. LIHOST_BENCH_FUZZ sets the number of inputs; bodies of
requests are in ``test_bench_bodies.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.campaign.told_table import read_told
from surrogate.cli.moving import export_campaign, import_campaign
from surrogate.errors import DesignError, LihostError
from surrogate.evaluation.domain import Domain
from surrogate.files.tables import read_table
from surrogate.hosts.columns import TEXT_COLUMNS
from surrogate.hosts.search_space import host_encoder, host_space
from surrogate.learning import simulated_table
from surrogate.learning.training_recipe import load_recipe
from surrogate.library.design_tables import designs_of
from surrogate.literature.reader import read_typed
from surrogate.models.bundle import HostModel
from surrogate.models.contract import TargetData
from surrogate.models.mixture import literature_mixture
from surrogate.resources import resource
from surrogate.serving.schemas import EXAMPLE

INPUTS = int(os.environ.get("LIHOST_BENCH_FUZZ", "100000"))
ROOT = Path(__file__).parents[2]
AWKWARD = [
    b"", b"nan", b"inf", b"-1e308", b"1e999", b"0", b"-0.0", b"=1+1", b"'", b'"', b'""', b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\t", b";", b",", b",,,,", b"#", b"{}", b"[]", b"[[x]]", b"null",
    b"true", b"1,5", b"1.234,5", b"9" * 400, b"\xf0\x9f\x94\x8b", "µm".encode("latin-1"), b"(%)", b"thickness_mm",
    b"None", b"../../etc/passwd", b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5_000,
]  # fmt: skip
Read = Callable[[Path], object]


@dataclass
class Kind:
    """A good file, who reads it (given the file, or the folder that it is in), and its share of the inputs."""

    good: Path
    read: Read
    share: float


def damaged(good: bytes, rng: np.random.Generator) -> bytes:
    """Damage bytes in one to four ways."""
    data = bytearray(good)
    for _ in range(int(min(rng.geometric(0.5), 4))):
        n = max(len(data), 1)
        at, length = int(rng.integers(n)), int(min(rng.geometric(0.05), 400))
        way = rng.integers(6)
        if way == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << int(rng.integers(8))
        elif way == 1:
            del data[at:]
        elif way == 2:
            data[at:at] = data[at : at + length]
        elif way == 3:
            del data[at : at + length]
        elif way == 4:
            data[at : at + length] = rng.integers(256, size=length, dtype=np.uint8).tobytes()
        else:
            data[at : at + (length if rng.random() < 0.5 else 0)] = AWKWARD[int(rng.integers(len(AWKWARD)))]
    return bytes(data)


def small_model(folder: Path) -> None:
    encoder, rng = host_encoder(), np.random.default_rng(0)
    X = encoder.encode(host_space().sample(30, 3))
    z = 5.0 + X @ rng.normal(size=X.shape[1]) / 8.0
    papers = np.array([f"10.1/x#{k // 2}" for k in range(30)], dtype=object)
    rows = TargetData(X, z, z, papers, encoder.groups, rng.normal(size=30), np.arange(30) % 5 == 0)
    mixtures = {"cycle_life_cycles": literature_mixture().fit(rows, "cycle_life_cycles", seed=0)}
    HostModel(mixtures, Domain.of(X), X, tuple(papers.tolist()), {}).save(folder)


def imported(path: Path) -> None:
    """Make a campaign of an exported one, and remove it."""
    made = path.parent / "imported.toml"
    try:
        import_campaign(path, made)
    finally:
        for left in path.parent.glob("imported.*"):
            left.unlink()


def imported_as_whole(path: Path) -> None:
    """Import a damaged export as if somebody had edited it who knows how its checksum is made."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found.get("content"), dict):
            content = json.dumps(found["content"], sort_keys=True)
            found["sha256"] = hashlib.sha256(content.encode()).hexdigest()
            path.write_text(json.dumps(found), encoding="utf-8")
    except (ValueError, RecursionError, AttributeError):
        pass  # what is no export at all is for the reader
    imported(path)


def kinds(folder: Path) -> Iterator[tuple[str, Kind]]:
    own = ROOT / "examples" / "own_cells"
    for name in ("cells.csv", "campaign.toml"):
        shutil.copy(own / name, folder / name)
    campaign = Campaign.load(folder / "campaign.toml")
    campaign.tell(pd.read_csv(folder / "cells.csv"))

    def designs(path: Path) -> object:
        return designs_of(read_table(path, text=TEXT_COLUMNS, error=DesignError)[0], path.name)

    pd.DataFrame([EXAMPLE, EXAMPLE | {"thickness_um": 50.0}]).to_csv(folder / "designs.csv", index=False)
    pd.DataFrame([EXAMPLE, EXAMPLE]).to_excel(folder / "designs.xlsx", index=False)
    yield "table", Kind(folder / "cells.csv", read_table, 0.35)
    yield "told cells", Kind(folder / "cells.csv", read_told, 0.15)
    yield "designs", Kind(folder / "designs.csv", designs, 0.15)
    yield "workbook", Kind(folder / "designs.xlsx", designs, 0.05)
    yield "campaign", Kind(folder / "campaign.toml", Campaign.load, 0.08)
    shutil.copy(resource("training/default.toml"), folder / "recipe.toml")
    yield "recipe", Kind(folder / "recipe.toml", load_recipe, 0.06)
    published = (
        resource("datasets/literature/records.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    )
    (folder / "records.csv").write_text("".join(published[:30]), encoding="utf-8")
    yield "records", Kind(folder / "records.csv", read_typed, 0.04)
    (database,) = folder.glob("*.db")
    yield "store", Kind(database, lambda path: CampaignStore.open(path).observations(), 0.03)
    export_campaign(folder / "campaign.toml", folder / "exported.json")
    shutil.copy(folder / "exported.json", folder / "edited.json")
    yield "exported campaign", Kind(folder / "exported.json", imported, 0.02)
    yield "the same, its checksum made anew", Kind(folder / "edited.json", imported_as_whole, 0.04)
    small_model(folder / "model")
    for path in sorted((folder / "model").iterdir()):
        yield f"model, {path.name}", Kind(path, lambda path: HostModel.load(path.parent), 0.02)
    simulated_table.build({"n": 3}, folder / "table", 0)
    for name in (simulated_table.CARD, f"{simulated_table.TABLE}/part-000000.parquet"):
        depth = name.count("/")
        yield (
            f"simulated, {Path(name).name}",
            Kind(folder / "table" / name, lambda path, k=depth: simulated_table.load(path.parents[k]), 0.01),
        )


def test_a_hundred_thousand_damaged_inputs(tmp_path: Path) -> None:
    every = dict(kinds(tmp_path))
    whole = sum(kind.share for kind in every.values())
    faults: dict[tuple[str, str], str] = {}
    tried: Counter[str] = Counter()
    for number, (name, kind) in enumerate(every.items()):
        good, rng, began = kind.good.read_bytes(), np.random.default_rng(number), time.perf_counter()
        kind.read(kind.good)
        for _ in range(round(INPUTS * kind.share / whole)):
            kind.good.write_bytes(damaged(good, rng))
            tried[name] += 1
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    kind.read(kind.good)
                    tried[f"{name}: read"] += 1
            except LihostError as error:
                tried[f"{name}: refused"] += bool(str(error))
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                key = name, f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
                if key not in faults:
                    faults[key] = f"{error!s:.120} of {kind.good.read_bytes()[:300]!r}"
        kind.good.write_bytes(good)
        each = 1000.0 * (time.perf_counter() - began) / max(tried[name], 1)
        print(f"{name:32s} {tried[name]:6d} tried, {tried[f'{name}: read']:6d} read, {each:5.1f} ms each")
    total = sum(n for name, n in tried.items() if not name.endswith((": read", ": refused")))
    print(f"asked 100,000 inputs without a fault of ours; measured {total}, faults of {len(faults)} kinds")
    for (name, what), said in faults.items():
        print(f"{name}: {what}: {said}")
    assert not faults

"""One small training, made once, of a dozen papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.hosts.columns import TARGETS
from surrogate.literature import records as literature
from surrogate.literature.featurize import to_designs

PAPERS = 3  # of each target

TINY = """\
schema_version = 1
[simulate]
n = 60
[judge]
hosts = 4
[physics]
hosts = 100
groups = 4
group = 8
draws = 4
epochs = 20
"""


def few_records():
    """The records of the first papers that measure each target."""
    records = literature.load()
    designs = to_designs(records)
    groups = set()
    for target in TARGETS:
        groups |= set(designs.loc[designs[target].notna(), "group"].drop_duplicates().head(PAPERS))
    return records[records["group"].isin(groups)]


def train_in(folder, records, *, seed=0, own=None, more=""):
    """Train the small recipe, with more sections, in a working directory: (result, what the progress was told)."""
    from surrogate import learning

    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(literature, "load", lambda: records)
        Path("tiny.toml").write_text(TINY + more)
        return learning.train(
            "tiny.toml", seed=seed, progress=lambda *tick: told.append(tick), records=own
        ), told


@pytest.fixture(scope="session")
def records():
    return few_records()


@pytest.fixture(scope="session")
def trained(tmp_path_factory, records):
    """(working directory, result, progress) of one training."""
    folder = tmp_path_factory.mktemp("trained")
    result, told = train_in(folder, records)
    return folder, result, told


@pytest.fixture(scope="session")
def train_again(records):
    """A function that trains the small recipe in a folder with a seed, own records, and further sections of the
    recipe: (result, progress).
    """
    return lambda folder, seed=0, own=None, more="": train_in(folder, records, seed=seed, own=own, more=more)


@pytest.fixture
def here(trained, monkeypatch):
    """The working directory of the trained model."""
    monkeypatch.chdir(trained[0])
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return trained[0]


@pytest.fixture(scope="session")
def designs():
    """A dozen complete designs of the host space, of several frameworks and electrolytes."""
    from surrogate.hosts.search_space import host_space

    return host_space().sample(12, seed=5)

"""A training that learns from records of one's own beside the shipped ones."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate import tracking
from surrogate.errors import RecordError
from surrogate.tracking.provenance import file_hash
from surrogate.tracking.store import open_store


def test_own_records_are_learned_from_and_told(trained, train_again, designs, tmp_path, monkeypatch):
    from surrogate.literature import additions as adding

    new = tmp_path / "new.csv"
    new.write_text(
        "source,ref,system,strategy,host_material,host_class,electrolyte_class,cell_type,current_density_A_m2,"
        "areal_capacity_mAh_cm2,cycles,overpotential_V,censored\n"
        "our lab,1,Cu foam,porous_scaffold,Cu foam,metal,liquid_ether,symmetric,10,1,95,0.25,false\n"
        "our lab,1,C cloth,porous_scaffold,carbon cloth,carbon,liquid_ether,symmetric,10,1,60,0.3,false\n"
    )
    adding.add(new, tmp_path / "records-added.csv")
    result, _ = train_again(tmp_path, own="records-added.csv")
    sha256 = file_hash(tmp_path / "records-added.csv")
    assert result.model.about["records"] == sha256
    assert "our lab#1" in result.model.papers
    assert "our lab#1" not in trained[1].model.papers
    assert not np.allclose(
        result.model.predict(designs)["overpotential_mV"],
        trained[1].model.predict(designs)["overpotential_mV"],
    )
    monkeypatch.chdir(tmp_path)
    assert tracking.champion().facts["records"] == sha256
    run = open_store(make=False).client.get_run(result.run_id)
    assert run.data.params["data.records.sha256"] == sha256
    assert run.data.params["data.records.rows"] == "2"
    (told,) = [one.dataset for one in run.inputs.dataset_inputs if one.dataset.name == "records"]
    assert told.digest == sha256[:36]
    assert "records-added.csv" in told.source
    with pytest.raises(RecordError, match="no such file"):
        train_again(tmp_path, own="none.csv")

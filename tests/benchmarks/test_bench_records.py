"""How long a large table of a person's own records takes: 100,000 of them in 5 s of one core.

The start of the command (libraries, units, shipped records: 2 s) is not counted. Run with ``make bench``.
"""

from __future__ import annotations

import time
from pathlib import Path

from surrogate.literature import additions as adding

ROWS = 100_000
LONGEST_S = 5.0
HEADER = (
    "source,ref,system,strategy,electrolyte_class,cell_type,current_density_A_m2,areal_capacity_mAh_m2,"
    "cycles,overpotential_V,censored,locator"
)


def test_a_hundred_thousand_records_are_added(tmp_path: Path) -> None:
    rows = (
        f"lab,{k // 10},cell {k},alloy,liquid_ether,symmetric,{1 + k % 97},{1000 + k % 13},{10 + k % 991},"
        f"0.0{1 + k % 9},true,notebook {k}"
        for k in range(ROWS)
    )
    file, into = tmp_path / "big.csv", tmp_path / "mine.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    few = tmp_path / "few.csv"
    few.write_text(f"{HEADER}\nlab,x,small cell,alloy,oxide,symmetric,1,1,1,0.1,true,notebook\n")
    adding.add(few, tmp_path / "few-added.csv")
    began, cpu = time.perf_counter(), time.process_time()
    done = adding.add(file, into)
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    print(f"\n{ROWS:,} records added in {wall_s:.1f} s ({cpu_s:.1f} s of one core)")
    assert (done.added, done.total) == (ROWS, ROWS)
    table = adding.read_added(into)
    assert table["system"].is_unique
    assert table.loc[96, ["current_density_mA_cm2", "areal_capacity_mAh_cm2"]].tolist() == [9.7, 0.1005]
    assert table.loc[8, "overpotential_mV"] == 90
    assert cpu_s < LONGEST_S

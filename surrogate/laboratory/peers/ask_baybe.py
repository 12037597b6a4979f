"""Asks BayBE (Fitzner et al., Digital Discovery 4 (2025) 1991) with its defaults: the two-phase recommender.

Linear constraints and mixtures are given as continuous constraints, candidates as a discrete space, whole numbers as
a numerical discrete parameter. Several objectives make a Pareto objective (hypervolume, its own reference point).
"""

from __future__ import annotations

from typing import Any

from surrogate.laboratory.peers.exchange import Row, answer, bounds, round_seed


def ask(question: dict[str, Any]) -> list[Row]:
    """Propose designs; see ``exchange.answer``."""
    import pandas as pd
    from baybe import Campaign
    from baybe.objectives import ParetoObjective, SingleTargetObjective
    from baybe.settings import Settings
    from baybe.targets import NumericalTarget

    targets = [
        NumericalTarget(name, minimize=wanted == "min") for name, wanted in question["objectives"].items()
    ]
    objective = SingleTargetObjective(targets[0]) if len(targets) == 1 else ParetoObjective(targets)
    measured = pd.DataFrame(question["observations"])
    with Settings(random_seed=round_seed(question)):
        campaign = Campaign(_space(question, measured), objective)
        campaign.add_measurements(measured)
        found: list[Row] = campaign.recommend(question["n"]).to_dict("records")
    return found


def _space(question: dict[str, Any], measured: Any) -> Any:
    import numpy as np
    import pandas as pd
    from baybe.constraints import ContinuousLinearConstraint
    from baybe.parameters import (
        CategoricalParameter,
        NumericalContinuousParameter,
        NumericalDiscreteParameter,
    )
    from baybe.searchspace import SearchSpace

    parameters: list[Any] = []
    constraints: list[Any] = []
    pool = None
    if question["candidates"] is not None:
        parts = [
            name
            for one in question["parameters"]
            for name in (*bounds(one), *([one["name"]] if "values" in one else []))
        ]
        pool = pd.concat([pd.DataFrame(question["candidates"])[parts], measured[parts]], ignore_index=True)
    for one in question["parameters"]:
        if one["kind"] == "categorical":
            parameters.append(
                CategoricalParameter(one["name"], values=[str(value) for value in one["values"]])
            )
            continue
        for name, (low, high) in bounds(one).items():
            if pool is not None:
                parameters.append(NumericalDiscreteParameter(name, values=sorted(set(pool[name]))))
            elif one.get("whole"):
                parameters.append(
                    NumericalDiscreteParameter(name, values=np.arange(round(low), round(high) + 1))
                )
            else:
                parameters.append(NumericalContinuousParameter(name, bounds=(low, high)))
        if one["kind"] == "simplex" and pool is None:
            parts = list(one["parts"])
            constraints.append(ContinuousLinearConstraint(parts, "=", [1.0] * len(parts), 1.0))
    if pool is not None:
        return SearchSpace.from_dataframe(pool, parameters)
    for row in question["constraints"]:
        columns, numbers = list(row["coefficients"]), list(row["coefficients"].values())
        sense = "=" if row["sense"] == "==" else row["sense"]
        constraints.append(ContinuousLinearConstraint(columns, sense, numbers, row["bound"]))
    return SearchSpace.from_product(parameters, constraints)


if __name__ == "__main__":
    answer(ask)

"""Asks BoFire (Dürholt et al., arXiv 2408.05040) with its defaults: SOBO for one objective, MOBO for several.

Linear constraints and mixtures are given as such, the references as reference point of MOBO; whole numbers are
discrete inputs. Candidates are left to the nearest one.
"""

from __future__ import annotations

from typing import Any

from surrogate.laboratory.peers.exchange import Row, answer, bounds, round_seed


def ask(question: dict[str, Any]) -> list[Row]:
    """Propose designs; see ``exchange.answer``."""
    import bofire.strategies.api as strategies
    import pandas as pd
    from bofire.data_models.strategies.api import MoboStrategy, SoboStrategy

    domain, seed = _domain(question), round_seed(question)
    if len(question["objectives"]) == 1:
        strategy = strategies.map(SoboStrategy(domain=domain, seed=seed))
    else:
        strategy = strategies.map(MoboStrategy(domain=domain, seed=seed, ref_point=question["reference"]))
    measured = pd.DataFrame(question["observations"])
    for name in question["objectives"]:
        measured[f"valid_{name}"] = 1
    strategy.tell(measured)
    names = [name for one in question["parameters"] for name in (list(bounds(one)) or [one["name"]])]
    found: list[Row] = strategy.ask(question["n"])[names].to_dict("records")
    return found


def _domain(question: dict[str, Any]) -> Any:
    from bofire.data_models.constraints.api import LinearEqualityConstraint, LinearInequalityConstraint
    from bofire.data_models.domain.api import Constraints, Domain, Inputs, Outputs
    from bofire.data_models.features.api import (
        CategoricalInput,
        ContinuousInput,
        ContinuousOutput,
        DiscreteInput,
    )
    from bofire.data_models.objectives.api import MaximizeObjective, MinimizeObjective

    inputs: list[Any] = []
    constraints: list[Any] = []
    for one in question["parameters"]:
        if one["kind"] == "categorical":
            inputs.append(
                CategoricalInput(key=one["name"], categories=[str(value) for value in one["values"]])
            )
        elif one.get("whole"):
            inputs.append(
                DiscreteInput(
                    key=one["name"], values=list(range(round(one["lower"]), round(one["upper"]) + 1))
                )
            )
        else:
            inputs += [ContinuousInput(key=name, bounds=limits) for name, limits in bounds(one).items()]
        if one["kind"] == "simplex":
            parts = list(one["parts"])
            constraints.append(
                LinearEqualityConstraint(features=parts, coefficients=[1.0] * len(parts), rhs=1.0)
            )
    for row in question["constraints"]:
        sign = -1.0 if row["sense"] == ">=" else 1.0
        kind = LinearEqualityConstraint if row["sense"] == "==" else LinearInequalityConstraint
        numbers = [sign * number for number in row["coefficients"].values()]
        constraints.append(
            kind(features=list(row["coefficients"]), coefficients=numbers, rhs=sign * row["bound"])
        )
    outputs = [
        ContinuousOutput(
            key=name, objective=MaximizeObjective(w=1.0) if wanted == "max" else MinimizeObjective(w=1.0)
        )
        for name, wanted in question["objectives"].items()
    ]
    return Domain(
        inputs=Inputs(features=inputs),
        outputs=Outputs(features=outputs),
        constraints=Constraints(constraints=constraints),
    )


if __name__ == "__main__":
    answer(ask)

"""Asks Ax (Olson et al., AutoML 2025) with its defaults: the generation strategy that its client chooses, begun.

Linear inequalities are given as parameter constraints. Ax has no equalities: of a mixture all parts but the last are
parameters, and their sum has an upper limit; a linear constraint that names the last part is left to the repair.
Several objectives are given with their references as thresholds. Candidates are left to the nearest one.
"""

from __future__ import annotations

from typing import Any

from surrogate.laboratory.peers.exchange import Row, answer, bounds, round_seed


def ask(question: dict[str, Any]) -> list[Row]:
    """Propose designs; see ``exchange.answer``."""
    from ax.api.client import Client

    client = Client(random_seed=round_seed(question))
    parameters, constraints, lasts = _space(question)
    client.configure_experiment(parameters=parameters, parameter_constraints=constraints)
    # Ax's expressions take plain names only.
    metrics = {name: f"y{k}" for k, name in enumerate(question["objectives"])}
    terms = [
        ("" if wanted == "max" else "-") + metrics[name] for name, wanted in question["objectives"].items()
    ]
    thresholds = [
        f"{metrics[name]} {'>=' if wanted == 'max' else '<='} {question['reference'][name]!r}"
        for name, wanted in question["objectives"].items()
    ]
    client.configure_optimization(
        objective=", ".join(terms), outcome_constraints=thresholds if len(terms) > 1 else None
    )
    # The first designs stand for Ax's own: otherwise it would go on with designs that do not learn in every batch.
    client.configure_generation_strategy(
        initialization_budget=max(len(question["observations"]), 1), initialize_with_center=False
    )
    known = [name for one in question["parameters"] for name in _columns(one)]
    whole = {one["name"] for one in question["parameters"] if one.get("whole")}
    for row in question["observations"]:
        point = {
            f"x_{k}": round(row[name]) if name in whole else row[name]
            for k, name in enumerate(known)
            if name not in lasts
        }
        trial = client.attach_trial(parameters=point)
        client.complete_trial(trial, raw_data={metrics[name]: row[name] for name in metrics})
    found: list[Row] = []
    trials: list[Any] = []
    for _ in range(question["n"]):  # it may give fewer than it is asked for
        if len(trials) < question["n"]:
            trials += client.get_next_trials(max_trials=question["n"] - len(trials)).values()
    for trial in trials:
        point = {name: trial[f"x_{k}"] for k, name in enumerate(known) if f"x_{k}" in trial}
        for last, others in lasts.items():
            point[last] = 1.0 - sum(float(point[name]) for name in others)
        found.append(point)
    return found


def _columns(parameter: dict[str, Any]) -> list[str]:
    return list(bounds(parameter)) or [parameter["name"]]


def _space(question: dict[str, Any]) -> tuple[list[Any], list[str], dict[str, list[str]]]:
    """Return parameters, constraints, and for each mixture its last part -> the other parts."""
    from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

    known = [name for one in question["parameters"] for name in _columns(one)]
    short = {name: f"x_{k}" for k, name in enumerate(known)}
    parameters: list[Any] = []
    constraints: list[str] = []
    lasts: dict[str, list[str]] = {}
    for one in question["parameters"]:
        if one["kind"] == "categorical":
            kind = "str" if all(isinstance(value, str) for value in one["values"]) else "float"
            parameters.append(
                ChoiceParameterConfig(
                    name=short[one["name"]], values=one["values"], parameter_type=kind, is_ordered=False
                )
            )
            continue
        limits = bounds(one)
        if one["kind"] == "simplex":
            *others, last = limits
            low, high = limits.pop(last)
            lasts[last] = others
            total = " + ".join(short[name] for name in others)
            constraints.append(f"{total} <= {1.0 - low!r}")
            if high < 1.0:
                constraints.append(f"{total} >= {1.0 - high!r}")
        for name, (low, high) in limits.items():
            parameters.append(
                RangeParameterConfig(
                    name=short[name], bounds=(low, high), parameter_type="int" if one.get("whole") else "float",
                    scaling="log" if one.get("log") else None,
                )
            )  # fmt: skip
    for row in question["constraints"]:
        if row["sense"] != "==" and not set(row["coefficients"]) & set(lasts):
            terms = " + ".join(f"{number!r} * {short[name]}" for name, number in row["coefficients"].items())
            constraints.append(f"{terms.replace('+ -', '- ')} {row['sense']} {row['bound']!r}")
    return parameters, constraints, lasts


if __name__ == "__main__":
    answer(ask)

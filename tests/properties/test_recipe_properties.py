"""For any recipe: reading its canonical text gives it again, and its atoms are conserved."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surrogate.errors import MaterialError
from surrogate.materials.recipes import Amount, Recipe, composition, read_recipe, shipped_substances

PROFILE = settings(derandomize=True, max_examples=150, deadline=None)
TABLES = shipped_substances()
SOLVENTS = st.lists(st.sampled_from(sorted(TABLES.solvents)), min_size=1, max_size=4, unique=True)
SALTS = st.lists(st.sampled_from(sorted(TABLES.salts)), min_size=1, max_size=2, unique=True)
PARTS = st.floats(0.05, 20.0)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    solvents, salts = draw(SOLVENTS), draw(SALTS)
    unit = draw(st.sampled_from(["M", "m", "parts"]))
    basis = "mole" if unit == "parts" else draw(st.sampled_from(["volume", "weight", "mole"]))
    amounts = st.floats(0.001, 1.0)
    additives = draw(
        st.lists(st.sampled_from(sorted({*TABLES.solvents} - {*solvents})), max_size=2, unique=True)
    )
    single = len(solvents) == 1 and unit != "parts"
    try:
        recipe = Recipe(
            tuple(Amount(name, draw(amounts), unit) for name in salts),
            tuple((name, 1.0 if single else draw(PARTS)) for name in solvents),
            "volume" if single else basis,
            tuple(
                Amount(name, draw(st.floats(0.1, 25.0)), draw(st.sampled_from(["wt%", "vol%", "M"])))
                for name in additives
            ),
        )  # fmt: skip
        composition(recipe)
    except MaterialError:
        assume(False)
    return recipe


@PROFILE
@given(recipes())
def test_the_canonical_text_is_read_back(recipe: Recipe) -> None:
    assert read_recipe(recipe.text) == recipe
    assert read_recipe(recipe.text).notes == ()


@PROFILE
@given(recipes())
def test_shares_of_atoms_are_shares(recipe: Recipe) -> None:
    made = composition(recipe)
    shares = [value for name, value in made.numbers.items() if "per" not in name]
    assert all(0.0 <= share < 1.0 for share in shares)
    assert sum(shares) < 1.0
    assert made.oxygen_per_carbon == pytest.approx(
        (made.solvent_oxygen + made.anion_oxygen) / (made.solvent_carbon + made.anion_carbon)
    )


@PROFILE
@given(st.text(alphabet="1230.,:/()%-+& MmvwtLiFSIPDETCNO in", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """And what is read has a canonical text that is read alike."""
    try:
        recipe = read_recipe(text)
    except MaterialError:
        return
    assert read_recipe(recipe.text) == recipe

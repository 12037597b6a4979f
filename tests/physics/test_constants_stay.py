"""No module moves a constant of another, and each number that is no parameter has its reason to stay in a module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import surrogate

PACKAGE = Path(surrogate.__file__).parent
SILVER = "agents.silver.nucleation_overpotential"
FILM = "electrolytes.liquid_ether.sei_resistance"


# ---- No other way to a constant

# (file, what is assigned) -> why it moves no constant of the physics.
ALLOWED = {
    ("cli/failures.py", "warnings.showwarning"): "how a command prints warnings",
    (
        "machine_code.py",
        "caching.IndexDataCacheFile",
    ): "numba: who reads and writes its files, which no option names",
    ("optimization/fused_kernel.py", "logei._try_load_fused_kernel"): "BoTorch: compiled acquisition, or not",
    ("optimization/fused_kernel.py", "logei._load_attempted"): "the same",
    ("optimization/fused_kernel.py", "logei._C"): "the same",
    ("optimization/threads.py", "sys.modules"): "only counted: whether libraries were loaded since",
    ("physics/plating/compiled.py", "numba.config.CACHE_DIR"): "where machine code is kept, at import",
    ("serving/mlflow_server.py", "sys.excepthook"): "how MLflow's server says that a model does not fit",
    ("tracking/processes.py", "tempfile.tempdir"): "where temporary files stand during a run",
    ("tracking/interruption.py", "sys.unraisablehook"): "the end of a command that fell into a callback",
    ("tracking/store.py", "os.environ[VARIABLE]"): "the address of MLflow's store",
    ("tracking/store.py", "os.environ['HOME']"): "a home for MLflow's import, where the user has none",
}


def _modules_named_in(tree: ast.Module) -> set[str]:
    """Names in a file that are modules, or are imported from outside the package."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(one.asname or one.name).split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            place = PACKAGE.parent.joinpath(*node.module.split("."))
            own = node.module.split(".")[0] == PACKAGE.name
            for one in node.names:
                module = (place / f"{one.name}.py").exists() or (place / one.name).is_dir()
                if module or not own:
                    found.add(one.asname or one.name)
    return found


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _reaching_out(tree: ast.Module) -> Iterator[str]:
    """What a file does to names of other modules, or to its own after import."""
    modules = _modules_named_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}"
        elif isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node.ctx, ast.Store | ast.Del) and _root(node) in modules:
                yield ast.unparse(node)
            if ast.unparse(node) == "sys.modules":
                yield "sys.modules"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("setattr", "delattr", "globals"):
                yield f"{called}(...)"
            elif called == "object.__setattr__" and ast.unparse(node.args[0]) != "self":
                yield f"{called} of another object"


def test_no_module_assigns_to_another() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), what)
        for path in PACKAGE.rglob("*.py")
        for what in _reaching_out(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    "code",
    [
        "from surrogate.physics import laws\nlaws.RANGES = 1",
        "from surrogate.physics import laws\nlaws.RANGES['porosity_top'] = (0, 1)",
        "import surrogate.physics.laws\nsurrogate.physics.laws.RANGES = 1",
        "import sys\nsys.modules['x'] = 1",
        "setattr(laws, 'RANGES', 1)",
        "LIMIT = 1\ndef move():\n    global LIMIT\n    LIMIT = 2",
        "globals()['LIMIT'] = 2",
        "object.__setattr__(shipped, 'fade', 2)",
        "from surrogate.physics import laws\ndel laws.RANGES",
    ],
)
def test_each_way_to_another_module_is_noticed(code: str) -> None:
    assert list(_reaching_out(ast.parse(code)))


# Numbers that stay in the modules of the physics, and why each is no constant of ``PhysicsParameters``.
NATURE, MESH, ERROR = (
    "a constant of nature or a unit",
    "a mesh or a number of steps",
    "a tolerance of the calculation",
)
CODE, SURFACE = (
    "a code for an outcome, or a count of fields",
    "in the fitted response surface: a move needs a new one",
)
READ_OFF = "where in a run a number is read off"
STAYS = {
    "constants": dict.fromkeys(
        ["FARADAY", "GAS_CONSTANT", "ELEMENTARY_CHARGE", "ZERO_CELSIUS", "LITHIUM_MOLAR_MASS", "LITHIUM_DENSITY",
         "LITHIUM_MOLAR_VOLUME", "LITHIUM_CONDUCTIVITY", "MAH_PER_CM2", "MA_PER_CM2", "OHM_CM2"], NATURE),
    "accounting": {"LEAST_OPEN": "the least porosity that a design may have, read from its column"},
    "laws": {"BISECTIONS": ERROR},
    "uncertainty": {
        "LOGARITHMIC_FROM": "how a range is walked through",
        "DRAWN_SPREAD": "how constants are drawn within their ranges: no simulation reads it",
    },
    "ccd": {
        **dict.fromkeys(["SEARCH_CELLS", "SEARCH_STEPS", "SEARCH_SEPARATOR"], MESH),
        **dict.fromkeys(["LOWEST_MA_CM2", "HIGHEST_MA_CM2", "BRACKET"], "the range that is searched"),
        **dict.fromkeys(["OVERSHOT", "LONGEST_STEP", "STEP_GROWTH"], "where a search looks: no root depends on it"),
        "MOST_ROUNDS": ERROR, "CLOSE": ERROR, "ROUNDING": ERROR, "NEVER": CODE,
    },
    "ageing.fitted": {"SCHEMA_VERSION": CODE},
    "ageing.law": {"COMPARED_C": "between which a source compares"},
    "interface.geometry": {
        "WALL_ANGLE_DEG": SURFACE, "MOST_LEAN": SURFACE,
        **dict.fromkeys(["ACROSS", "BELOW", "WITHIN", "ABOVE", "CLOSENESS"], MESH),
    },
    "interface.limits": {"STRIPPED_THICKNESS_M": "drops out of every limit"},
    "interface.surface": {"DEGREE": SURFACE, "CASES": SURFACE, "SEED": SURFACE},
    "plating.batch": {
        "ROWS_PER_STEP": MESH, **dict.fromkeys(["EARLY", "PLATEAU", "SETTLED"], READ_OFF),
        "PROTOCOL_FIELDS": CODE, "CELL_FIELDS": CODE,
    },
    "plating.grid": dict.fromkeys(
        ["STRETCH", "SAMPLES", "DECADES", "MOST_MOVED", "HALF_MOVED", "SMEARED"], MESH),
    "plating.inputs": {
        "CELLS": MESH, "BLOCKED_TORTUOSITY": "stands for no path at all",
        "REFERENCE_CURRENT": "the current at which the tables' kinetics stand",
        "ROUGHENED": "between which a source compares",
    },
    "plating.kernel": dict.fromkeys(
        ["FIRST_NEWTON", "MOST_NEWTON", "OFTEN", "MOST_CUTS", "CRAWL", "SLOW", "MOST_SLOW", "CROSSING"], ERROR),
    "plating.kinetics": {
        "LINEAR": ERROR, "UNSEEN": ERROR,
        **dict.fromkeys(["S3", "S5", "S7", "C4", "C6"], "a coefficient of the series of sinh and cosh"),
    },
    "plating.newton": {
        **dict.fromkeys(["TOLERANCE", "BARE", "ROUNDING", "SURELY"], ERROR),
        **dict.fromkeys(["NOT_FINITE", "HELD_BACK", "WHOLE"], CODE),
    },
    "plating.nodes": {"LEAST_FACE": READ_OFF, "LEAST_SURFACE": READ_OFF},
    "plating.properties": {"COVERAGE_CELLS": MESH},
    "plating.runs": {
        "SEPARATOR_CELLS": MESH, "STEPS": MESH,
        **dict.fromkeys(["CHUNK", "CHUNKS_A_THREAD", "LEAST_A_THREAD"], "of threads: no number depends on it"),
    },
    "plating.structures": {
        "LITHIUM_PER_COULOMB": NATURE, **dict.fromkeys(["DONE", "SALT_GONE", "VOLTAGE", "FAILED", "NOT_RUN"], CODE),
    },
}  # fmt: skip


def _numeric(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(_numeric(one) for one in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers_of(path: Path) -> set[str]:
    """Upper-case names of numbers that a module assigns at its top level."""
    name = ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts))
    module = import_module(name.removesuffix(".__init__"))
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            found |= {one.id for one in names if isinstance(one, ast.Name) and one.id.isupper()}
    return {one for one in found if _numeric(getattr(module, one))}


def test_every_number_that_stays_in_a_module_has_its_reason() -> None:
    """A new one is a constant of ``parameter_groups``, or stands here with the reason why it is none."""
    physics = PACKAGE / "physics"
    found = {
        ".".join(path.relative_to(physics).with_suffix("").parts): names
        for path in physics.rglob("*.py")
        if (names := _numbers_of(path))
    }
    assert found == {module: set(reasons) for module, reasons in STAYS.items()}
    assert all(reason for reasons in STAYS.values() for reason in reasons.values())

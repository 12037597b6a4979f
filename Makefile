# Needs only Python >= 3.11 (with its venv module) and make. Every target builds .venv first when it is
# missing, older than pyproject.toml/constraints.txt, or was made in another folder (a moved checkout).
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-in-$(shell printf '%s' "$(CURDIR)" | cksum | cut -d' ' -f1)
ARGS   ?=
# Tests that share a costly fixture stay on one worker and start first (tests/conftest.py).
PARALLEL := -n 2 --dist loadfile --no-loadscope-reorder
LINT     := $(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
# Two workers on two cores: a third thread would only be in the way.
PYTEST   := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest $(PARALLEL)

.PHONY: help optimize quick test check bench tutorial docs ui serve venv clean
help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

optimize: $(STAMP)  ## propose the next hosts (ARGS="--campaign FILE.toml -n 4" ...)
	@$(BIN)/optimize $(ARGS)

quick: $(STAMP)  ## what to run while editing: lint and the tests that need no training, process or patience
	@$(BIN)/ruff check -q . && $(PYTEST) -q -m "not slow and not training and not process" $(ARGS)

test: $(STAMP)  ## format, lint and the whole test suite, types among it
	@$(LINT) && $(PYTEST) $(ARGS)

check: $(STAMP)  ## format, lint and types only
	@$(LINT) && $(BIN)/mypy

bench: $(STAMP)  ## speed, memory and accuracy figures (not part of the tests)
	@$(BIN)/python -m pytest tests/benchmarks -q -s -o addopts="--import-mode=importlib" $(ARGS)

tutorial: $(STAMP)  ## the commands of docs/tutorial.md in an empty folder, and its pictures
	@LIHOST_TUTORIAL_PICTURES=docs/figures $(BIN)/python -m pytest tests/benchmarks/test_bench_tutorial.py -q -s -o addopts="--import-mode=importlib"

docs: $(STAMP)  ## the reference of the library, from its docstrings (docs/_build/api/index.html)
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs/api docs/_build/api

ui: $(STAMP)  ## MLflow's page on the local store
	@$(BIN)/surrogate ui $(ARGS)

serve: $(STAMP)  ## the predictor endpoint on http://127.0.0.1:8000
	@$(BIN)/surrogate serve $(ARGS)

venv: $(STAMP)  ## only build .venv

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; ok = (3, 11) <= v[:2] < (3, 14); ok or sys.exit(f"lihost needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {v[0]}.{v[1]}; run: make PYTHON=python3.11 ...")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "this Python has no venv module; install it (on Debian or Ubuntu: apt install python3-venv) and run make again" >&2; exit 1; }
	@echo "building $(VENV) (once; several minutes, about 2.5 GB)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q surrogate  # else each command compiles it anew where no bytecode may be written
	@touch $@

clean:  ## remove .venv and caches, never mlruns/
	rm -rf $(VENV) dist build docs/_build .pytest_cache .mypy_cache .ruff_cache

# make demo | test | quality | bench | check | clean. The first run sets everything up in .venv; later runs go straight to work.
# The causal model is fetched where it can be; without it everything works, too. Nothing is compiled in any case.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DEMO ?= data/gold/berlin_wall

.DELETE_ON_ERROR:
.PHONY: demo test quality bench check setup weights languagetool clean

demo: weights
	@echo "== restoring $(DEMO)/spun.txt with $(DEMO)/reference.txt as its reference"
	@$(BIN)/restore fix $(DEMO)/spun.txt --reference $(DEMO)/reference.txt --explain

test: weights languagetool
	@$(BIN)/python -m pytest

quality: weights
	@$(BIN)/python -m pytest tests/quality -m "whole or not whole"

bench: weights
	@$(BIN)/python benchmarks/bench.py $(BENCH)

check: $(VENV)/.core
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(VENV)/.core

weights: $(VENV)/.core
	@$(BIN)/restore models pull || echo "== without the causal model: the tests that need it are skipped"

languagetool: $(VENV)/.core
	@$(BIN)/restore languagetool setup || echo "== without LanguageTool: its integration tests are skipped"

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "== set-up 1 of 2: a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "the venv module is missing from $(PYTHON): install it (on Debian: apt-get install python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.core: pyproject.toml $(VENV)/.created
	@echo "== set-up 2 of 2: the package and its tools (about 1.1 GB, a few minutes)"
	@$(PIP) install --quiet --editable '.[baselines,batch,dev,evaluate,index,languagetool,lm,ray,spark,train]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find restore tests models benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

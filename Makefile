# make demo | test | quality | bench | check | docs | audit | clean. The first run sets everything up in .venv; later runs go straight to work.
# The causal model is fetched where it can be; without it everything works, too. Nothing is compiled in any case.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DEMO ?= data/gold/berlin_wall
JOBS ?= 2

.DELETE_ON_ERROR:
.PHONY: demo test quality bench check docs audit setup weights languagetool browser clean

demo: weights
	@echo "== restoring $(DEMO)/spun.txt with $(DEMO)/reference.txt as its reference"
	@$(BIN)/restore fix $(DEMO)/spun.txt --reference $(DEMO)/reference.txt --explain

# What is cheap to find is found first. Files of tests are handed to two processes: the machine of a test run has two cores
# at least.
test: check weights languagetool browser
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

quality: weights
	@$(BIN)/python -m pytest tests/quality -m "whole or not whole"

bench: weights
	@$(BIN)/python benchmarks/bench.py $(BENCH)

check: $(VENV)/.core
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The site in build/site; a warning is an error.
docs: $(VENV)/.core
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "== open build/site/index.html, or with search: $(BIN)/python -m http.server -d build/site"

# What is known against the packages that are installed; 3 where no service could be reached. pip-audit has a place of its own.
audit: $(VENV)/.core build/audit/bin/pip-audit
	@$(BIN)/python release/audit.py --pip-audit build/audit/bin/pip-audit

build/audit/bin/pip-audit:
	@$(PYTHON) -m venv build/audit
	@build/audit/bin/python -m pip --disable-pip-version-check install --quiet pip-audit

setup: $(VENV)/.core

weights: $(VENV)/.core
	@$(BIN)/restore models pull || echo "== without the causal model: the tests that need it are skipped"

languagetool: $(VENV)/.core
	@$(BIN)/restore languagetool setup || echo "== without LanguageTool: its integration tests are skipped"

# A browser for the tests of the review page: the system's, one that apt can put there as root, else none.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "== Chromium for the tests of the review page" && \
	    { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium; } \
	      >/dev/null 2>&1; } || \
	  echo "== without a Chromium of the system: $(BIN)/playwright install chromium, or the tests of the review page are skipped"

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "== set-up 1 of 2: a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "the venv module is missing from $(PYTHON): install it (on Debian: apt-get install python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.core: pyproject.toml $(VENV)/.created
	@echo "== set-up 2 of 2: the package and its tools (about 1.1 GB, a few minutes)"
	@$(PIP) install --quiet --editable '.[baselines,batch,dev,docs,evaluate,index,languagetool,lm,ray,review,scrapy,spark,train]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find restore training tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

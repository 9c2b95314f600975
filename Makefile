# make demo | test | quality | check | clean. The first run sets everything up in .venv; later runs go straight to work.
# LM=bigram leaves the neural judge out: nothing is compiled and no weights are fetched.

PYTHON ?= python3
LM ?= llama
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
JOBS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
DEMO ?= data/gold/berlin_wall

# Of llama.cpp only the library itself: no multimodal part, no HTTPS, no "common" library.
# pip keeps the compiled wheel in its cache, so that another clone on this machine takes seconds.
LLAMA_CMAKE := -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF '-DCMAKE_PROJECT_llama_cpp_INCLUDE=$(CURDIR)/tools/llama_only.cmake'

SETUP := $(VENV)/.core $(if $(filter llama,$(LM)),$(VENV)/.llama)

.DELETE_ON_ERROR:
.PHONY: demo test quality check setup weights languagetool clean

demo: weights
	@echo "== restoring $(DEMO)/spun.txt with $(DEMO)/reference.txt as its reference"
	@$(BIN)/restore fix $(DEMO)/spun.txt --reference $(DEMO)/reference.txt --lm $(LM) --explain

test: weights languagetool
	@$(BIN)/python -m pytest

quality: weights
	@$(BIN)/python -m pytest tests/quality -m "whole or not whole"

check: $(VENV)/.core
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(SETUP)

weights: $(SETUP)
ifeq ($(LM),llama)
	@$(BIN)/restore models pull
endif

languagetool: $(VENV)/.core
	@$(BIN)/restore languagetool setup || echo "== without LanguageTool: its integration tests are skipped"

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "== set-up 1 of 3: a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "the venv module is missing from $(PYTHON): install it (on Debian: apt-get install python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.core: pyproject.toml $(VENV)/.created
	@echo "== set-up 2 of 3: the package and its tools (about 1.1 GB, a few minutes)"
	@$(PIP) install --quiet --editable '.[baselines,batch,dev,evaluate,index,languagetool,ray,spark,train]'
	@touch $@

$(VENV)/.llama: $(VENV)/.core
	@echo "== set-up 3 of 3: llama.cpp; the first time it is compiled, about four CPU minutes, on $(JOBS) cores"
	@CMAKE_BUILD_PARALLEL_LEVEL=$(JOBS) CMAKE_ARGS="$(LLAMA_CMAKE)" $(PIP) install --editable '.[lm]' || \
	  { echo "llama.cpp could not be installed; it needs a C and a C++ compiler. Without it: make demo LM=bigram"; exit 1; }
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find restore tests models benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

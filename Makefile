# make quickstart | test | check | bench | install
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --constraint constraints.txt

.PHONY: quickstart test slow check install bench clean

quickstart: $(VENV)/.run  ## set up, run the main job on the miniature world, print table and page
	$(BIN)/leadline run quickstart

install: $(VENV)/.dev  ## everything for development

test: $(VENV)/.dev  ## the default suite: no network, no GPU
	$(BIN)/python -m pytest

slow: $(VENV)/.dev  ## the long tests
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.dev  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev  ## side-by-side measurements, minutes to an hour; figures go to benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "leadline needs Python 3.11 or newer: make PYTHON=python3.12 …"'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[train]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[train,judge,oracle,dev]'
	touch $@ $(VENV)/.run

clean:  ## remove what make made; runs/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

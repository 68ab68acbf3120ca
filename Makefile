# What a person runs on a fresh clone. git, make and Python 3.11 are presumed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
OUT := out
COVERAGE := $(OUT)/coverage.json

.PHONY: help setup setup-desktop setup-test demo desktop test gates static lint types imports house tests \
	coverage bench soak clean

help:  ## say what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup:  ## install what the demo needs
	@packaging/setup.sh run "$(VENV)"

setup-desktop:  ## install what the window needs
	@packaging/setup.sh desktop "$(VENV)"

setup-test:  ## install what the gates need
	@packaging/setup.sh test "$(VENV)"

demo: setup  ## hold a rehearsal end to end; its pack is out/demo/evidence.pdf
	@rm -rf "$(OUT)/demo" && mkdir -p "$(OUT)/demo"
	$(PYTHON) -m ceremony demo --workspace "$(OUT)/demo/workspace" \
		--out "$(OUT)/demo/evidence.pdf"

desktop: setup-desktop  ## open the window: home, the conductor, evidence
	$(PYTHON) -m ceremony desktop

test: setup-test  ## run every gate and every test
	@$(MAKE) gates

gates:
	@$(MAKE) -j 2 --output-sync=target static
	@$(MAKE) tests
	@$(MAKE) coverage

static: lint types imports house  # what reads the code and runs none of it

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

house:
	$(PYTHON) scripts/check_house.py

tests:
	@mkdir -p "$(OUT)"
	$(PYTHON) -m pytest -n 2 --cov --cov-report= --cov-report=json:$(COVERAGE)

coverage:
	$(PYTHON) scripts/check_coverage.py $(COVERAGE)

bench: setup-test  ## print measured ratios against the limits
	$(PYTHON) scripts/bench.py

soak: setup-test  ## run the tests that take hours
	$(PYTHON) -m pytest -m soak -rP tests

clean:  ## remove what make made, but not the virtual environment
	rm -rf "$(OUT)" .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis

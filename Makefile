# What there is to do with Almanac; `make help` lists it.

.DEFAULT_GOAL := help
SHELL := /bin/bash

# The first Python that is new enough and can make environments.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v $$python && break; done)
PIP := .venv/bin/python -m pip --disable-pip-version-check
COMPILE := .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command 'make lock'

.PHONY: help run test lint types unit browser compat bench lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: .venv/installed ## Start Almanac on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL … see README)
	@exec .venv/bin/python manage.py serve

test: lint types unit browser ## Lint, types, all tests, browser tests

lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/installed-dev
	.venv/bin/mypy

unit: .venv/installed-dev
	.venv/bin/python -m pytest

browser: .venv/installed-dev
	@command -v chromium > /dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
		&& apt-get -qq update && apt-get -qq install --yes chromium; } || { \
		echo "The browser tests need Chromium: install the package chromium." >&2; exit 1; }
	.venv/bin/python -m pytest -m browser

compat: .venv/installed-dev ## The story, told by the real OpenMetadata SDKs
	.venv/bin/python -m pytest -m compat tests/compat

bench: .venv/installed-dev ## Measure against the budgets
	.venv/bin/python -m tests.benchmarks

lock: .venv/installed-dev ## Write requirements*.txt anew from pyproject.toml
	$(PIP) install -q uv
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group dev pyproject.toml -o requirements-dev.txt

clean: ## Remove the environment and the caches, not the data
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: requirements.txt
	@[ -n "$(PYTHON)" ] || { echo "Almanac needs Python 3.11 or newer with its venv module" \
		"(Debian: apt install python3-venv), or PYTHON=/path/to/one." >&2; exit 1; }
	@echo "Installing into .venv with $(PYTHON) (this is done once) …"
	@[ -x .venv/bin/python ] || $(PYTHON) -m venv .venv
	@$(PIP) install -q --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(PIP) install -q --require-hashes -r requirements-dev.txt
	@touch $@

# Every task of this repository. `make` alone lists them.
PYTHON ?= python3
PYTEST = .venv/bin/python -m pytest
ONLY ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests up test check fmt e2e bench docs lock

help:  ## list the tasks
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:  ## set up all that is missing
	@$(PYTHON) tools/setup.py

setup-tests:
	@$(PYTHON) tools/setup.py --tests

up: setup  ## set up what is missing and start Madang
	@exec .venv/bin/madang up

test: setup-tests  ## every test; a part of them: make test ONLY="tests/unit tests/e2e/test_x.py"
	@PYTHON=.venv/bin/python tools/test.sh $(ONLY)

check: setup  ## format, lint, types, imports, sizes, generated files
	@tools/check.sh

fmt: setup  ## format all sources
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --quiet --fix --exit-zero .
	@if [ -d web/app ]; then node_modules/.bin/prettier --log-level warn --write web sdk; fi

e2e: setup-tests  ## the journeys in a real browser
	@$(PYTEST) tests/e2e

bench: setup  ## the figures of docs/benchmarks.md
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; .venv/bin/python $$file || exit 1; done

docs: setup  ## write the generated parts of docs/
	@.venv/bin/python tools/docs.py

lock: setup  ## lock the newest versions that pyproject.toml and package.json allow
	@.venv/bin/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-annotate -o requirements.lock
	@npm install --package-lock-only --silent

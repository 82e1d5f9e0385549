# Every task of this repository. `make` alone lists them.
PYTHON ?= python3
PYTEST = .venv/bin/python -m pytest
ONLY ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests up test check fmt e2e bench bench-schema corpus fuzz-schema docs lock

help:  ## list the tasks
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

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

# The figures of the schema layer; a benchmark that is not there yet is left out.
SCHEMA_BENCHES = bench_corpus bench_schema bench_arguments bench_validation bench_dialects bench_pagination bench_mock

bench-schema: corpus  ## the figures of the schema layer, over 2,639 real documents
	@for name in $(SCHEMA_BENCHES); do file=tests/benchmarks/$$name.py; \
		if [ -f $$file ]; then echo "== $$file"; .venv/bin/python $$file || exit 1; fi; done

corpus: setup  ## fetch the 2,639 documents and the peer that bench-schema needs
	@.venv/bin/python tests/benchmarks/request_documents.py
	@.venv/bin/python tests/benchmarks/corpus.py

fuzz-schema: setup  ## odd input for the readers and the lenient parse, ten minutes each
	@.venv/bin/python tests/benchmarks/request_documents.py
	@.venv/bin/python tests/benchmarks/fuzz_schema.py

docs: setup  ## write the generated parts of docs/
	@.venv/bin/python tools/docs.py

lock: setup  ## lock the newest versions that pyproject.toml and package.json allow
	@.venv/bin/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-annotate -o requirements.lock
	@npm install --package-lock-only --silent

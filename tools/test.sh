#!/usr/bin/env bash
# All tests, or the paths given: Python's tiers first, then the web workspaces.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
  exec .venv/bin/python -m pytest "$@"
fi
if [ -d web/app ]; then
  node_modules/.bin/vitest run --root web
fi
.venv/bin/python -m pytest -n 2 tests/unit tests/integration
# Apart: the browser's library leaves an event loop running in its process, in which other fixtures' own loops fail.
.venv/bin/python -m pytest -n 2 --dist loadfile tests/acceptance
.venv/bin/python -m pytest -n 2 --dist loadfile tests/e2e

#!/usr/bin/env bash
# Format, lint, types, imports, sizes and staleness of generated files. Every check runs; one failure fails all.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
check() {
  local name=$1
  shift
  if output=$("$@" 2>&1); then
    printf 'ok    %s\n' "$name"
  else
    printf 'FAIL  %s\n%s\n' "$name" "$output"
    failed=1
  fi
}
check format .venv/bin/ruff format --check --quiet .
check lint .venv/bin/ruff check --quiet .
check imports .venv/bin/lint-imports
check sizes .venv/bin/python tools/check_sizes.py
check docs .venv/bin/python tools/docs.py --check
check types node_modules/.bin/pyright --warnings
if [ -d web/app ]; then
  check "web format" node_modules/.bin/prettier --log-level warn --check web sdk
  check "web lint" node_modules/.bin/eslint web sdk/typescript/lib sdk/typescript/tests
  check "web types" npm run --silent --workspaces --if-present types
  check "web client" .venv/bin/python tools/sdk.py --check
fi
exit $failed

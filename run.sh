#!/usr/bin/env bash
# The project's workflow, runnable: ./run.sh COMMAND. Needs Python 3.11 or newer and nothing else.
set -euo pipefail
cd "$(dirname "$0")"
unset PYTHONDONTWRITEBYTECODE   # compiled bytecode is what makes a second start fast
export PYTHONUTF8=1
BIN=.venv/bin
USAGE="Usage: ./run.sh setup | demo | test | check | coverage | bench | serve | record SOURCE | pictures | tracker ... | lock"

python() {
  for candidate in python3.13 python3.12 python3.11 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"; return
    fi
  done
  echo "run.sh: Python 3.11 or newer is needed and was not found. Install it and try again." >&2
  exit 1
}

setup() {  # make .venv and install what is locked, once
  local python stamp
  python=$(python)
  stamp=$(cat requirements.lock pyproject.toml | cksum)
  if [ "$(cat .venv/installed 2>/dev/null)" = "$stamp" ]; then return; fi
  echo "Setting up .venv (once; takes a minute or two) ..."
  [ -x $BIN/python ] || "$python" -m venv .venv
  $BIN/python -m pip install --quiet --compile --require-hashes --no-deps -r requirements.lock
  $BIN/python -m pip install --quiet --no-build-isolation --no-deps --editable .
  $BIN/python -m compileall -q tracker scrapers matching db migrations
  echo "$stamp" > .venv/installed
}

check() {  # what CI runs
  $BIN/ruff format --check .
  $BIN/ruff check .
  $BIN/mypy
  PYTHONPATH=. $BIN/lint-imports
  run_tests "$@"
}

run_tests() {
  local real=../shared/data
  if [ -z "${TRACKER_REAL_DATA:-}" ] && [ -d "$real" ]; then
    TRACKER_REAL_DATA=$(cd "$real" && pwd); export TRACKER_REAL_DATA
  fi
  $BIN/python -m pytest -n 2 --dist worksteal -rs "$@"
}

coverage() {  # which lines the tests run: tracing them doubles the time, so the check does without
  $BIN/coverage erase
  run_tests --cov --cov-report=term "$@"
}

command=${1:-help}; shift || true
case "$command" in
  setup) setup ;;
  demo) setup; exec $BIN/tracker demo "$@" ;;
  test) setup; run_tests "$@" ;;
  check) setup; check "$@" ;;
  coverage) setup; coverage "$@" ;;
  bench) setup; exec $BIN/python -m benchmarks "$@" ;;
  serve) setup; exec $BIN/tracker serve --demo "$@" ;;
  record) setup; exec $BIN/tracker sources record "$@" ;;
  tracker) setup; exec $BIN/tracker "$@" ;;
  pictures) setup; exec $BIN/python -m tests.pictures "$@" ;;
  lock) setup; exec $BIN/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras \
          --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
          --output-file requirements.lock pyproject.toml ;;
  help | -h | --help) echo "$USAGE" ;;
  *) echo "$USAGE" >&2; exit 2 ;;
esac

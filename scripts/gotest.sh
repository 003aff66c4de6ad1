#!/usr/bin/env bash
# gotest.sh PACKAGE…: the Go tests under the race detector, the store's suite on
# a real PostgreSQL among them.
set -euo pipefail
export REQUIRE_POSTGRES=1 # without one they fail, instead of being skipped
scripts/with-postgres.sh go test -race -json "$@" | go run ./scripts/tally

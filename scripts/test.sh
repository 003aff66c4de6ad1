#!/usr/bin/env bash
# All that proves the program, in the order in which a mistake is found soonest.
set -euo pipefail
step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

step 'what is needed'
scripts/need.sh gcc postgres browser
step 'generate'
scripts/generated.sh
make assets sdk
step 'lint'
scripts/lint.sh
step 'go test, with the race detector and a real PostgreSQL'
REQUIRE_POSTGRES=1 scripts/with-postgres.sh go test -race ./...
step 'build'
make build
step 'browser tests'
scripts/browser.sh
step 'all passed'

#!/usr/bin/env bash
# The browser tests: the demo under the race detector, and a real Chromium. What
# the demo's PagerDuty was asked and answered is left in e2e/out/history.
set -euo pipefail
go build -buildvcs=false -race -o bin/demo-race ./cmd/demo
rm -rf e2e/out/history
mkdir -p e2e/out
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$counts" e2e/*.test.mjs && code=0 || code=$?
count() { sed -n "s/^# $1 //p" "$counts"; }
echo "$(count pass) tests passed, $(count fail) failed, $(count skipped) skipped" | tee "${SUMMARY:-/dev/null}"
if [ "$(count pass)" = 0 ]; then # no test at all proves nothing
  code=1
fi
exit "$code"

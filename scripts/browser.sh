#!/usr/bin/env bash
# The browser tests: the demo under the race detector, a real Chromium, and at
# the end the check of every request that was sent to PagerDuty and of every
# answer against PagerDuty's own description.
set -euo pipefail
go build -buildvcs=false -race -o bin/demo-race ./cmd/demo
go build -buildvcs=false -o bin/zendesk-pagerduty ./cmd/zendesk-pagerduty
rm -rf e2e/out/history
node --test --test-reporter=spec --test-concurrency=1 e2e/*.test.mjs
if [ -n "${PAGERDUTY_OPENAPI:-}" ]; then
  go run ./simulator/pagerduty/openapi/check e2e/out/history/*.jsonl
else
  echo 'browser: PAGERDUTY_OPENAPI is not set: what was sent to PagerDuty was NOT checked against its description' >&2
fi

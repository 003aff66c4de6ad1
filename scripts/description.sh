#!/usr/bin/env bash
# Holds what the browser tests' PagerDuty was asked and answered against
# PagerDuty's own OpenAPI description, which PAGERDUTY_OPENAPI names. It has no
# licence, so the project has no copy.
set -euo pipefail
if [ -z "${PAGERDUTY_OPENAPI:-}" ]; then
  echo 'NOT CHECKED, since PAGERDUTY_OPENAPI names no description' | tee "${SUMMARY:-/dev/null}" >&2
  exit 0
fi
go run ./simulator/pagerduty/openapi/check e2e/out/history/*.jsonl | tee "${SUMMARY:-/dev/null}"

#!/usr/bin/env bash
# Known vulnerabilities in what the programs call: govulncheck in source mode,
# with the database that GOVULNDB names (https://… or file:///FOLDER of OSV files).
# Exit code 3 is a finding in code that is called.
set -euo pipefail
if [ -z "${GOVULNDB:-}" ]; then
  echo 'NOT CHECKED, since GOVULNDB names no database' | tee "${SUMMARY:-/dev/null}" >&2
  exit 0
fi
found=$(mktemp)
trap 'rm -f "$found"' EXIT
go tool govulncheck -db "$GOVULNDB" ./cmd/... | tee "$found" && code=0 || code=$?
line=$(grep -m1 '^Your code is affected' "$found" || echo 'govulncheck came to no end')
echo "Go: $line npm: not checked, since npm audit asks its registry's service" | tee "${SUMMARY:-/dev/null}"
exit "$code"

#!/usr/bin/env bash
# All that proves the program, in the order in which a mistake is found soonest.
# A failure does not hide what comes after it, unless that needs it; the end is
# a line for each part, and the exit code says whether all of them passed.
set -euo pipefail

SUMMARY=$(mktemp)
export SUMMARY
lines=()
failed=0

# part NAME COMMAND…
part() {
  local name=$1 begun=$SECONDS verdict=passed
  shift
  printf '\n== %s\n' "$name"
  : >"$SUMMARY"
  "$@" || verdict=FAILED
  lines+=("$(printf '%-12s %-6s %4ds  %s' "$name" "$verdict" $((SECONDS - begun)) "$(tail -n 1 "$SUMMARY")")")
  if [ "$verdict" = FAILED ]; then
    failed=1
    return 1
  fi
}

finish() {
  rm -f "$SUMMARY"
  printf '\n== summary (%ds)\n' "$SECONDS"
  printf '%s\n' "${lines[@]}"
  exit "$failed"
}

part needs scripts/need.sh compiler postgres browser || finish
part generate scripts/generated.sh || true
part build make build sdk || finish
part lint scripts/lint.sh || true
part vulns scripts/vulns.sh || true
part go scripts/gotest.sh ./... || true
part scripts scripts/jstest.sh || true
part browser scripts/browser.sh || true
part description scripts/description.sh || true
finish

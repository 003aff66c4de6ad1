#!/usr/bin/env bash
# jstest.sh: the unit tests of the page's scripts, beside them in assets/src, in
# node alone. A test that failed or was cancelled fails the run, and so does a run
# without any.
set -euo pipefail
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
mapfile -t files < <(find assets/src -name '*.test.js' | sort)
node --test --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$counts" "${files[@]}" && code=0 || code=$?
count() { sed -n "s/^# $1 //p" "$counts"; }
lost=$(($(count fail) + $(count cancelled)))
echo "$(count pass) script tests passed, $lost failed, $(count skipped) skipped" | tee "${SUMMARY:-/dev/null}"
if [ "$(count pass)" = 0 ] || [ "$lost" != 0 ]; then
  code=1
fi
exit "$code"

#!/usr/bin/env bash
# browser.sh [FILE…]: the browser tests, those of the set-up page's scripts without
# a browser (e2e/setup) and those with programs from outside the project
# (e2e/outside), all of them if none is named, with a real Chromium. Files run side
# by side where there are processors for it.
# The file with the most panels at once runs against a demo under the race
# detector. What the demo's PagerDuty was asked and answered is left in
# e2e/out/history.
set -euo pipefail
raced=e2e/tabs.test.mjs
files=("$@")
[ ${#files[@]} -gt 0 ] || files=(e2e/*.test.mjs e2e/setup/*.test.mjs e2e/outside/*.test.mjs)
go build -o bin/demo ./cmd/demo
if [[ " ${files[*]} " == *" $raced "* ]]; then
  CGO_ENABLED=1 go build -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false -o bin/demo-race ./cmd/demo
  export RACED=${raced##*/}
fi
rm -rf e2e/out/history
mkdir -p e2e/out
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
# Most of a test is waiting: with as many files at once as processors, more than
# half of these are idle.
atonce=$(($(getconf _NPROCESSORS_ONLN) * 2))
# The time-out ends a test that hangs; each wait in it has its own, shorter limit.
node --test --test-concurrency="$atonce" --test-timeout=900000 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$counts" "${files[@]}" && code=0 || code=$?
count() { sed -n "s/^# $1 //p" "$counts"; }
echo "$(count pass) browser tests passed, $(($(count fail) + $(count cancelled))) failed, $(count skipped) skipped" | tee "${SUMMARY:-/dev/null}"
if [ "$(count pass)" = 0 ]; then # no test at all proves nothing
  code=1
fi
exit "$code"

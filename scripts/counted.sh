#!/usr/bin/env bash
# gotestsum runs this at its end: one closing line, in the file that SUMMARY
# names too. Where no test ran, nothing was proved: that is a failure.
set -euo pipefail
passed=$((TESTS_TOTAL - TESTS_FAILED - TESTS_SKIPPED))
echo "$passed Go tests passed, $TESTS_FAILED failed, $TESTS_SKIPPED skipped, $TESTS_ERRORS errors" | tee "${SUMMARY:-/dev/null}"
[ "$passed" -gt 0 ]

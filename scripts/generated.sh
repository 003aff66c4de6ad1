#!/usr/bin/env bash
# Generates, and fails where that changed anything: what is committed must be
# what the sources say.
set -euo pipefail
sums() { find . -name '*_templ.go' -not -path '*/node_modules/*' -print0 | sort -z | xargs -0 sha256sum; }
before=$(sums)
go tool templ generate -log-level error
after=$(sums)
if [ "$before" != "$after" ]; then
  echo 'generated: these files were not what their sources say; they are now:' >&2
  diff <(echo "$before") <(echo "$after") | sed -n 's/^> [0-9a-f]* */  /p' >&2
  exit 1
fi

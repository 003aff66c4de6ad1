#!/usr/bin/env bash
# ldflags.sh: how the program is linked: without symbols, and with the commit that
# it was built from and its date. The same commit gives the same bytes; what is not
# committed shows as "-changed".
set -euo pipefail
flags='-s -w'
if commit=$(git rev-parse --short=12 HEAD 2>/dev/null); then
  git diff --quiet HEAD -- . 2>/dev/null || commit+=-changed
  date=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%d --format=%cd)
  flags+=" -X zendesk-pagerduty/app.Commit=$commit -X zendesk-pagerduty/app.Date=$date"
fi
echo "$flags"

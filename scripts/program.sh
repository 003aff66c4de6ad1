#!/usr/bin/env bash
# program.sh FILE: builds the program as it is published, for GOOS and GOARCH where
# they are set. LDFLAGS are those of scripts/ldflags.sh, unless they are given.
set -euo pipefail
export CGO_ENABLED=0
# What runs at the start and for /metrics alone is compiled without copies of small
# functions: 0.25 MB of 27.15.
go build -trimpath -buildvcs=false -gcflags=google.golang.org/protobuf/...=-l -gcflags=github.com/alecthomas/kong=-l \
  -ldflags "${LDFLAGS-$(scripts/ldflags.sh)}" -o "$1" ./cmd/zendesk-pagerduty

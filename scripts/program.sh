#!/usr/bin/env bash
# program.sh FILE: builds the program as it is published, for GOOS and GOARCH where
# they are set. LDFLAGS are those of scripts/ldflags.sh, unless they are given.
set -euo pipefail
export CGO_ENABLED=0
# Packages that run at the start, for /metrics, to choose a language, or never (what
# echo and securecookie bring along), compiled without copies of small functions: 0.39 MB
# of 27.37.
flags=()
for cold in encoding/gob encoding/xml github.com/alecthomas/kong github.com/pressly/goose/... \
  github.com/prometheus/common/... golang.org/x/crypto/acme/... golang.org/x/net/... golang.org/x/text/... google.golang.org/protobuf/...; do
  flags+=("-gcflags=$cold=-l")
done
go build -trimpath -buildvcs=false "${flags[@]}" -ldflags "${LDFLAGS-$(scripts/ldflags.sh)}" -o "$1" ./cmd/zendesk-pagerduty

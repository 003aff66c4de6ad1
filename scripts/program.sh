#!/usr/bin/env bash
# program.sh FILE: builds the program as it is published, for GOOS and GOARCH where
# they are set. LDFLAGS are those of scripts/ldflags.sh, unless they are given.
set -euo pipefail
export CGO_ENABLED=0
# Packages that run at the start, for a login, for a new connection, for the set-up, for
# /metrics, or never (what echo and securecookie bring along), compiled without copies of
# small functions: 1.06 MB of 27.91.
flags=()
for cold in archive/... crypto/internal/fips140/edwards25519/... crypto/internal/fips140/nistec/... crypto/tls crypto/x509/... \
  encoding/asn1 encoding/gob encoding/json encoding/xml math/big mime/multipart net/smtp regexp/... text/template/parse \
  github.com/alecthomas/kong github.com/coreos/... github.com/golang-jwt/... github.com/pressly/goose/... \
  github.com/prometheus/... golang.org/x/crypto/acme/... golang.org/x/net/... golang.org/x/oauth2/... golang.org/x/text/... \
  google.golang.org/protobuf/... \
  zendesk-pagerduty/app zendesk-pagerduty/cmd/... zendesk-pagerduty/selfcheck zendesk-pagerduty/server/connect \
  zendesk-pagerduty/server/setup zendesk-pagerduty/server/window zendesk-pagerduty/views/connect \
  zendesk-pagerduty/views/setup zendesk-pagerduty/views/window zendesk-pagerduty/zendesk-app/... \
  zendesk-pagerduty/zendesk/trigger/...; do
  flags+=("-gcflags=$cold=-l")
done
go build -trimpath -buildvcs=false "${flags[@]}" -ldflags "${LDFLAGS-$(scripts/ldflags.sh)}" -o "$1" ./cmd/zendesk-pagerduty

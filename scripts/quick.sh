#!/usr/bin/env bash
# quick.sh: what a change is likely to break, in under a minute once the cache is
# warm: what is generated, vet, the unit tests of the scripts, and the Go tests
# without the race detector, PostgreSQL and the browser. Go runs again only what a change touches.
set -euo pipefail
scripts/generated.sh
go vet ./...
scripts/jstest.sh
mapfile -t packages < <(go list ./... | grep -vE '/simulator/zendesk$')
go tool gotestsum --format pkgname-and-test-fails --post-run-command scripts/counted.sh -- -vet=off "${packages[@]}"

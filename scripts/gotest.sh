#!/usr/bin/env bash
# gotest.sh PACKAGE…: the Go tests under the race detector, the store's suite on
# a real PostgreSQL among them.
set -euo pipefail
export REQUIRE_POSTGRES=1 # without one they fail, instead of being skipped
# SQLite translated to Go is not watched: its own memory is nobody's concern
# here, and watching it costs most of the time. The driver above it is.
unwatched=(-gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false)
cores=$(getconf _NPROCESSORS_ONLN)
# go vet is lint.sh's: here it would read every dependency a second time.
# More packages and tests at once than processors, since most of a test is waiting.
# The race detector needs cgo; gotestsum itself is compiled without, as all else.
scripts/with-postgres.sh go tool gotestsum --format pkgname --post-run-command scripts/counted.sh --raw-command -- \
  env CGO_ENABLED=1 go test -json -race "${unwatched[@]}" -vet=off -timeout 30m -p "$((cores * 2))" -parallel "$((cores * 3))" "$@"

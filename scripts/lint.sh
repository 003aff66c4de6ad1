#!/usr/bin/env bash
# Complains and changes nothing.
set -euo pipefail
unformatted=$(gofmt -l $(git ls-files -co --exclude-standard '*.go'))
if [ -n "$unformatted" ]; then
  echo "lint: gofmt would change: $unformatted" >&2
  exit 1
fi
go mod tidy -diff
go vet ./...
go tool staticcheck ./...

#!/usr/bin/env bash
# Complains and changes nothing.
set -euo pipefail
bash -n scripts/*.sh .ci/run
for script in deploy/testdata/machine/*; do bash -n "$script"; done
mapfile -t sources < <(find . -name '*.go' -not -path '*/node_modules/*' -not -path './.*')
unformatted=$(gofmt -l "${sources[@]}")
if [ -n "$unformatted" ]; then
  printf 'lint: gofmt would change these:\n%s\n' "$unformatted" >&2
  exit 1
fi
go mod tidy -diff
go vet ./...
go vet -tags deploy ./deploy # what make test leaves out
go tool staticcheck ./...

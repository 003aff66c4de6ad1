#!/usr/bin/env bash
# release.sh: builds what is published of a version, into dist/: static programs for
# Linux and macOS, what they are made of (CycloneDX), samples, and checksums. The
# programs are built a second time, from a copy of the commit in another folder, with
# an empty cache, and compared byte for byte. What is not committed is not built.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^const Version = "\(.*\)"$/\1/p' app/version.go)
grep -q "^## \[$version\]" CHANGELOG.md || { echo "release: CHANGELOG.md has no section for $version" >&2; exit 1; }
[ -z "$(git status --porcelain)" ] || { echo 'release: there are changes that are not committed; commit or drop them first' >&2; exit 1; }
# TARGETS names fewer, for a try.
read -ra targets <<<"${TARGETS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64}"

# programs FOLDER OUT: builds the source in FOLDER, assets included.
programs() {
  local flags target out=$2
  flags=$(scripts/ldflags.sh)
  npm --prefix "$1/assets" ci --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null
  (
    cd "$1"
    go run ./assets/build >/dev/null
    for target in "${targets[@]}"; do
      LDFLAGS=$flags GOOS=${target%/*} GOARCH=${target#*/} scripts/program.sh "$out/zendesk-pagerduty_${version}_${target/\//_}"
    done
  )
}

again=$(mktemp -d)
trap 'chmod -R u+w "$again"; rm -rf "$again"' EXIT
rm -rf dist
mkdir -p dist "$again/source" "$again/out"

echo "release: $version"
programs . "$PWD/dist"
echo 'release: the same again, elsewhere'
git archive HEAD | tar -x -C "$again/source"
GOCACHE=$again/cache programs "$again/source" "$again/out"
for program in "$again"/out/*; do
  cmp "$program" "dist/${program##*/}" || { echo "release: ${program##*/} is not the same twice" >&2; exit 1; }
done

# What it is made of: Go with its standard library, modules with their licences, and
# npm's packages that the page loads. Serial numbers and times would differ each time.
go tool -modfile=tools/go.mod cyclonedx-gomod mod -type application -licenses -std -json -noserial -notimestamp \
  -output "dist/zendesk-pagerduty_${version}_go.cdx.json" .
npm --prefix assets sbom --sbom-format cyclonedx --sbom-type application --omit dev |
  node -e 'const b = JSON.parse(require("fs").readFileSync(0)); delete b.serialNumber; delete b.metadata.timestamp
    console.log(JSON.stringify(b, null, 2))' >"dist/zendesk-pagerduty_${version}_npm.cdx.json"

tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -czf "dist/zendesk-pagerduty_${version}_deploy.tar.gz" \
  --exclude='*_test.go' LICENSE README.md CHANGELOG.md docs deploy
(cd dist && sha256sum zendesk-pagerduty_* >SHA256SUMS)
ls -l dist | awk 'NR > 1 { printf "release: %10d %s\n", $5, $9 }'

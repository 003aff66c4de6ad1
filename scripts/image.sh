#!/usr/bin/env bash
# image.sh: builds the image with buildah, which needs no engine that runs, and
# writes it to dist/image.tar (docker-archive: "docker load" and "podman load" take
# it). bin/zendesk-pagerduty must be there. IMAGE names it.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^const Version = "\(.*\)"$/\1/p' app/version.go)
name=${IMAGE:-zendesk-pagerduty:$version}
certificates=${CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}
context=$(mktemp -d)
# A storage of its own, and no file system or isolation that would need more rights
# than a build machine's root has.
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
storage=(--root "$context/storage" --runroot "$context/run")
trap 'chmod -R u+w "$context"; rm -rf "$context"' EXIT
mkdir -p "$context/build/data" dist
cp deploy/image/Containerfile bin/zendesk-pagerduty "$context/build/"
cp "$certificates" "$context/build/ca-certificates.crt"
rm -f dist/image.tar
buildah "${storage[@]}" bud --quiet --format docker --timestamp "$(git log -1 --format=%ct 2>/dev/null || echo 0)" --tag "$name" "$context/build" >/dev/null
buildah "${storage[@]}" push --quiet "$name" "docker-archive:dist/image.tar:$name"
echo "image: $name, $(stat -c %s dist/image.tar) bytes in dist/image.tar"

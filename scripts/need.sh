#!/usr/bin/env bash
# need.sh WHAT…: checks for what is needed, one line each. What can be installed
# is, on Debian as root; elsewhere a line says what to install, and it fails.
# WHAT is tools (versions of what nobody installs unasked), compiler, postgres,
# browser, proxies, promtool, systemd or image.
set -euo pipefail

missing=0

# tool NAME WANTED HINT COMMAND…: the command prints the version somewhere.
tool() {
  local name=$1 wanted=$2 hint=$3 found
  shift 3
  found=$("$@" 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1) || true
  if [ -n "$found" ] && [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ]; then
    printf 'need: %-5s %-8s found %s\n' "$name" "≥ $wanted" "$found"
  else
    printf 'need: %-5s %-8s found %s: %s\n' "$name" "≥ $wanted" "${found:-none}" "$hint" >&2
    missing=1
  fi
}

need_tools() {
  tool go 1.26.8 'see go.dev/doc/install' go version
  tool node 20.0 'see nodejs.org' node --version
  tool npm 9.0 'it comes with Node' npm --version
  tool make 4.0 'install the package make' make --version
  tool git 2.0 'install the package git' git --version
}

# can_add tells whether this is Debian, and root.
can_add() { [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# add WHAT PACKAGE…
add() {
  local what=$1
  shift
  if ! can_add; then
    echo "need: $what is missing: install it (on Debian, as root: apt-get install $*)" >&2
    missing=1
    return
  fi
  echo "need: $what is missing: installing $*" >&2
  if [ -z "${updated:-}" ]; then
    apt-get update -qq >&2
    updated=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need_compiler() {
  # the header is looked at too: Debian has gcc without a C library to build on
  if ! command -v gcc >/dev/null || ! echo '#include <stdlib.h>' | gcc -E - >/dev/null 2>&1; then
    add 'gcc (for the race detector)' gcc libc6-dev
  fi
}

need_postgres() {
  if scripts/with-postgres.sh --find >/dev/null 2>&1; then
    return
  fi
  # Only the binaries are wanted: no cluster of Debian's own, that would listen
  # on this machine from now on.
  local quiet=/etc/postgresql-common/createcluster.d/binaries-only.conf
  if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
    mkdir -p "${quiet%/*}"
    echo 'create_main_cluster = false' >"$quiet"
  fi
  add 'a PostgreSQL server' postgresql
  rm -f "$quiet"
}

need_browser() {
  [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || add Chromium chromium
  # The tests take a quarter less of the processors in it, and do without.
  if [ -z "${CHROMIUM:-}" ] && [ ! -x /usr/bin/chromium-headless-shell ] && can_add; then
    add 'Chromium without windows' chromium-headless-shell || echo 'need: without it the browser tests take longer' >&2
  fi
  command -v fc-list >/dev/null || add fontconfig fontconfig
  [ -n "$(fc-list :lang=en 2>/dev/null | grep -iv cjk)" ] || add 'a font with Latin letters' fonts-dejavu-core
  [ -n "$(fc-list :lang=ja 2>/dev/null)" ] || add 'a font with Japanese' fonts-noto-cjk
}

# quietly COMMAND…: what it installs is started by tests alone: nothing of it may
# start by itself and listen on this machine.
quietly() {
  local policy=/usr/sbin/policy-rc.d made=
  if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made=1
  fi
  "$@"
  [ -z "$made" ] || rm -f "$policy"
}

proxies() {
  command -v nginx >/dev/null || add nginx nginx-light
  command -v haproxy >/dev/null || add HAProxy haproxy
  command -v caddy >/dev/null || add Caddy caddy
}

need_proxies() { quietly proxies; }

need_promtool() { command -v promtool >/dev/null || quietly add promtool prometheus; }

need_systemd() {
  command -v systemd-analyze >/dev/null || add systemd-analyze systemd
  command -v strace >/dev/null || add strace strace
}

need_image() {
  command -v buildah >/dev/null || add buildah buildah
  [ -s "${CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}" ] || add "a bundle of certificates" ca-certificates
}

cd "$(dirname "$0")/.."
for what in "$@"; do "need_$what"; done
exit "$missing"

#!/usr/bin/env bash
# Checks for what is needed, one line each, and on Debian as root installs what
# can be installed: need.sh tools|gcc|postgres|browser …
set -euo pipefail

missing=0

# at_least NAME FOUND WANTED HINT
at_least() {
  if [ -z "$2" ]; then
    echo "need: $1 $3 or newer, found none: $4" >&2
    missing=1
  elif [ "$(printf '%s\n%s\n' "$3" "$2" | sort -V | head -n 1)" != "$3" ]; then
    echo "need: $1 $3 or newer, found $2: $4" >&2
    missing=1
  fi
}

version() { "$@" 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true; }

tools() {
  at_least Go "$(version go version)" 1.26 'see go.dev/doc/install'
  at_least Node "$(version node --version)" 20.0 'see nodejs.org'
  at_least npm "$(version npm --version)" 9.0 'it comes with Node'
  at_least make "$(version make --version)" 4.0 'install the package make'
  at_least git "$(version git --version)" 2.0 'install the package git'
}

# install WHAT PACKAGE… : by apt on Debian as root, elsewhere say what to do.
install() {
  local what=$1
  shift
  if [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "need: $what is missing, installing $*" >&2
    if [ -z "${apt_updated:-}" ]; then
      apt-get update -qq >&2
      apt_updated=1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  else
    echo "need: $what is missing: install it (on Debian: apt-get install $*)" >&2
    missing=1
  fi
}

gcc() {
  command -v gcc >/dev/null && [ -e /usr/include/stdlib.h ] || install 'gcc (for the race detector)' gcc libc6-dev
}

postgres() {
  command -v setpriv >/dev/null || install setpriv util-linux
  [ -n "$("$(dirname "$0")/with-postgres.sh" --find 2>/dev/null)" ] || install 'a PostgreSQL server' postgresql
}

browser() {
  [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || install Chromium chromium
  command -v fc-list >/dev/null || install fontconfig fontconfig
  [ -n "$(fc-list :lang=ja 2>/dev/null)" ] || install 'a font with Japanese' fonts-noto-cjk
  [ -n "$(fc-list :lang=en 2>/dev/null | grep -iv cjk)" ] || install 'a font with Latin letters' fonts-dejavu-core
}

for what in "$@"; do "$what"; done
exit "$missing"

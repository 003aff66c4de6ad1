#!/usr/bin/env bash
# with-postgres.sh COMMAND…: runs the command beside a PostgreSQL of its own, on
# a free port of loopback, whose address is in TEST_POSTGRES_URL. It is stopped
# and removed at the end, however that comes. With --find it prints where the
# server's binaries are.
set -euo pipefail

find_bin() {
  local dir
  for dir in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -Vr); do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && { echo "$dir"; return; }
  done
  command -v initdb >/dev/null && dirname "$(command -v initdb)"
}

bin=$(find_bin || true)
if [ "${1:-}" = --find ]; then
  echo "$bin"
  exit
fi
[ -n "$bin" ] || { echo 'with-postgres: no PostgreSQL server found: install it (on Debian: apt-get install postgresql)' >&2; exit 1; }

dir=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  as=(setpriv --reuid postgres --regid postgres --init-groups --)
  chown postgres "$dir"
fi

cleanup() {
  local code=$?
  trap - EXIT INT TERM
  [ -f "$dir/data/postmaster.pid" ] && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
  rm -rf "$dir"
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/data" -U test -A trust --no-sync --locale=C -E UTF8 >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
for _ in 1 2 3 4 5; do # a port that is free now can be taken a moment later
  port=$(( (RANDOM % 20000) + 32768 ))
  if "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 30 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start >/dev/null 2>&1; then
    started=1
    break
  fi
done
[ -n "${started:-}" ] || { cat "$dir/server.log" >&2; exit 1; }
cd "$OLDPWD"
export TEST_POSTGRES_URL="postgres://test@127.0.0.1:$port/postgres?sslmode=disable"
"$@"

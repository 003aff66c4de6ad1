#!/usr/bin/env bash
# with-postgres.sh COMMAND…: runs the command beside a PostgreSQL of its own,
# from the system's binaries, on a free port of loopback. Its address, with a
# password that is new each time, is in TEST_POSTGRES_URL. It is stopped and
# removed at the end, however that comes, and the command's exit code is passed
# on. With --find it prints where the binaries are.
set -euo pipefail

find_binaries() {
  local dir
  for dir in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -Vr) $(dirname "$(command -v initdb || echo /none/initdb)"); do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/pg_ctl" ]; then
      echo "$dir"
      return
    fi
  done
  return 1
}

if ! bin=$(find_binaries); then
  echo 'with-postgres: no PostgreSQL server found: install it (on Debian: apt-get install postgresql)' >&2
  exit 1
fi
if [ "${1:-}" = --find ]; then
  echo "$bin"
  exit
fi

dir=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --)
  chown "$user" "$dir"
fi

command=
finish() {
  local code=$?
  trap - EXIT INT TERM
  [ -z "$command" ] || kill -TERM -- "-$command" 2>/dev/null || true
  if [ -f "$dir/data/postmaster.pid" ]; then
    (cd "$dir" && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1) || true
  fi
  rm -rf "$dir"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(
  cd "$dir" # the other user may not enter this one
  umask 077
  echo "$password" >password
  [ ${#as[@]} = 0 ] || chown "$user" password
  "${as[@]}" "$bin/initdb" -D "$dir/data" -U test -A scram-sha-256 --pwfile=password --no-sync --locale=C -E UTF8 >log 2>&1 || { cat log >&2; exit 1; }
)
options='-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200'
options+=' -c fsync=off -c synchronous_commit=off -c full_page_writes=off' # nothing here outlives the command
for _ in 1 2 3 4 5; do # a port that is free now can be taken a moment later
  port=$((RANDOM % 20000 + 32768))
  if (cd "$dir" && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 30 -o "-p $port $options" start >/dev/null 2>&1); then
    started=1
    break
  fi
done
if [ -z "${started:-}" ]; then
  cat "$dir/server.log" >&2
  exit 1
fi

export TEST_POSTGRES_URL="postgres://test:$password@127.0.0.1:$port/postgres?sslmode=disable"
# In a process group of its own, so that a signal to this script ends all of it.
set -m
"$@" </dev/null &
command=$!
set +m
wait "$command" && code=0 || code=$?
command=
exit "$code"

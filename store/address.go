package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"zendesk-pagerduty/seal"
)

// ErrMissing is returned for a database that is not there, or holds no schema.
var ErrMissing = errors.New(
	"there is no database of zendesk-pagerduty: run “zendesk-pagerduty serve” or “migrate” first, or correct DATABASE_URL",
)

// OpenExisting is [OpenWithin] for commands that make no database: a slip in its
// address would otherwise leave an empty one behind, and say that all is well.
func OpenExisting(ctx context.Context, address string, box *seal.Box, limits Limits) (*Store, error) {
	if !Exists(address) {
		return nil, fmt.Errorf("%s: %w", Name(address), ErrMissing)
	}
	s, err := OpenWithin(ctx, address, box, limits)
	if err != nil {
		return nil, err
	}
	s.existing = Name(address)
	return s, nil
}

// Exists says whether there is a file of an SQLite database. It is true for every
// other address.
func Exists(address string) bool {
	path, ok := strings.CutPrefix(address, "sqlite:")
	if !ok || path == "" {
		return true
	}
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// Name says which database an address leads to, without its password and
// parameters.
func Name(address string) string {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		if whole, err := filepath.Abs(path); err == nil {
			path = whole
		}
		return "sqlite:" + path
	}
	u, err := url.Parse(address)
	if err != nil {
		return "a PostgreSQL address that does not parse" // its words could repeat the password
	}
	u.RawQuery, u.Fragment = "", ""
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	return u.String()
}

// createPrivate makes a new SQLite file readable by its owner alone; SQLite gives its
// -wal and -shm files the same mode.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// Exposed says, for the operator's log, what of a database others can read; empty
// where nothing is known.
func Exposed(address string) string {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		for _, file := range []string{path, path + "-wal", path + "-shm"} {
			if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 {
				return fmt.Sprintf("other users of this machine can open %s (mode %04o): chmod 600 it", file, info.Mode().Perm())
			}
		}
		return ""
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return ""
	}
	plain := config.TLSConfig == nil && !isLocal(config.Host)
	for _, other := range config.Fallbacks { // sslmode=prefer, the default, goes on without TLS
		plain = plain || other.TLSConfig == nil && !isLocal(other.Host)
	}
	if plain {
		return "the connection to PostgreSQL may go without TLS beyond this machine: add sslmode=verify-full to DATABASE_URL"
	}
	return ""
}

// isLocal is this machine: a socket's path or loopback.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}

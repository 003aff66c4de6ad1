package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"zendesk-pagerduty/migrations"
)

// SchemaStatus says how a database's schema stands to this program.
type SchemaStatus struct {
	Have, Want int64
	Missing    []string // files of migrations that are to be run, in their order
	Runs       bool     // this program runs on it as it is
}

// Schema reads which migrations have run. It makes nothing, and changes nothing.
func Schema(ctx context.Context, address string) (SchemaStatus, error) {
	s, err := OpenExisting(ctx, address, nil, Limits{})
	if err != nil {
		return SchemaStatus{}, err
	}
	defer s.Close()
	return s.Status(ctx)
}

// Status is [Schema] of an open database. It comes before [Store.Prepare] too.
func (s *Store) Status(ctx context.Context) (at SchemaStatus, err error) {
	if at.Want, err = latest(s.dialect, migrations.FS); err != nil {
		return at, err
	}
	known := `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`
	if s.dialect.name == onPostgres.name {
		known = `SELECT count(to_regclass('goose_db_version'))`
	}
	var n int
	if err := s.db.QueryRowContext(ctx, known).Scan(&n); err != nil {
		return at, err
	}
	if n == 0 {
		return at, fmt.Errorf("%s: %w", Name(s.address), ErrMissing)
	}
	if err := s.db.QueryRowContext(ctx, selectVersion).Scan(&at.Have); err != nil {
		return at, err
	}
	at.Runs = at.Have == at.Want
	if at.Have > at.Want {
		at.Runs, err = runsOn(ctx, s.db.DB, at.Want)
		return at, err
	}
	files, err := fs.Glob(migrations.FS, s.dialect.name+"/*.sql")
	for _, file := range files {
		if number, err := numberOf(file); err == nil && number > at.Have {
			at.Missing = append(at.Missing, path.Base(file))
		}
	}
	return at, err
}

// selectVersion is the version of a database's schema, 0 where no migration has run.
const selectVersion = `SELECT coalesce(max(version_id), 0) FROM goose_db_version`

// latest is the version of the schema that this program knows.
func latest(d dialect, schema fs.FS) (int64, error) {
	files, err := fs.Glob(schema, d.name+"/*.sql")
	if err != nil || len(files) == 0 {
		return 0, errors.Join(err, fs.ErrNotExist)
	}
	return numberOf(files[len(files)-1]) // sorted by name
}

func numberOf(file string) (int64, error) {
	number, _, _ := strings.Cut(path.Base(file), "_")
	return strconv.ParseInt(number, 10, 64)
}

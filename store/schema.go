package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"zendesk-pagerduty/migrations"
)

func provider(db *sql.DB, d dialect, schema fs.FS) (*goose.Provider, error) {
	files, err := fs.Sub(schema, d.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithSlog(slog.New(slog.DiscardHandler)),
		goose.WithDisableGlobalRegistry(true),
	}
	kind := goose.DialectSQLite3
	if d.name == onPostgres.name {
		kind = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60),
			lock.WithUnlockTimeout(1, 60)) // replicas start together
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(kind, db, files, options...)
}

// Migrate brings a schema up to date and says from which version to which.
func Migrate(ctx context.Context, address string) (from, to int64, err error) {
	db, d, err := connect(address, Limits{}.orDefaults(), asItIs) // a migration takes its time
	if err != nil {
		return 0, 0, fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, db, d, migrations.FS)
}

func migrate(ctx context.Context, db *sql.DB, d dialect, schema fs.FS) (from, to int64, err error) {
	p, err := provider(db, d, schema)
	if err != nil {
		return 0, 0, err
	}
	have, want, err := versions(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	if have > want {
		return 0, 0, newer(have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return 0, 0, err
	}
	return have, want, nil
}

// versions gives the schema's and this program's.
func versions(ctx context.Context, p *goose.Provider) (have, want int64, err error) {
	if have, err = p.GetDBVersion(ctx); err != nil {
		return 0, 0, err
	}
	sources := p.ListSources()
	return have, sources[len(sources)-1].Version, nil
}

func newer(have, want int64) error {
	return fmt.Errorf("the database's schema is version %d, and this program knows %d: run the newer program", have, want)
}

// Prepare makes the schema of an empty database. It refuses one that is older than
// this program, since a migration is the operator's decision, or so new that it does
// not say that this program runs on it.
func (s *Store) Prepare(ctx context.Context) error {
	for began := time.Now(); ; {
		err := retry(ctx, func() error { return s.prepare(ctx) })
		if !errors.As(err, new(*older)) || time.Since(began) > settled {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// older is a schema that lacks migrations. On SQLite it may be one that another
// process is making right now: within settled it is looked at again.
type older struct{ have, want int64 }

func (e *older) Error() string {
	return fmt.Sprintf(
		"the database's schema is version %d, and this program wants %d: run “zendesk-pagerduty migrate”", e.have,
		e.want)
}

const settled = time.Second

// make brings an empty database's schema up to date, on connections of its own
// whose statements PostgreSQL does not cut off.
func (s *Store) make(ctx context.Context) error {
	db, d, err := connect(s.address, s.limits, asItIs)
	if err != nil {
		return err
	}
	defer db.Close()
	_, _, err = migrate(ctx, db, d, s.schema)
	return err
}

func (s *Store) prepare(ctx context.Context) error {
	p, err := provider(s.db.DB, s.dialect, s.schema)
	if err != nil {
		return err
	}
	have, want, err := versions(ctx, p)
	s.version = want
	switch {
	case err != nil:
		return s.db.because(err)
	case have > want:
		runs, err := runsOn(ctx, s.db.DB, want)
		if err != nil {
			return err
		}
		if !runs {
			return newer(have, want)
		}
	case have == 0 && s.existing != "":
		return fmt.Errorf("%s: %w", s.existing, ErrMissing)
	case have == 0:
		if err := s.make(ctx); err != nil {
			// SQLite has no lock for this: another process may be making the
			// schema right now. Looking again tells.
			return &raced{err}
		}
	case have < want:
		return &older{have, want}
	}
	if err := notMoved(ctx, s.db.DB, Name(s.address)); err != nil {
		return err
	}
	if err := s.recogniseRestore(ctx); err != nil {
		return err
	}
	return s.prepareLookups(ctx)
}

// prepareLookups prepares what each request of a panel asks for.
func (s *Store) prepareLookups(ctx context.Context) (err error) {
	prepare := func(query string) *lookup {
		l := &lookup{pool: s.db}
		if err == nil {
			l.Stmt, err = s.db.PrepareContext(ctx, query)
		}
		return l
	}
	s.readPanel = prepare(selectPanel)
	s.readSession = prepare(selectSession)
	s.readConnection = prepare(selectLive)
	s.readLinks = prepare(
		`SELECT incident_id, linked, made, on_solve_by FROM links` + whereTicket + ` ORDER BY linked, incident_id`)
	for i, length := range counted {
		s.readOthers[i] = prepare(countOthers(length))
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
)

type serveCommand struct{ app.Settings }

func (c serveCommand) Run(ctx context.Context) error {
	limitMemory(os.Getenv)
	unknown, err := app.UnknownSettings(os.Environ())
	if err != nil {
		return err
	}
	if err := c.ReadSecrets(); err != nil {
		return err
	}
	a, err := app.Open(ctx, c.Settings, app.Options{})
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		a.Log.WarnContext(ctx, "unknown settings: they do nothing", "names", unknown)
	}
	return a.Run(ctx)
}

// database is the one setting of the commands that only touch the database.
type database struct {
	URL string `name:"database-url" env:"DATABASE_URL" default:"sqlite:zendesk-pagerduty.db" placeholder:"URL" help:"sqlite:PATH or postgres://…"`
}

// url is the database's address. A setting that is misspelt is refused: a command
// would be about another database.
func (d database) url() (string, error) {
	if _, err := app.UnknownSettings(os.Environ()); err != nil {
		return "", err
	}
	s := app.Settings{DatabaseURL: d.URL}
	err := s.ReadDatabase()
	return s.DatabaseURL, err
}

// isDefault says that nobody chose the address.
func (d database) isDefault(url string) bool {
	return url == app.DefaultDatabaseURL && os.Getenv("DATABASE_URL") == "" && os.Getenv("DATABASE_URL_FILE") == ""
}

// name is the database for people, without its password.
func (d database) name(url string) string {
	if d.isDefault(url) {
		return store.Name(url) + " (DATABASE_URL is not set)"
	}
	return store.Name(url)
}

// open opens a database that is there, and names it on standard error, away from
// what scripts read.
func (d database) open(ctx context.Context, box *seal.Box, errs diagnostics) (*store.Store, error) {
	url, err := d.url()
	if err != nil {
		return nil, err
	}
	s, err := store.OpenExisting(ctx, url, box, store.Limits{})
	if errors.Is(err, store.ErrMissing) && d.isDefault(url) {
		return nil, unset(err)
	}
	if err != nil {
		return nil, app.DatabaseError(err)
	}
	if err := s.Prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	fmt.Fprintln(errs, "database:", d.name(url))
	return s, nil
}

// diagnostics is standard error.
type diagnostics struct{ io.Writer }

type migrateCommand struct {
	database
	Status bool `help:"Print which migrations are to be run, and run none."`
}

// unset says why a database is not there that nobody chose.
func unset(err error) error {
	return fmt.Errorf("DATABASE_URL is not set: %w", err)
}

func (c migrateCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	url, err := c.url()
	if err != nil {
		return err
	}
	// It may make a database, but not where the settings were forgotten.
	if c.isDefault(url) && !store.Exists(url) {
		return unset(fmt.Errorf("%s: %w", store.Name(url), store.ErrMissing))
	}
	fmt.Fprintln(errs, "database:", c.name(url))
	if c.Status {
		return c.status(ctx, url, out)
	}
	from, to, err := store.Migrate(ctx, url)
	if err != nil {
		return err
	}
	if from == to {
		_, err = fmt.Fprintf(out, "the schema is version %d already\n", to)
	} else {
		_, err = fmt.Fprintf(out, "migrated from version %d to %d\n", from, to)
	}
	return err
}

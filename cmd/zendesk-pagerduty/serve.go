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
	if err := c.ReadSecrets(); err != nil {
		return err
	}
	a, err := app.Open(ctx, c.Settings, app.Options{})
	if err != nil {
		return err
	}
	return a.Run(ctx)
}

// database is the one setting of the commands that only touch the database.
type database struct {
	URL string `name:"database-url" env:"DATABASE_URL" default:"sqlite:zendesk-pagerduty.db" placeholder:"URL" help:"sqlite:PATH or postgres://…"`
}

func (d database) url() (string, error) {
	s := app.Settings{DatabaseURL: d.URL}
	err := s.ReadDatabase()
	return s.DatabaseURL, err
}

// open opens a database that is there, and names it on standard error, away from
// what scripts read.
func (d database) open(ctx context.Context, box *seal.Box, errs diagnostics) (*store.Store, error) {
	url, err := d.url()
	if err != nil {
		return nil, err
	}
	s, err := store.OpenExisting(ctx, url, box)
	if err != nil {
		return nil, app.DatabaseError(err)
	}
	if err := s.Prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	fmt.Fprintln(errs, "database:", store.Name(url))
	return s, nil
}

// diagnostics is standard error.
type diagnostics struct{ io.Writer }

type migrateCommand struct {
	database
	Status bool `help:"Print which migrations are to be run, and run none."`
}

func (c migrateCommand) Run(ctx context.Context, out io.Writer) error {
	url, err := c.url()
	if err != nil {
		return err
	}
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

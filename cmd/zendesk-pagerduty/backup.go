package main

import (
	"context"
	"fmt"
	"io"

	"zendesk-pagerduty/store"
)

type backupCommand struct {
	database
	File string `arg:"" placeholder:"FILE" help:"Where to write it: a name that is not there yet."`
}

func (c backupCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	url, err := c.url()
	if err != nil {
		return err
	}
	did, err := store.Backup(ctx, url, c.File)
	if err != nil {
		return err // it names what it is about: the database, or FILE
	}
	fmt.Fprintln(errs, "database:", store.Name(url))
	_, err = fmt.Fprintf(out, "wrote %s: schema %d, %d connections without their tokens: after a restore their agents log in again\n",
		c.File, did.Schema, did.Connections)
	return err
}

type restoreCommand struct {
	database
	File string `arg:"" placeholder:"FILE" help:"What “backup” wrote, or a copy of a database's file."`
}

func (c restoreCommand) Run(ctx context.Context, out io.Writer) error {
	url, err := c.url()
	if err != nil {
		return err
	}
	did, err := store.Restore(ctx, c.File, url)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "restored %s: schema %d, %d connections, whose agents log in again\n"+
		"next: “zendesk-pagerduty installation list” shows what was registered then; “migrate --status” whether this program's schema is another\n",
		store.Name(url), did.Schema, did.Connections)
	return err
}

type moveCommand struct {
	database
	File string `arg:"" placeholder:"FILE" help:"The file of the SQLite database. DATABASE_URL is where it goes: an empty PostgreSQL database."`
}

func (c moveCommand) Run(ctx context.Context, out io.Writer) error {
	url, err := c.url()
	if err != nil {
		return err
	}
	moved, err := store.Move(ctx, "sqlite:"+c.File, url)
	if err != nil {
		return err
	}
	for _, table := range moved {
		fmt.Fprintf(out, "%-14s %d rows\n", table.Name, table.Rows)
	}
	if moved == nil {
		fmt.Fprintln(out, "the rows are there since an earlier move that was cut off")
	}
	_, err = fmt.Fprintf(out, "moved to %s\nnext: “zendesk-pagerduty serve” with this DATABASE_URL and the same SECRET_KEYS; %s is not served any more\n",
		store.Name(url), c.File)
	return err
}

package main

import (
	"context"
	"fmt"
	"io"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/store"
)

// status prints which migrations a database lacks. For scripts, it fails where
// there is one.
func (c migrateCommand) status(ctx context.Context, url string, out io.Writer) error {
	at, err := store.Schema(ctx, url)
	if err != nil {
		return app.DatabaseError(err)
	}
	fmt.Fprintf(out, "%s: schema %d; this program has %d\n", store.Name(url), at.Have, at.Want)
	for _, name := range at.Missing {
		fmt.Fprintln(out, "to do:", name)
	}
	switch {
	case at.Have < at.Want:
		return fmt.Errorf("%d migrations to do: run “zendesk-pagerduty migrate”", len(at.Missing))
	case at.Have > at.Want && !at.Runs:
		return fmt.Errorf("this program does not run on it: run the newer one")
	case at.Have > at.Want:
		_, err = fmt.Fprintln(out, "a newer program made it; this one runs on it")
	default:
		_, err = fmt.Fprintln(out, "nothing to do")
	}
	return err
}

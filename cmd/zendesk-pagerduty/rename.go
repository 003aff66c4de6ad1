package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

type renameCommand struct {
	database
	registered
	From string `arg:"" help:"The account's former subdomain."`
	To   string `arg:"" help:"Its new one."`
}

func (c renameCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	for _, name := range []string{c.From, c.To} {
		if !zendesk.ValidSubdomain(name) {
			return &app.SettingError{Name: "subdomain", Got: name, Want: "the part before .zendesk.com, in lower case"}
		}
	}
	if c.From == c.To {
		return usageError{errors.New("want two different subdomains")}
	}
	return withKeys(ctx, c.database, errs, func(s *store.Store) error {
		revoker, err := c.revoker(s, errs)
		if err != nil {
			return err
		}
		did, err := s.Rename(ctx, c.From, c.To, time.Now())
		if errors.Is(err, store.ErrNoInstallation) {
			return fmt.Errorf("%s: %w; see “zendesk-pagerduty installation list”", c.From, err)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "renamed %s to %s: %d installations; %d connections go on, %d agents log in again\n",
			c.From, c.To, did.Installations, did.Connections, did.Lapsed)
		if did.Connections == 0 && did.Lapsed > 0 {
			fmt.Fprintln(out, "with SECRET_KEYS set, connections would have gone on")
		}
		fmt.Fprintf(out, "%d incidents that were made from the sidebar are linked to their tickets now\n", did.Linked)
		r := revoking{out: out, revoker: revoker}
		r.grants(ctx, did.Grants, did.Unopened)
		fmt.Fprintf(out, "%d logins under way ended; PagerDuty has revoked %d grants that nobody uses any more\n", did.Logins, r.revoked)
		if err := r.sumKept(); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "next: agents use “Reload all apps”; then open the set-up of ticket events in %s and let it correct the webhook and triggers,\n"+
			"whose incident key has the former subdomain. Incidents that triggers created until then have to be resolved in PagerDuty\n", c.To)
		return err
	})
}

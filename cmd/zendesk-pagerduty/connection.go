package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

type connectionCommand struct {
	List   listConnectionsCommand   `cmd:"" help:"List who is connected to PagerDuty."`
	Revoke revokeConnectionsCommand `cmd:"" help:"Disconnect people, and let PagerDuty forget their tokens."`
}

// who are the flags that choose connections.
type who struct {
	Zendesk   string `placeholder:"ACCOUNT[/USER]" help:"Of a Zendesk account, or of one of its users, such as acme or acme/9001."`
	PagerDuty string `name:"pagerduty" placeholder:"ID" help:"Of a PagerDuty user, such as PXPGF42."`
	Account   string `placeholder:"NAME" help:"Of a PagerDuty account, by its subdomain or id."`
}

func (w who) chosen() (store.Who, error) {
	chosen := store.Who{PagerDutyUser: w.PagerDuty, Account: w.Account}
	var err error
	if w.Zendesk != "" {
		chosen.Subdomain, chosen.UserID, err = zendeskUser("--zendesk", w.Zendesk)
	}
	return chosen, err
}

// zendeskUser reads ACCOUNT or ACCOUNT/USER.
func zendeskUser(flag, s string) (subdomain, user string, err error) {
	subdomain, user, both := strings.Cut(s, "/")
	if !zendesk.ValidSubdomain(subdomain) || both && strings.Trim(user, "0123456789") != "" || both && user == "" {
		return "", "", &app.SettingError{Name: flag, Got: s, Want: "the part before .zendesk.com, or that with a user's id, such as acme/9001"}
	}
	return subdomain, user, nil
}

type listConnectionsCommand struct {
	database
	who
}

func (c listConnectionsCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	chosen, err := c.chosen()
	if err != nil {
		return err
	}
	return withoutKeys(ctx, c.database, errs, func(s *store.Store) error {
		table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "ZENDESK USER\tPAGERDUTY USER\tACCOUNT\tE-MAIL\tTOKEN ENDS")
		err := s.Connections(ctx, chosen, func(c store.Connected) error {
			ends := c.Expires.UTC().Format(time.RFC3339)
			if c.Lapsed {
				ends = "lapsed"
			}
			_, err := fmt.Fprintf(
				table,
				"%s/%s\t%s\t%s\t%s\t%s\n",
				c.Agent.Subdomain,
				c.Agent.UserID,
				c.UserID,
				c.Account,
				printable(c.Email),
				ends,
			)
			return err
		})
		return errors.Join(err, table.Flush())
	})
}

// registered names the app that is registered in PagerDuty; revoking needs it.
type registered struct {
	ClientID     string `name:"pagerduty-client-id" env:"PAGERDUTY_CLIENT_ID" placeholder:"ID" help:"Client id of the app registered in PagerDuty."`
	RevokeURL    string `name:"pagerduty-revoke-url" env:"PAGERDUTY_REVOKE_URL" default:"${revoke_url}" placeholder:"URL" help:"PagerDuty's revocation endpoint."`
	RevokeGrants string `name:"revoke-grants" env:"REVOKE_GRANTS" default:"own" enum:"own,never" placeholder:"WHICH" help:"Grants to revoke at PagerDuty: own or never."`
}

// withKeys opens the database, with the key ring where SECRET_KEYS is set.
func withKeys(ctx context.Context, d database, errs diagnostics, do func(*store.Store) error) (err error) {
	keys, err := app.Secret("SECRET_KEYS")
	if err != nil {
		return err
	}
	var box *seal.Box
	if keys != "" {
		ring, err := app.ParseKeys(keys)
		if err != nil {
			return err
		}
		box = ring.Box("tokens")
	}
	s, err := d.open(ctx, box, errs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s)
}

// revoker is nil where the settings do not allow for one.
func (r registered) revoker(s *store.Store, errs diagnostics) (*oauth.Revoker, error) {
	secret, err := app.Secret("PAGERDUTY_CLIENT_SECRET")
	if err != nil {
		return nil, err
	}
	set := app.Settings{ClientID: r.ClientID, ClientSecret: secret, RevokeURL: r.RevokeURL, RevokeGrants: r.RevokeGrants}
	return app.NewRevoker(set, s, slog.New(slog.NewTextHandler(errs, nil))), nil
}

type revokeConnectionsCommand struct {
	database
	who
	registered
	All bool `help:"All connections."`
}

func (c revokeConnectionsCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	chosen, err := c.chosen()
	if err != nil {
		return err
	}
	if (chosen == store.Who{}) != c.All {
		return usageError{errors.New("want --zendesk, --pagerduty or --account, or --all alone")}
	}
	return withKeys(ctx, c.database, errs, func(s *store.Store) error {
		revoker, err := c.revoker(s, errs)
		if err != nil {
			return err
		}
		r := revoking{out: out, revoker: revoker}
		if err := s.RevokeConnections(ctx, chosen, time.Now(),
			func(did store.Revoked) error { return r.revoke(ctx, did) }); err != nil {
			return fmt.Errorf("%w; what was done stays done: run it again", err)
		}
		if r.deleted == 0 && r.ended == 0 {
			return errors.New("none of these is connected or logging in; see “zendesk-pagerduty connection list”")
		}
		return r.sum()
	})
}

// revoking tells PagerDuty of grants, and counts.
type revoking struct {
	out              io.Writer
	revoker          *oauth.Revoker
	deleted, revoked int
	ended            int // logins under way
	kept             int // grants that PagerDuty still has
}

// revokeWithin bounds one revocation.
const revokeWithin = 10 * time.Second

func (r *revoking) revoke(ctx context.Context, did store.Revoked) error {
	var err error
	if did.Had {
		r.deleted++
		_, err = fmt.Fprintf(r.out, "disconnected %s/%s from %s of %s\n", did.Agent.Subdomain, did.Agent.UserID,
			did.UserID, did.Account)
	}
	if did.Logins > 0 {
		r.ended += did.Logins
		_, err = fmt.Fprintf(r.out, "ended %d logins under way of %s/%s\n", did.Logins, did.Agent.Subdomain, did.Agent.UserID)
	}
	r.grants(ctx, did.Grants, did.Unopened)
	return err
}

// grants tells PagerDuty of those that nobody uses any more; unopened is how many more
// there were, whose tokens did not open.
func (r *revoking) grants(ctx context.Context, list []oauth.Grant, unopened int) {
	r.kept += unopened
	for _, g := range list {
		gone := false
		if r.revoker != nil {
			ctx, cancel := context.WithTimeout(ctx, revokeWithin)
			var failed error
			if gone, failed = r.revoker.RevokeOne(ctx, g); failed != nil {
				fmt.Fprintf(r.out, "  PagerDuty did not revoke: %v\n", failed)
			}
			cancel()
		}
		if gone {
			r.revoked++
		} else {
			r.kept++
		}
	}
}

func (r *revoking) sum() error {
	fmt.Fprintf(r.out, "%d disconnected, %d logins under way ended; PagerDuty has revoked %d of their grants\n",
		r.deleted, r.ended, r.revoked)
	return r.sumKept()
}

// sumKept says how many grants PagerDuty still has, and why.
func (r *revoking) sumKept() (err error) {
	if r.kept > 0 {
		_, err = fmt.Fprintf(r.out, "%d grants were not revoked: their tokens are deleted here, and end at PagerDuty by themselves. "+
			"To revoke there too, SECRET_KEYS, PAGERDUTY_CLIENT_ID and PAGERDUTY_CLIENT_SECRET have to be set; a grant that another agent uses is kept\n", r.kept)
	}
	return err
}

type sessionCommand struct {
	End endSessionsCommand `cmd:"" help:"End the open panels of a Zendesk account, or of one of its users."`
}

type endSessionsCommand struct {
	database
	User string `arg:"" placeholder:"ACCOUNT[/USER]" help:"Such as acme or acme/9001."`
}

func (c endSessionsCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	subdomain, user, err := zendeskUser("ACCOUNT[/USER]", c.User)
	if err != nil {
		return err
	}
	return withoutKeys(ctx, c.database, errs, func(s *store.Store) error {
		n, err := s.EndSessions(ctx, subdomain, user, time.Now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%d open panels ended; who may use the app in Zendesk can open new ones\n", n)
		return err
	})
}

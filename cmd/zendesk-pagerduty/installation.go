package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"text/tabwriter"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

type installationCommand struct {
	Add    addCommand    `cmd:"" help:"Register the app of an account, or register it anew."`
	List   listCommand   `cmd:"" help:"List what is registered."`
	Remove removeCommand `cmd:"" help:"Take a registration back; its open panels end. With an account's last one goes what is stored for its agents."`
	Rename renameCommand `cmd:"" help:"Write the new subdomain of a Zendesk account in place of its former one."`
}

type addCommand struct {
	database
	Subdomain    string `arg:"" help:"The account: the part before .zendesk.com."`
	App          int64  `required:"" placeholder:"ID" help:"The app's id, which the sidebar shows until it is registered."`
	Installation int64  `required:"" placeholder:"ID" help:"The installation's id, likewise."`
	Key          string `placeholder:"FILE" help:"The app's public key as a PEM file. Default: fetched from the account."`
	Origin       string `placeholder:"URL" help:"Origin of the agent workspace, for a demo on loopback. Default: https://SUBDOMAIN.zendesk.com."`
}

func (c addCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	in := zendesk.Installation{Subdomain: c.Subdomain, AppID: c.App, InstallationID: c.Installation, Origin: c.Origin}
	if !zendesk.ValidSubdomain(c.Subdomain) {
		return &app.SettingError{
			Name: "subdomain",
			Got:  c.Subdomain,
			Want: "the part before .zendesk.com, in lower case",
		}
	}
	if in.Origin == "" {
		in.Origin = zendesk.ZendeskOrigin(c.Subdomain)
	}
	if in.Origin != zendesk.ZendeskOrigin(c.Subdomain) && !zendesk.LoopbackOrigin(in.Origin) {
		return &app.SettingError{
			Name: "--origin",
			Got:  in.Origin,
			Want: "an http origin on loopback, such as http://127.0.0.1:8091",
		}
	}
	var err error
	if in.PublicKeyPEM, err = c.key(ctx, in); err != nil {
		return err
	}
	if err := in.Check(); err != nil {
		return usageError{err}
	}
	return withoutKeys(ctx, c.database, errs, func(s *store.Store) error {
		did, err := s.Register(ctx, in, time.Now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out,
			"registered %s, app %d, installation %d, from %s\n%snext: in the ticket, use “Reload all apps”\n",
			in.Subdomain, in.AppID, in.InstallationID, in.Origin, keyLine(in, did))
		return err
	})
}

// keyLine says which public key is registered, and what became of the former.
func keyLine(in zendesk.Installation, did store.Registered) string {
	if !did.NewKey {
		return "public key " + in.Fingerprint() + "\n"
	}
	return fmt.Sprintf(
		"public key %s\nit was     %s\nthe key has changed: open panels of the former one (%d) have ended; if you did not expect that, ask who changed the app in Zendesk\n",
		in.Fingerprint(),
		did.Former.Fingerprint(),
		did.Ended,
	)
}

// key comes from a file or from the account's own address: the one that the
// operator typed, never one that a token names.
func (c addCommand) key(ctx context.Context, in zendesk.Installation) (string, error) {
	if c.Key != "" {
		raw, err := os.ReadFile(c.Key)
		if err != nil {
			return "", &app.SettingError{Name: "--key", Got: c.Key, Want: "a PEM file that can be read: " + err.Error()}
		}
		return string(raw), nil
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	key, err := zendesk.FetchPublicKey(ctx, http.DefaultTransport, in)
	var unreached *url.Error
	if errors.As(err, &unreached) {
		return "", fmt.Errorf("%w; or save the key from a machine that reaches Zendesk and name it with --key", err)
	}
	return key, err
}

type listCommand struct{ database }

func (c listCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	return withoutKeys(ctx, c.database, errs, func(s *store.Store) error {
		all, err := s.Installations(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "SUBDOMAIN\tAPP\tINSTALLATION\tORIGIN")
		for _, in := range all {
			fmt.Fprintf(table, "%s\t%d\t%d\t%s\n", in.Subdomain, in.AppID, in.InstallationID, in.Origin)
		}
		return table.Flush()
	})
}

type removeCommand struct {
	database
	registered
	Subdomain    string `arg:"" help:"The account: the part before .zendesk.com."`
	Installation int64  `required:"" placeholder:"ID" help:"The installation's id, as list prints it."`
}

func (c removeCommand) Run(ctx context.Context, out io.Writer, errs diagnostics) error {
	return withKeys(ctx, c.database, errs, func(s *store.Store) error {
		revoker, err := c.revoker(s, errs)
		if err != nil {
			return err
		}
		r := revoking{out: out, revoker: revoker}
		did, err := s.Unregister(ctx, c.Subdomain, c.Installation, time.Now(),
			func(did store.Revoked) error { return r.revoke(ctx, did) })
		if err != nil {
			return fmt.Errorf("%w; what was done stays done: run it again", err)
		}
		if !did.Was {
			return fmt.Errorf("%s has no registered installation %d; see “zendesk-pagerduty installation list”",
				c.Subdomain, c.Installation)
		}
		if did.Last {
			fmt.Fprintf(
				out,
				"it was the last one of %s: links, preferences and last-used services are deleted, the audit trail stays\n",
				c.Subdomain,
			)
			if err := r.sum(); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(out, "removed %s, installation %d\n", c.Subdomain, c.Installation)
		return err
	})
}

// withoutKeys runs what needs none of the sealing keys, on an open database: installations are not sealed.
func withoutKeys(ctx context.Context, d database, errs diagnostics, do func(*store.Store) error) (err error) {
	s, err := d.open(ctx, nil, errs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s)
}

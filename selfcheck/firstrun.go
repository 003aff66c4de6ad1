package selfcheck

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// Next is the level of a step that is still to be done.
const Next Level = "next"

// FirstRun is a check of how far the first real account has come.
type FirstRun struct {
	Check
	// Follow goes on until the last step is done, or ctx ends.
	Follow bool
	// Pause returns after the time between two looks; default two seconds.
	Pause func(context.Context)
}

// step is one of a first run. done says "" where it is still to be done.
type step struct {
	about string
	done  func(context.Context) (found string, err error)
	do    string
}

// Run prints each step, waits for it where Follow is set, and says whether all are
// done.
func (f *FirstRun) Run(ctx context.Context) bool {
	if f.Pause == nil {
		f.Pause = pause
	}
	if !f.begin() {
		return false
	}
	defer f.end()
	for _, s := range f.steps() {
		if !f.await(ctx, s) {
			return false
		}
	}
	return true
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(2 * time.Second):
	}
}

// await says the step's line once before it is done, and once after that.
func (f *FirstRun) await(ctx context.Context, s step) bool {
	printed := ""
	for {
		found, err := s.done(ctx)
		if err == nil && found != "" {
			f.ok(s.about, found)
			return true
		}
		waits := "still to be done"
		if err != nil {
			waits = err.Error()
		}
		if waits != printed && ctx.Err() == nil {
			f.Each(Line{Next, s.about, waits, s.do})
			printed = waits
		}
		if !f.Follow || ctx.Err() != nil {
			return false
		}
		f.Pause(ctx)
	}
}

func (f *FirstRun) steps() []step {
	public := f.checked.PublicURL
	return []step{
		{
			about: "app registered",
			done:  f.registered,
			do: "in PagerDuty, Integrations → App Registration → New App, with the redirect URL " + f.provider.RedirectURL +
				" and the scopes " + strings.Join(f.provider.Scopes, " ") + "; put client id and secret into the settings",
		},
		{
			about: "server reached",
			done:  f.reached,
			do:    "start “zendesk-pagerduty serve” with these settings, behind a proxy that answers at " + public.String(),
		},
		{
			about: "package uploaded",
			done:  f.uploaded,
			do: "upload what “zendesk-pagerduty package” writes in Zendesk (Admin Center, Zendesk Support apps, Upload private app), open a ticket, " +
				"and type the “zendesk-pagerduty installation add …” line that the sidebar shows",
		},
		{about: "first launch", done: f.launched, do: "in the ticket, use “Reload all apps”"},
		{about: "first login", done: f.loggedIn, do: "press “Connect PagerDuty” in the sidebar"},
		{about: "first incident", done: f.incident, do: "create an incident from the sidebar, on a service that notifies no one"},
	}
}

func (f *FirstRun) registered(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := f.provider.TryClient(ctx); err != nil {
		return "", err
	}
	return "PagerDuty knows the client id with this secret", nil
}

// reached runs the lines about the public address, and keeps the first failure.
func (f *FirstRun) reached(ctx context.Context) (string, error) {
	var failed error
	check := f.Check
	check.Each = func(l Line) {
		if l.Level == Failure && failed == nil {
			failed = errors.New(l.Found + ": " + l.Do)
		}
	}
	check.publicAddress(ctx)
	return "at " + f.checked.PublicURL.String(), failed
}

// opened is the database, once serve has made it.
func (f *FirstRun) opened(ctx context.Context) (*store.Store, error) {
	if f.store != nil {
		return f.store, nil
	}
	s, err := store.OpenExisting(ctx, f.Settings.DatabaseURL, f.box(), f.Settings.Database.StoreLimits())
	if err != nil {
		return nil, err
	}
	if err := s.Prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	f.store = s
	return s, nil
}

// each asks about every registered account until one is far enough.
func (f *FirstRun) each(ctx context.Context, ask func(*store.Store, zendesk.Installation) (bool, error), found string) (string, error) {
	s, err := f.opened(ctx)
	if err != nil {
		return "", err
	}
	all, err := s.Installations(ctx)
	if err != nil {
		return "", err
	}
	for _, in := range all {
		yes, err := ask(s, in)
		if err != nil {
			return "", err
		}
		if yes {
			return fmt.Sprintf(found, in.Subdomain), nil
		}
	}
	return "", nil
}

func (f *FirstRun) uploaded(ctx context.Context) (string, error) {
	return f.each(ctx, func(*store.Store, zendesk.Installation) (bool, error) { return true, nil }, "registered for %s")
}

func (f *FirstRun) launched(ctx context.Context) (string, error) {
	return f.each(ctx,
		func(s *store.Store, in zendesk.Installation) (bool, error) { return s.Launched(ctx, in.Subdomain) }, "in %s")
}

func (f *FirstRun) loggedIn(ctx context.Context) (string, error) {
	s, err := f.opened(ctx)
	if err != nil {
		return "", err
	}
	last, err := s.LastLogin(ctx)
	switch {
	case errors.Is(err, oauth.NotConnected):
		return "", nil
	case err != nil:
		return "", err
	case last.Refused:
		return "", errors.New("PagerDuty granted too few scopes: tick the missing ones in the registered app")
	}
	if lacks := f.provider.Lacks(last.Scopes); len(lacks) > 0 {
		return "", fmt.Errorf("the login lacks %s", strings.Join(lacks, " "))
	}
	return "by " + last.Agent.Subdomain + "/" + last.Agent.UserID, nil
}

func (f *FirstRun) incident(ctx context.Context) (string, error) {
	return f.each(ctx,
		func(s *store.Store, in zendesk.Installation) (bool, error) { return s.Created(ctx, in.Subdomain) },
		"from a ticket of %s: it works")
}

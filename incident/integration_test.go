package incident_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk"
)

// integrator is a service without an integration, whose creation does what create
// does.
type integrator struct {
	incident.Client
	create func(ctx context.Context) error
	made   int
}

func (i *integrator) Integrations(context.Context, string) ([]incident.Integration, error) {
	return nil, nil
}

func (i *integrator) CreateIntegration(ctx context.Context, _, name string) (incident.Integration, error) {
	i.made++
	return incident.Integration{ID: "P1", Name: name}, i.create(ctx)
}

func (i *integrator) Do(_ context.Context, do func(incident.Client, incident.User) error) error {
	return do(i, incident.User{AccountID: "A", ID: "P"})
}

// A creation of an integration is sent once, in a time of its own, which the person
// who leaves does not end. Where its answer was lost, nobody knows.
func TestIntegrate(t *testing.T) {
	for name, c := range map[string]struct {
		create func(ctx context.Context, leave func()) error
		want   error
		ended  string
	}{
		"made": {func(context.Context, func()) error { return nil }, nil, "done"},
		"the person leaves": {func(ctx context.Context, leave func()) error {
			leave()
			return ctx.Err()
		}, nil, "done"},
		"until its time is over": {func(ctx context.Context, _ func()) error {
			began := time.Now() // of the test's own clock
			<-ctx.Done()
			if got := time.Since(began); got != budget.Write {
				t.Errorf("it was given %v", got)
			}
			return ctx.Err()
		}, incident.Unconfirmed, "act.unconfirmed"},
		"no answer in time": {func(context.Context, func()) error { return incident.Slow }, incident.Unconfirmed, "act.unconfirmed"},
		"lost":              {func(context.Context, func()) error { return incident.Down }, incident.Unconfirmed, "act.unconfirmed"},
		"garbage":           {func(context.Context, func()) error { return incident.Garbled }, incident.Unconfirmed, "act.unconfirmed"},
		"nothing was sent":  {func(context.Context, func()) error { return incident.Unreachable }, incident.Unreachable, "pagerduty.unreachable"},
		"refused":           {func(context.Context, func()) error { return incident.Forbidden }, incident.Forbidden, "pagerduty.forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				audit := &slowAudit{begin: func(context.Context) error { return nil }}
				e := &incident.Executor{
					Audit: audit,
					Rules: incident.Rules{Allowed: incident.Actions},
					Log:   slog.New(slog.DiscardHandler),
					Now:   time.Now,
				}
				pd := &integrator{create: func(ctx context.Context) error { return c.create(ctx, leave) }}
				by := incident.Caller{Agent: zendesk.Agent{Subdomain: "acme", UserID: "1"}, Access: pd}
				_, _, err := e.Integrate(ctx, by, "PSERVICE", func(context.Context) (incident.Integrator, func(), error) {
					return pd, func() {}, nil
				})
				if !errors.Is(err, c.want) || c.want == nil && err != nil {
					t.Errorf("%v; want %v", err, c.want)
				}
				if pd.made != 1 || !slices.Equal(audit.ended, []string{c.ended}) {
					t.Errorf("sent %d times, and the entry ends as %q; want %q", pd.made, audit.ended, c.ended)
				}
			})
		})
	}
}

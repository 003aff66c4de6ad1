package incident_test

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// slowAudit writes an entry when it is let, as a database does that stood still, and
// keeps how entries end.
type slowAudit struct {
	incident.Audit
	begin func(ctx context.Context) error
	ended []string
}

func (a *slowAudit) Begin(ctx context.Context, _ incident.AuditEntry) (int64, error) {
	if err := a.begin(ctx); err != nil {
		return 0, err
	}
	return 1, nil
}

func (a *slowAudit) End(_ context.Context, _ int64, outcome, _ string) error {
	a.ended = append(a.ended, outcome)
	return nil
}

// writer counts what reaches PagerDuty.
type writer struct {
	incident.Client
	wrote int
}

func (w *writer) CreateIncident(context.Context, incident.Draft) (incident.Incident, error) {
	w.wrote++
	return incident.Incident{ID: "Q1"}, nil
}

func (w *writer) Do(_ context.Context, do func(incident.Client, incident.User) error) error {
	return do(w, incident.User{AccountID: "A", ID: "P"})
}

// A database stands still and goes on. Creations whose clients left meanwhile, or
// whose time was over, are not carried out then: they were answered long ago, and
// somebody may have called for help by telephone.
func TestNothingBeginsLate(t *testing.T) {
	for name, c := range map[string]struct {
		begin func(ctx context.Context, leave func()) error
		want  error
		ended string
		wrote int
	}{
		"in time":  {func(context.Context, func()) error { return nil }, nil, "made", 1},
		"who left": {func(_ context.Context, leave func()) error { leave(); return nil }, incident.NotBegun, "act.notbegun", 0},
		"the entry was written late": {func(context.Context, func()) error { time.Sleep(budget.Begin + time.Second); return nil },
			incident.NotBegun, "act.notbegun", 0},
		"the database failed": {func(context.Context, func()) error { return problem.Database }, problem.Database, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				audit := &slowAudit{begin: func(ctx context.Context) error { return c.begin(ctx, leave) }}
				var counted []string
				e := &incident.Executor{
					Audit:    audit,
					Links:    madeLinks{},
					LastUsed: noServices{},
					Rules:    incident.Rules{Allowed: incident.Actions},
					Log:      slog.New(slog.DiscardHandler),
					Now:      time.Now,
					Count:    func(_ incident.Action, outcome string) { counted = append(counted, outcome) },
				}
				pd := &writer{}
				by := incident.Caller{Agent: zendesk.Agent{Subdomain: "acme", UserID: "1"}, Ticket: incident.Ticket{Subdomain: "acme", ID: 1}, Access: pd}
				_, err := e.Create(ctx, by, incident.Draft{ServiceID: "P1", Title: "x", Urgency: incident.High}, nil)
				if !errors.Is(err, c.want) || pd.wrote != c.wrote {
					t.Errorf("%v, and %d creations; want %v and %d", err, pd.wrote, c.want, c.wrote)
				}
				var ended string
				if len(audit.ended) > 0 {
					ended = audit.ended[0]
				}
				if ended != c.ended {
					t.Errorf("the entry ends as %q, want %q", ended, c.ended)
				}
				want := c.ended
				if want == "" {
					want = "database"
				}
				if len(counted) != 1 || counted[0] != want {
					t.Errorf("counted %q, want %q", counted, want)
				}
			})
		})
	}
}

// leaver reads until its person leaves.
type leaver struct {
	incident.Client
	leave func()
	err   error // of a read, in place of the context's
}

func (l *leaver) read(ctx context.Context) error {
	l.leave()
	<-ctx.Done()
	return cmp.Or(l.err, ctx.Err())
}

func (l *leaver) Incident(ctx context.Context, _ string) (incident.Incident, error) {
	return incident.Incident{}, l.read(ctx)
}

func (l *leaver) Notes(ctx context.Context, _ string) ([]incident.Note, error) {
	return nil, l.read(ctx)
}

func (l *leaver) Do(_ context.Context, do func(incident.Client, incident.User) error) error {
	return do(l, incident.User{AccountID: "A", ID: "P"})
}

// A person leaves during the look before a write. PagerDuty is not to blame, and
// nothing was begun: the audit trail and the metrics say so.
func TestLeavingDuringTheLook(t *testing.T) {
	by := incident.Caller{Agent: zendesk.Agent{Subdomain: "acme", UserID: "1"}, Ticket: incident.Ticket{Subdomain: "acme", ID: 1}}
	for name, do := range map[string]func(context.Context, *incident.Executor, incident.Caller) error{
		"a resolution": func(ctx context.Context, e *incident.Executor, by incident.Caller) error {
			_, err := e.Act(ctx, by, "Q1", incident.Change{Action: incident.ToResolve})
			return err
		},
		"a note's deletion": func(ctx context.Context, e *incident.Executor, by incident.Caller) error {
			_, err := e.ChangeNote(ctx, by, "Q1", incident.NoteChange{Action: incident.ToDeleteNote, ID: "N1"})
			return err
		},
		"a link": func(ctx context.Context, e *incident.Executor, by incident.Caller) error {
			_, err := e.Link(ctx, by, "Q1")
			return err
		},
	} {
		for _, c := range []struct {
			err   error
			ended string
		}{{nil, "act.notbegun"}, {incident.Down, "pagerduty.down"}} {
			t.Run(name+" "+c.ended, func(t *testing.T) {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				audit := &slowAudit{begin: func(context.Context) error { return nil }}
				var counted []string
				e := &incident.Executor{
					Audit: audit,
					Rules: incident.Rules{Allowed: incident.Actions},
					Log:   slog.New(slog.DiscardHandler),
					Now:   time.Now,
					Count: func(_ incident.Action, outcome string) { counted = append(counted, outcome) },
				}
				by.Access = &leaver{leave: leave, err: c.err}
				err := do(ctx, e, by)
				if want := []string{c.ended}; err == nil || !slices.Equal(audit.ended, want) || !slices.Equal(counted, want) {
					t.Errorf("%v; the entry ends as %q, and %q is counted; want %q", err, audit.ended, counted, want)
				}
			})
		}
	}
}

type madeLinks struct{ incident.Links }

func (madeLinks) Made(context.Context, incident.Link) error { return nil }

type noServices struct{ incident.LastUsedServices }

func (noServices) UsedService(context.Context, string, string, string, []string, time.Time) error {
	return nil
}

package incident_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk"
)

// backend is all that an executor uses: PagerDuty for one agent, their access to
// it, and what is stored. It writes down what was asked of it, in its order.
type backend struct {
	incident.Client
	incident.Audit
	incident.Links
	incident.LastUsedServices
	incident.Preferences

	incident incident.Incident
	refuses  []error // PagerDuty's answers to writes, one after the other; then none
	leave    func()  // called while PagerDuty creates; may be nil

	users  []incident.User // whom the agent is connected as, one after the other; the last one stays
	begin  error           // of an audit entry
	end    error
	stores error // of what is stored beside it
	notes  bool  // the agent's preference
	linked []incident.TicketLink
	shared map[string]int

	calls []string
	entry incident.AuditEntry
}

func (b *backend) record(format string, args ...any) {
	b.calls = append(b.calls, fmt.Sprintf(format, args...))
}

// Do is an access that renews its token once.
func (b *backend) Do(ctx context.Context, do func(incident.Client, incident.User) error) error {
	as := b.users[0]
	if len(b.users) > 1 {
		b.users = b.users[1:]
	}
	err := do(b, as)
	if errors.Is(err, incident.Unauthorized) {
		b.record("renew")
		return do(b, b.users[0])
	}
	return err
}

func (b *backend) answer() error {
	if len(b.refuses) == 0 {
		return nil
	}
	err := b.refuses[0]
	b.refuses = b.refuses[1:]
	return err
}

func (b *backend) CreateIncident(_ context.Context, n incident.Draft) (incident.Incident, error) {
	b.record("create on %s", n.ServiceID)
	if b.leave != nil {
		b.leave()
	}
	return incident.Incident{ID: "PNEW01", Key: n.Key, Status: incident.Triggered}, b.answer()
}

func (b *backend) Incident(context.Context, string) (incident.Incident, error) {
	return b.incident, nil
}

func (b *backend) IncidentsByKey(context.Context, string) ([]incident.Incident, bool, error) {
	return nil, false, nil
}

func (b *backend) Update(_ context.Context, id string, u incident.Update) (incident.Incident, error) {
	b.record("update %s to %s", id, u.Status)
	changed := b.incident
	changed.Status = u.Status
	return changed, b.answer()
}

func (b *backend) Begin(_ context.Context, entry incident.AuditEntry) (int64, error) {
	b.record("begin %s of %q as %s", entry.Action, entry.IncidentID, entry.PagerDutyID)
	b.entry = entry
	if b.begin != nil {
		return 0, b.begin
	}
	return 7, nil
}

func (b *backend) End(ctx context.Context, id int64, outcome, incidentID string) error {
	b.record("end %d: %s %q", id, outcome, incidentID)
	return errors.Join(b.end, ctx.Err())
}

func (b *backend) UsedService(ctx context.Context, subdomain, account, service string, scopes []string, _ time.Time) error {
	b.record("used %s for %v in %s of %s", service, scopes, account, subdomain)
	return errors.Join(b.stores, ctx.Err())
}

func (b *backend) Made(ctx context.Context, l incident.Link) error {
	b.record("made %s", l.IncidentID)
	return errors.Join(b.stores, ctx.Err())
}

func (b *backend) LeaveOnSolve(_ context.Context, l incident.Link) error {
	b.record("no choice of %q for %s", l.UserID, l.IncidentID)
	return b.stores
}

func (b *backend) TicketLinks(context.Context, incident.Ticket, string) ([]incident.TicketLink, error) {
	return b.linked, b.stores
}

func (b *backend) OtherTickets(context.Context, incident.Ticket, string, []string) (map[string]int, error) {
	return b.shared, b.stores
}

func (b *backend) LeavesNotes(context.Context, string, string) (bool, error) {
	return b.notes, b.stores
}

// opened is an executor over a ticket's triggered incident, for an agent who is
// connected as Jane.
func opened() (*backend, *incident.Executor, incident.Caller, *bytes.Buffer) {
	b := &backend{
		incident: incident.Incident{ID: "PINC01", Key: "Zendesk_acme_101", Status: incident.Triggered},
		users:    []incident.User{{AccountID: "PACME01", ID: "PJANE01"}},
		notes:    true,
	}
	log := &bytes.Buffer{}
	e := &incident.Executor{
		Audit:       b,
		Links:       b,
		LastUsed:    b,
		Preferences: b,
		Rules:       incident.Rules{Allowed: incident.Actions},
		TicketNotes: true,
		Log:         slog.New(slog.NewTextHandler(log, nil)),
		Now:         func() time.Time { return time.Unix(1_790_000_000, 0) },
	}
	caller := incident.Caller{
		Agent:  zendesk.Agent{Subdomain: "acme", UserID: "9001"},
		Ticket: incident.Ticket{Subdomain: "acme", ID: 101},
		Access: b,
	}
	return b, e, caller, log
}

var draft = incident.Draft{ServiceID: "PSVC01", Title: "Checkout fails", Urgency: "high"}

// What a creation does, and in which order: nothing is asked of PagerDuty before
// the audit entry is written. All of it is done although the person closes the
// page in the middle.
func TestExecutorCreates(t *testing.T) {
	b, e, caller, log := opened()
	ctx, leave := context.WithCancel(t.Context())
	b.leave = leave
	made, err := e.Create(ctx, caller, draft, []string{"form:1"})
	if err != nil || made.Incident.ID != "PNEW01" || made.Outcome != incident.Made || !made.Note {
		t.Fatalf("%+v, %v", made, err)
	}
	want := []string{
		`begin create of "" as PJANE01`,
		"create on PSVC01",
		`end 7: made "PNEW01"`,
		"used PSVC01 for [form:1] in PACME01 of acme",
		"made PNEW01",
	}
	if diff := cmp.Diff(want, b.calls); diff != "" {
		t.Errorf("asked (-want +got): %s", diff)
	}
	entry := incident.AuditEntry{At: e.Now(), Subdomain: "acme", UserID: "9001", AccountID: "PACME01", PagerDutyID: "PJANE01",
		Ticket: 101, Action: incident.ToCreate}
	if diff := cmp.Diff(entry, b.entry); diff != "" {
		t.Errorf("audit entry (-want +got): %s", diff)
	}
	if strings.Contains(log.String(), "Checkout") || strings.Contains(log.String(), "level=ERROR") || strings.Contains(log.String(), "level=WARN") {
		t.Errorf("the log holds text of the incident, or a failure: %s", log)
	}
}

// What fails after PagerDuty did something keeps nobody from hearing that it was done.
func TestExecutorFailsAfterwards(t *testing.T) {
	b, e, caller, log := opened()
	b.end, b.stores = errors.New("disk full"), errors.New("disk full")
	made, err := e.Create(t.Context(), caller, draft, nil)
	if err != nil || made.Incident.ID != "PNEW01" || made.Note {
		t.Errorf("%+v, %v", made, err)
	}
	for _, line := range []string{"the end of an audit entry was not written", "the service used is not remembered", "an incident that was made is not remembered",
		"the agent's preferences cannot be read"} {
		if !strings.Contains(log.String(), line) {
			t.Errorf("the log does not say %q: %s", line, log)
		}
	}
	b, e, caller, _ = opened()
	b.stores = errors.New("disk full")
	got, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToAcknowledge})
	if err != nil || got.Outcome != incident.Done || got.Incident.Status != incident.Acknowledged {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestExecutorRefuses(t *testing.T) {
	full := errors.New("disk full")
	for _, c := range []struct {
		name   string
		change func(*backend, *incident.Executor)
		err    error
		calls  []string
	}{
		{"an audit entry that cannot be written", func(b *backend, _ *incident.Executor) { b.begin = full }, full,
			[]string{`begin acknowledge of "PINC01" as PJANE01`}},
		{"an incident that somebody else works on", func(b *backend, _ *incident.Executor) { b.begin = incident.Busy }, incident.Busy,
			[]string{`begin acknowledge of "PINC01" as PJANE01`}},
		{"a read-only server", func(_ *backend, e *incident.Executor) { e.Rules.ReadOnly = true }, incident.ReadOnly,
			[]string{`begin acknowledge of "PINC01" as `, `end 7: readonly ""`}},
		{"an action that is not allowed", func(_ *backend, e *incident.Executor) { e.Rules.Allowed = incident.Allowed{incident.ToNote} }, incident.NotAllowed,
			[]string{`begin acknowledge of "PINC01" as `, `end 7: notallowed ""`}},
		{"a refusal that cannot be written down", func(b *backend, e *incident.Executor) { b.begin, e.Rules.ReadOnly = full, true }, full,
			[]string{`begin acknowledge of "PINC01" as `}},
		{"PagerDuty", func(b *backend, _ *incident.Executor) { b.refuses = []error{incident.Forbidden} }, incident.Forbidden,
			[]string{`begin acknowledge of "PINC01" as PJANE01`, "update PINC01 to acknowledged", `end 7: pagerduty.forbidden ""`}},
		{"an error without a code", func(b *backend, _ *incident.Executor) { b.refuses = []error{full} }, full,
			[]string{`begin acknowledge of "PINC01" as PJANE01`, "update PINC01 to acknowledged", `end 7: failed ""`}},
		{"a database that did not begin in time", func(b *backend, _ *incident.Executor) { b.begin = context.DeadlineExceeded }, incident.Slow,
			[]string{`begin acknowledge of "PINC01" as PJANE01`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, e, caller, _ := opened()
			c.change(b, e)
			_, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToAcknowledge})
			if !errors.Is(err, c.err) {
				t.Errorf("error %v; want %v", err, c.err)
			}
			if diff := cmp.Diff(c.calls, b.calls); diff != "" {
				t.Errorf("asked (-want +got): %s", diff)
			}
		})
	}
}

// A renewed token goes on with the same audit entry, and only as the same person.
func TestExecutorRenews(t *testing.T) {
	b, e, caller, _ := opened()
	b.refuses = []error{incident.Unauthorized}
	if _, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToAcknowledge}); err != nil {
		t.Fatal(err)
	}
	want := []string{`begin acknowledge of "PINC01" as PJANE01`, "update PINC01 to acknowledged", "renew", "update PINC01 to acknowledged", `end 7: done ""`}
	if diff := cmp.Diff(want, b.calls); diff != "" {
		t.Errorf("asked (-want +got): %s", diff)
	}

	b, e, caller, _ = opened()
	b.refuses = []error{incident.Unauthorized}
	b.users = []incident.User{{AccountID: "PACME01", ID: "PJANE01"}, {AccountID: "PACME01", ID: "PLEE001"}}
	if _, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToAcknowledge}); !errors.Is(err, incident.Unauthorized) {
		t.Errorf("another person: %v", err)
	}
	want = []string{`begin acknowledge of "PINC01" as PJANE01`, "update PINC01 to acknowledged", "renew", `end 7: pagerduty.unauthorized ""`}
	if diff := cmp.Diff(want, b.calls); diff != "" {
		t.Errorf("another person: asked (-want +got): %s", diff)
	}
}

// To resolve an incident ends it for other tickets too, and ends everybody's
// choice to resolve it with theirs.
func TestExecutorResolves(t *testing.T) {
	b, e, caller, _ := opened()
	got, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToResolve, IfUnshared: true})
	if err != nil || got.Incident.Status != incident.Resolved || !slices.Contains(b.calls, `no choice of "" for PINC01`) {
		t.Errorf("%+v, %v; asked %q", got, err, b.calls)
	}
	b, e, caller, _ = opened()
	b.shared = map[string]int{"PINC01": 2}
	if _, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToResolve, IfUnshared: true}); !errors.Is(err, incident.Shared) {
		t.Errorf("shared: %v", err)
	}
	b, e, caller, _ = opened()
	if _, err := e.Act(t.Context(), caller, "PINC01", incident.Change{Action: incident.ToResolve, OnSolve: true}); !errors.Is(err, incident.NotChosen) {
		t.Errorf("not chosen: %v", err)
	}
	if slices.Contains(b.calls, "update PINC01 to resolved") {
		t.Errorf("not chosen, and resolved: %q", b.calls)
	}
}

package incident

import (
	"context"
	"sync"
	"time"
)

// About is what an opened card shows of an incident besides the card.
type About struct {
	Incident
	Description   string
	Acknowledgers []Ref // people and services
	Bridge        Bridge
	Fields        []Field
	Levels        []Level // of its escalation policy
}

// Responder was asked to help.
type Responder struct {
	Who   Ref
	State string // "pending", "joined", "declined" or another
	// Direct says that they were asked by name, and Policies through which
	// escalation policies they were.
	Direct   bool
	Policies []Ref
}

// Pending says whether they have not answered yet.
func (r Responder) Pending() bool { return r.State == "pending" }

// Targets are what was asked: to cancel them all cancels the request to the
// responder. An escalation policy's also goes to the others that it asked.
func (r Responder) Targets() (list []Target) {
	if r.Direct {
		list = append(list, Target{KindUser, r.Who.ID})
	}
	for _, p := range r.Policies {
		list = append(list, Target{KindPolicy, p.ID})
	}
	return list
}

// Bridge is a conference call.
type Bridge struct {
	Number string
	URL    string // empty where PagerDuty named none that is safe to link to
	Text   string // of an address that is not safe to link to
}

// Field is a custom field with a value.
type Field struct {
	Name  string
	Value string
	URL   string // of fields that hold an address that is safe to link to
}

// Level is one level of an escalation policy.
type Level struct {
	Number  int // from 1
	Targets []Ref
}

// Alert is one of an incident's alerts.
type Alert struct {
	Summary  string
	Status   string
	Severity string
	URL      string
	At       time.Time
	Details  []Field // flattened: "ticket.url" of {"ticket": {"url": …}}
	Links    []Ref
}

// Entry is a line of an incident's timeline.
type Entry struct {
	Kind    string // PagerDuty's type without "_log_entry"; may be unknown
	Agent   Ref
	Summary string // PagerDuty's own words
	Note    string
	At      time.Time
}

// OnCall is somebody who is on call now.
type OnCall struct {
	Who   Ref
	Level int
	Until time.Time // zero for always
}

// Page is a part of a list that may have more.
type Page[T any] struct {
	List []T
	More bool
}

// Reader reads details with one agent's token.
type Reader interface {
	About(ctx context.Context, id string) (About, error)
	Notes(ctx context.Context, id string) ([]Note, error)
	Alerts(ctx context.Context, id string, offset int) (Page[Alert], error)
	// Timeline reads the newest entries first; overview leaves out what
	// PagerDuty thinks less important.
	Timeline(ctx context.Context, id string, overview bool, offset int) (Page[Entry], error)
}

// Details are all of them. PagerDuty may refuse each by itself, and even all of
// an incident that it lists: whose error is not nil is not there.
type Details struct {
	About       About
	AboutErr    error
	Notes       []Note
	NotesErr    error
	Alerts      Page[Alert]
	AlertsErr   error
	Timeline    Page[Entry]
	TimelineErr error
}

// ReadDetails reads an incident's details, four calls at once.
func ReadDetails(ctx context.Context, pd Reader, id string) Details {
	var d Details
	var group sync.WaitGroup
	group.Go(func() { d.About, d.AboutErr = pd.About(ctx, id) })
	group.Go(func() { d.Notes, d.NotesErr = pd.Notes(ctx, id) })
	group.Go(func() { d.Alerts, d.AlertsErr = pd.Alerts(ctx, id, 0) })
	group.Go(func() { d.Timeline, d.TimelineErr = pd.Timeline(ctx, id, true, 0) })
	group.Wait()
	return d
}

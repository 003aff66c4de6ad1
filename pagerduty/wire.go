package pagerduty

import (
	"net/url"
	"strings"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk"
)

// The shapes of PagerDuty's answers, with the fields that a panel shows and no
// others. Everything else, secrets among it, is never held.

type wireRef struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Summary string `json:"summary"`
}

type wireIncident struct {
	ID          string          `json:"id"`
	Number      int64           `json:"incident_number"`
	Title       string          `json:"title"`
	HTMLURL     string          `json:"html_url"`
	Key         *string         `json:"incident_key"`
	Status      string          `json:"status"`
	Urgency     string          `json:"urgency"`
	Priority    *wireRef        `json:"priority"`
	Service     wireRef         `json:"service"`
	Policy      wireRef         `json:"escalation_policy"`
	CreatedAt   time.Time       `json:"created_at"`
	ChangedAt   wireTime        `json:"last_status_change_at"`
	Assignments []wireAssigned  `json:"assignments"`
	Pending     []wirePending   `json:"pending_actions"`
	Resolution  *wireResolution `json:"resolve_reason"`
}

type wireAssigned struct {
	Assignee wireRef `json:"assignee"`
}

type wirePending struct {
	Type string   `json:"type"`
	At   wireTime `json:"at"`
}

type wireResolution struct {
	Incident wireRef `json:"incident"`
}

// wireIncidents is a page of them.
type wireIncidents struct {
	Incidents []wireIncident `json:"incidents"` // nil where the answer has none
	More      bool           `json:"more"`
}

// wireTime is a time that may be missing or null without failing a whole list.
type wireTime struct{ time.Time }

func (t *wireTime) UnmarshalJSON(raw []byte) error {
	var at time.Time
	if at.UnmarshalJSON(raw) == nil {
		t.Time = at
	}
	return nil
}

// wireNamed is what a list for choosing shows of its entries.
type wireNamed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type wireService struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Status string  `json:"status"`
	Policy wireRef `json:"escalation_policy"`
}

func (w wireService) service() incident.Service {
	return incident.Service{
		ID:     w.ID,
		Name:   w.Name,
		Status: incident.ServiceStatus(w.Status),
		Policy: w.Policy.ref(),
	}
}

func (a *Agent) incident(w wireIncident) incident.Incident {
	in := incident.Incident{
		ID:        w.ID,
		Number:    w.Number,
		Title:     w.Title,
		URL:       a.safeURL(w.HTMLURL),
		Status:    incident.Status(w.Status),
		Urgency:   incident.Urgency(w.Urgency),
		Service:   w.Service.ref(),
		Policy:    w.Policy.ref(),
		CreatedAt: w.CreatedAt,
		ChangedAt: w.ChangedAt.Time,
	}
	if w.Key != nil {
		in.Key = *w.Key
	}
	if w.Priority != nil {
		in.Priority, in.PriorityID = w.Priority.Summary, w.Priority.ID
	}
	for _, x := range w.Pending {
		switch x.Type {
		case "escalate":
			in.EscalatesAt = x.At.Time
		case "unacknowledge": // what a snooze, or the service's own limit, ends in
			in.SnoozedUntil = x.At.Time
		}
	}
	if w.Resolution != nil {
		in.MergedInto = w.Resolution.Incident.ref()
	}
	for _, x := range w.Assignments {
		in.Holders = append(in.Holders, x.Assignee.ref())
	}
	return in
}

func (w wireRef) ref() incident.Ref {
	return incident.Ref{ID: w.ID, Name: w.Summary}
}

// safeURL lets only https addresses become links (a javascript: link in an
// answer would run in our page), and http ones where the API itself is on
// loopback, for the demo.
func (a *Agent) safeURL(s string) string {
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Host == "", u.User != nil:
		return ""
	case u.Scheme == "https":
		return u.String()
	case u.Scheme == "http" && strings.HasPrefix(a.base, "http://") && zendesk.LoopbackOrigin("http://"+u.Host):
		return u.String()
	}
	return ""
}

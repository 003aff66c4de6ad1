package server_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server"
	"zendesk-pagerduty/server/web"
)

// tested is a PagerDuty whose incidents of a ticket have alerts.
type tested struct {
	*fake
	list   []incident.Incident
	alerts map[string][]incident.Alert // by the incident's id
}

func (f tested) IncidentsByKey(context.Context, string) ([]incident.Incident, bool, error) {
	return f.list, false, nil
}

func (f tested) Alerts(_ context.Context, id string, _ int) (incident.Page[incident.Alert], error) {
	return incident.Page[incident.Alert]{List: f.alerts[id]}, nil
}

// The set-up's test with difficult text reads the alert that its own ticket
// raised: the first one, of the newest open incident, and a bounded part of it.
func TestArrived(t *testing.T) {
	t.Parallel()
	now := time.Now()
	raised := func(id string, status incident.Status, ago time.Duration) incident.Incident {
		return incident.Incident{ID: id, Number: 1, Title: id, Status: status, CreatedAt: now.Add(-ago)}
	}
	alert := func(title, description string, ago time.Duration) incident.Alert {
		details := []incident.Field{{Name: "ticket.description", Value: description}}
		return incident.Alert{Summary: "Ticket 101: " + title, At: now.Add(-ago), Details: details}
	}
	good := []incident.Alert{alert("as typed", "its text", time.Hour)}
	bad := []incident.Alert{alert("spoiled", "its text", time.Hour)}
	long := strings.Repeat("x", 500)
	for name, c := range map[string]struct {
		title   string
		list    []incident.Incident
		alerts  map[string][]incident.Alert
		status  int
		differs int
	}{
		"nothing yet": {title: "as typed", status: http.StatusNoContent},
		"an incident, and no alert of it yet": {
			title: "as typed", status: http.StatusNoContent,
			list: []incident.Incident{raised("PNEW", incident.Triggered, 0)},
		},
		"an older open one and a newer resolved one beside it": {
			title: "as typed", status: http.StatusOK,
			list: []incident.Incident{
				raised("POLD", incident.Triggered, time.Hour),
				raised("PDONE", incident.Resolved, 0),
				raised("PNEW", incident.Acknowledged, time.Minute),
			},
			alerts: map[string][]incident.Alert{"POLD": bad, "PDONE": bad, "PNEW": good},
		},
		"only a resolved one": {
			title: "as typed", status: http.StatusNoContent,
			list:   []incident.Incident{raised("PDONE", incident.Resolved, 0)},
			alerts: map[string][]incident.Alert{"PDONE": good},
		},
		"later alerts, the latest first": {
			title: "as typed", status: http.StatusOK,
			list:   []incident.Incident{raised("PNEW", incident.Triggered, 0)},
			alerts: map[string][]incident.Alert{"PNEW": {alert("spoiled", "other", time.Minute), good[0], alert("spoiled", "other", 2*time.Minute)}},
		},
		"longer than is compared": {
			title: long, status: http.StatusOK, differs: 1,
			list:   []incident.Incident{raised("PNEW", incident.Triggered, 0)},
			alerts: map[string][]incident.Alert{"PNEW": {alert(long, "its text", time.Hour)}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pd := tested{&fake{}, c.list, c.alerts}
			d := open(t, func(s *server.Server) {
				s.As = func(oauth.Connection) (web.PagerDuty, error) { return pd, nil }
			})
			got := d.ask("POST", "/setup/arrived/101", url.Values{"title": {c.title}, "description": {"its text"}})
			if got.status != c.status {
				t.Fatalf("%d %s", got.status, got.text())
			}
			if n := got.Find("[data-differs]").Length(); n != c.differs {
				t.Errorf("%d parts differ: %s", n, got.text())
			}
			got.Find("[data-differs] bdi").Each(func(_ int, s *goquery.Selection) {
				if n := len([]rune(s.Text())); n > 200 {
					t.Errorf("%d characters are shown", n)
				}
			})
		})
	}
}

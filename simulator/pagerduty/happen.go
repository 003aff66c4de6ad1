package pagerduty

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// What can happen to an incident. Permissions and arguments have been checked
// by then; each change leaves its line in the timeline.

// trigger makes an incident on a service, assigned as the service's policy
// says.
func (w *world) trigger(at time.Time, s *service, title, urgency string, by agent) *incident {
	a := s.account
	i := &incident{
		id: w.makeID('Q', "incident "+a.id), number: 1000 + len(a.incidents) + 1, title: title, status: "triggered",
		urgency: urgency, kind: "incident_default", service: s, policy: s.policy, teams: slices.Clone(s.teams),
		created: at, updated: at, changed: at, changedBy: by, account: a,
	}
	a.incidents = append(a.incidents, i)
	w.log(i, at, by, "trigger")
	w.page(i, at, s.policy)
	return i
}

// page assigns an incident to whoever is on call.
func (w *world) page(i *incident, at time.Time, p *policy) {
	i.policy, i.direct, i.assigned = p, false, nil
	for _, who := range p.onCall[:min(1, len(p.onCall))] {
		i.assigned = append(i.assigned, assignment{at, who})
	}
	w.log(i, at, agent{service: i.service}, "assign")
}

func (w *world) assign(i *incident, at time.Time, by agent, people ...*person) {
	i.direct, i.assigned = true, nil
	for _, p := range people {
		i.assigned = append(i.assigned, assignment{at, p})
	}
	i.updated = at
	w.log(i, at, by, "assign")
}

// acknowledge also takes ownership, if a person does it.
func (w *world) acknowledge(i *incident, at time.Time, by agent) {
	w.status(i, at, by, "acknowledged")
	i.acked = []acknowledgement{{at, by}}
	if by.person != nil {
		i.assigned, i.direct = []assignment{{at, by.person}}, true
	}
	w.log(i, at, by, "acknowledge")
}

func (w *world) resolve(i *incident, at time.Time, by agent, resolution string) {
	w.status(i, at, by, "resolved")
	i.acked, i.assigned = nil, nil
	i.resolved, i.resolution = at, resolution
	for _, a := range i.alerts {
		a.status = "resolved"
	}
	w.log(i, at, by, "resolve").note = resolution
}

// unacknowledge puts an incident back to triggered; a resolved one is reopened.
func (w *world) unacknowledge(i *incident, at time.Time, by agent) {
	reopened := !i.open()
	w.status(i, at, by, "triggered")
	i.acked, i.resolved = nil, time.Time{}
	w.log(i, at, by, "unacknowledge")
	if reopened || len(i.assigned) == 0 {
		w.page(i, at, i.policy)
	}
}

func (w *world) status(i *incident, at time.Time, by agent, status string) {
	i.status, i.changed, i.updated, i.changedBy = status, at, at, by
	if status != "resolved" {
		i.resolved = time.Time{}
	}
}

func (w *world) alert(i *incident, at time.Time, key, summary, severity string, details any) *alert {
	a := &alert{id: w.makeID('Q', "alert"), key: key, summary: summary, severity: severity, status: "triggered", details: details, created: at}
	i.alerts = append(i.alerts, a)
	i.updated = at
	return a
}

// log writes a line into an incident's timeline.
func (w *world) log(i *incident, at time.Time, by agent, kind string) *logEntry {
	e := &logEntry{id: w.makeID('R', "log entry"), kind: kind, at: at, by: by}
	for _, a := range i.assigned {
		e.assignees = append(e.assignees, a.person)
	}
	i.log = append(i.log, e)
	return e
}

// integrationKey is a service's 32-character key for the Events API.
func integrationKey(of string) string {
	sum := sha256.Sum256([]byte("integration " + of))
	return hex.EncodeToString(sum[:16])
}

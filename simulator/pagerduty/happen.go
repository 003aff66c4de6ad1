package pagerduty

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// What can happen to an incident. Permissions and arguments have been checked
// by then; each change leaves its line in the timeline.

// trigger makes an incident on a service, assigned as the service's policy
// says.
func (w *world) trigger(at time.Time, s *service, title, urgency string, by agent) *incident {
	i := w.begin(at, s, title, urgency, by)
	w.page(i, at, agent{service: s}, s.policy, 1, "assign")
	return i
}

// begin makes an incident that nobody has yet.
func (w *world) begin(at time.Time, s *service, title, urgency string, by agent) *incident {
	a := s.account
	i := &incident{
		id: w.makeID('Q', "incident "+a.id), number: 1000 + len(a.incidents) + 1, title: title, status: "triggered",
		urgency: urgency, kind: "incident_default", service: s, policy: s.policy, level: 1, teams: slices.Clone(s.teams),
		created: at, updated: at, changed: at, changedBy: by, account: a, values: map[*customField]any{},
	}
	a.incidents = append(a.incidents, i)
	w.log(i, at, by, "trigger", "Triggered "+through(by))
	return i
}

func through(by agent) string {
	if by.person != nil {
		return "through the website or API by " + by.person.name
	}
	return "through the Events API"
}

// page assigns an incident to whoever is on call on a level of a policy. The
// kind of its line is assign, escalate or delegate.
func (w *world) page(i *incident, at time.Time, by agent, p *policy, level int, kind string) {
	i.policy, i.level, i.direct, i.assigned = p, level, false, nil
	if level <= len(p.levels) {
		for _, who := range p.levels[level-1].people {
			i.assigned = append(i.assigned, assignment{at, who})
		}
	}
	i.updated = at
	w.hand(i, at, by, kind)
}

// assign gives an incident to people by name.
func (w *world) assign(i *incident, at time.Time, by agent, kind string, people ...*person) {
	i.direct, i.assigned = true, nil
	for _, p := range people {
		i.assigned = append(i.assigned, assignment{at, p})
	}
	i.updated = at
	w.hand(i, at, by, kind)
}

// hand logs who has an incident now, and notifies them; who took it themself
// needs no notice.
func (w *world) hand(i *incident, at time.Time, by agent, kind string) {
	verb := map[string]string{"assign": "Assigned to ", "escalate": "Escalated to ", "delegate": "Reassigned to "}[kind]
	e := w.log(i, at, by, kind, verb)
	for _, a := range i.assigned {
		e.assignees = append(e.assignees, a.person)
	}
	e.summary += names(e.assignees)
	for _, who := range e.assignees {
		if who != by.person {
			w.notify(i, at, who)
		}
	}
}

func (w *world) notify(i *incident, at time.Time, who *person) {
	e := w.log(i, at, agent{service: i.service}, "notify", "Notified "+who.name+" by e-mail")
	e.user = who
}

// acknowledge also takes ownership, if a person does it.
func (w *world) acknowledge(i *incident, at time.Time, by agent) {
	w.status(i, at, by, "acknowledged")
	i.acked = []acknowledgement{{at, by}}
	if by.person != nil {
		i.assigned, i.direct = []assignment{{at, by.person}}, true
	}
	w.log(i, at, by, "acknowledge", "Acknowledged by "+by.name())
}

func (w *world) resolve(i *incident, at time.Time, by agent, resolution string) {
	w.status(i, at, by, "resolved")
	i.acked, i.assigned = nil, nil
	i.resolved, i.resolution = at, resolution
	for _, a := range i.alerts {
		a.status = "resolved"
	}
	w.log(i, at, by, "resolve", "Resolved by "+by.name()).note = resolution
}

// unacknowledge puts an incident back to triggered; a resolved one is reopened,
// and goes to whoever is on call.
func (w *world) unacknowledge(i *incident, at time.Time, by agent) {
	reopened := !i.open()
	w.retrigger(i, at, by)
	if reopened || len(i.assigned) == 0 {
		w.page(i, at, by, i.policy, 1, "assign")
	}
}

// retrigger is unacknowledge for an incident that is about to be assigned.
func (w *world) retrigger(i *incident, at time.Time, by agent) {
	w.status(i, at, by, "triggered")
	i.acked, i.resolution = nil, ""
	w.log(i, at, by, "unacknowledge", "Triggered again by "+by.name())
}

func (w *world) status(i *incident, at time.Time, by agent, status string) {
	i.status, i.changed, i.updated, i.changedBy, i.snoozed = status, at, at, by, time.Time{}
	if status != "resolved" {
		i.resolved = time.Time{}
	}
}

func (w *world) alert(i *incident, at time.Time, routing, key, summary, severity string, details any, contexts ...map[string]any) *alert {
	a := &alert{
		id: w.makeID('Q', "alert"), routing: routing, key: key, summary: summary, severity: severity, status: "triggered",
		details: details, contexts: append([]map[string]any{}, contexts...), created: at,
	}
	i.alerts = append(i.alerts, a)
	i.updated = at
	return a
}

// alter logs the change of a member of an incident, as the application fields
// of a field_value_change.
func (w *world) alter(i *incident, at time.Time, by agent, name, from, to string) {
	i.updated = at
	e := w.log(i, at, by, "field_value_change", fmt.Sprintf("%s changed from %q to %q", name, from, to))
	e.channel = map[string]any{"changeset": map[string]any{"application_fields": []map[string]any{{"id": name, "name": name, "namespace": "incident", "value": to, "old_value": from}}}}
}

// integrationKey is a 32-character key for the Events API.
func integrationKey(of string) string {
	sum := sha256.Sum256([]byte("integration " + of))
	return hex.EncodeToString(sum[:16])
}

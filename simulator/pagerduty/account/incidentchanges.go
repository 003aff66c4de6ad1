package account

import (
	"fmt"
	"slices"
	"time"
)

// The changes of an incident. Permissions and arguments have been checked
// by then; each change leaves its line in the timeline.

// Trigger makes an incident on a service, assigned as the service's policy
// says.
func (w *Store) Trigger(at time.Time, s *Service, title, urgency string, by Agent) *Incident {
	i := w.Create(at, s, title, urgency, by)
	w.AssignByPolicy(i, at, Agent{Service: s}, s.Policy, 1, "assign")
	return i
}

// Create makes an incident that is assigned to nobody yet.
func (w *Store) Create(at time.Time, s *Service, title, urgency string, by Agent) *Incident {
	a := s.Account
	i := &Incident{
		ID:        w.MakeID('Q', "incident "+a.ID),
		Number:    1000 + len(a.Incidents) + 1,
		Title:     title,
		Status:    "triggered",
		Urgency:   urgency,
		Kind:      "incident_default",
		Service:   s,
		Policy:    s.Policy,
		Level:     1,
		Teams:     slices.Clone(s.Teams),
		Created:   at,
		Updated:   at,
		Changed:   at,
		ChangedBy: by,
		Account:   a,
		Values:    map[*CustomField]any{},
	}
	a.Incidents = append(a.Incidents, i)
	w.Log(i, at, by, "trigger", "Triggered "+through(by))
	return i
}

func through(by Agent) string {
	if by.Person != nil {
		return "through the website or API by " + by.Person.Name
	}
	return "through the Events API"
}

// AssignByPolicy assigns an incident to whoever is on call on a level of a
// policy, from 1. kind is that of its line in the timeline: "assign",
// "escalate" or "delegate".
func (w *Store) AssignByPolicy(i *Incident, at time.Time, by Agent, p *Policy, level int, kind string) {
	i.Policy, i.Level, i.Direct, i.Assigned = p, level, false, nil
	if level <= len(p.Levels) {
		for _, who := range p.Levels[level-1].People {
			i.Assigned = append(i.Assigned, Assignment{at, who})
		}
	}
	i.Updated = at
	w.logAssignment(i, at, by, kind)
}

// AssignPeople assigns an incident to people by name. kind is that of its
// line in the timeline: "assign" or "delegate".
func (w *Store) AssignPeople(i *Incident, at time.Time, by Agent, kind string, people ...*Person) {
	i.Direct, i.Assigned = true, nil
	for _, p := range people {
		i.Assigned = append(i.Assigned, Assignment{at, p})
	}
	i.Updated = at
	w.logAssignment(i, at, by, kind)
}

// logAssignment writes who has an incident now into its timeline, and
// notifies them, but not the one who did it.
func (w *Store) logAssignment(i *Incident, at time.Time, by Agent, kind string) {
	verb := map[string]string{"assign": "Assigned to ", "escalate": "Escalated to ", "delegate": "Reassigned to "}[kind]
	e := w.Log(i, at, by, kind, verb)
	for _, a := range i.Assigned {
		e.Assignees = append(e.Assignees, a.Person)
	}
	e.Summary += Names(e.Assignees)
	for _, who := range e.Assignees {
		if who != by.Person {
			w.notify(i, at, who)
		}
	}
}

func (w *Store) notify(i *Incident, at time.Time, who *Person) {
	e := w.Log(i, at, Agent{Service: i.Service}, "notify", "Notified "+who.Name+" by e-mail")
	e.User = who
}

// Acknowledge also takes ownership, if a person does it.
func (w *Store) Acknowledge(i *Incident, at time.Time, by Agent) {
	w.setStatus(i, at, by, "acknowledged")
	i.Acked = []Acknowledgement{{at, by}}
	if by.Person != nil {
		i.Assigned, i.Direct = []Assignment{{at, by.Person}}, true
	}
	w.Log(i, at, by, "acknowledge", "Acknowledged by "+by.name())
}

// Resolve ends an incident with its alerts; resolution may be empty.
func (w *Store) Resolve(i *Incident, at time.Time, by Agent, resolution string) {
	w.setStatus(i, at, by, "resolved")
	i.Acked, i.Assigned = nil, nil
	i.Resolved, i.Resolution = at, resolution
	for _, a := range i.Alerts {
		a.Status = "resolved"
	}
	w.Log(i, at, by, "resolve", "Resolved by "+by.name()).Note = resolution
}

// Unacknowledge puts an incident back to triggered; a resolved one is reopened,
// and goes to whoever is on call.
func (w *Store) Unacknowledge(i *Incident, at time.Time, by Agent) {
	reopened := !i.Open()
	w.Retrigger(i, at, by)
	if reopened || len(i.Assigned) == 0 {
		w.AssignByPolicy(i, at, by, i.Policy, 1, "assign")
	}
}

// Retrigger is [Store.Unacknowledge] for an incident that is about to be
// assigned.
func (w *Store) Retrigger(i *Incident, at time.Time, by Agent) {
	w.setStatus(i, at, by, "triggered")
	i.Acked, i.Resolution = nil, ""
	w.Log(i, at, by, "unacknowledge", "Triggered again by "+by.name())
}

func (w *Store) setStatus(i *Incident, at time.Time, by Agent, status string) {
	i.Status, i.Changed, i.Updated, i.ChangedBy, i.Snoozed = status, at, at, by, time.Time{}
	if status != "resolved" {
		i.Resolved = time.Time{}
	}
}

// LogChange writes the change of a member of an incident into its timeline,
// as the application fields of a field_value_change.
func (w *Store) LogChange(i *Incident, at time.Time, by Agent, name, from, to string) {
	i.Updated = at
	e := w.Log(i, at, by, "field_value_change", fmt.Sprintf("%s changed from %q to %q", name, from, to))
	e.Channel = map[string]any{
		"changeset": map[string]any{
			"application_fields": []map[string]any{{
				"id":        name,
				"name":      name,
				"namespace": "incident",
				"value":     to,
				"old_value": from,
			}},
		},
	}
}

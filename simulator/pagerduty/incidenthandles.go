package pagerduty

import (
	"fmt"
	"time"
)

// IncidentInfo is an incident as a test looks at it. People are logins.
type IncidentInfo struct {
	ID             string         `json:"id"`
	Number         int            `json:"number"`
	Title          string         `json:"title"`
	Status         string         `json:"status"`
	Urgency        string         `json:"urgency"`
	Priority       string         `json:"priority"` // its name
	Type           string         `json:"type"`
	Key            string         `json:"key"` // its own, or that of its first alert
	Service        string         `json:"service"`
	Account        string         `json:"account"`
	Details        any            `json:"details"`
	ByPerson       string         `json:"by"` // login of who made it; empty for events
	Assignees      []string       `json:"assignees"`
	AcknowledgedBy []string       `json:"acknowledged_by"` // or a service's name
	Policy         string         `json:"escalation_policy"`
	Level          int            `json:"escalation_level"`
	SnoozedUntil   time.Time      `json:"snoozed_until,omitzero"`
	Resolution     string         `json:"resolution"`
	MergedInto     string         `json:"merged_into"` // an id
	Alerts         int            `json:"alerts"`
	Notes          []NoteInfo     `json:"notes"`
	Responders     []string       `json:"responders"`
	Subscribers    []string       `json:"subscribers"` // teams by their name
	StatusUpdates  []string       `json:"status_updates"`
	Workflows      []string       `json:"workflows"` // names of those started on it
	Fields         map[string]any `json:"custom_fields"`
	BridgeNumber   string         `json:"bridge_number"`
	BridgeURL      string         `json:"bridge_url"`
}

// NoteInfo is a note; Author is empty for a bot.
type NoteInfo struct {
	Content string `json:"content"`
	Author  string `json:"author"`
}

func (i *incident) info() IncidentInfo {
	info := IncidentInfo{
		ID: i.id, Number: i.number, Title: i.title, Status: i.status, Urgency: i.urgency, Type: i.kind, Key: i.key,
		Service: i.service.name, Account: i.account.subdomain, Details: i.details, Policy: i.policy.name, Level: i.level,
		SnoozedUntil: i.snoozed, Resolution: i.resolution, Alerts: len(i.alerts),
		BridgeNumber: i.bridge.Number, BridgeURL: i.bridge.URL, Fields: map[string]any{},
		// Lists are never null: tests in JavaScript count them.
		Assignees: []string{}, AcknowledgedBy: []string{}, Notes: []NoteInfo{}, Responders: []string{},
		Subscribers: []string{}, StatusUpdates: []string{}, Workflows: []string{},
	}
	if info.Key == "" && len(i.alerts) > 0 {
		info.Key = i.alerts[0].key
	}
	if by := i.log[0].by.person; by != nil {
		info.ByPerson = by.login
	}
	if i.priority != nil {
		info.Priority = i.priority.name
	}
	if i.merged != nil {
		info.MergedInto = i.merged.id
	}
	for _, a := range i.assigned {
		info.Assignees = append(info.Assignees, a.person.login)
	}
	for _, a := range i.acked {
		info.AcknowledgedBy = append(info.AcknowledgedBy, a.by.login())
	}
	for _, n := range i.notes {
		info.Notes = append(info.Notes, NoteInfo{n.content, agent{person: n.by}.login()})
	}
	for _, r := range i.responders {
		info.Responders = append(info.Responders, r.person.login)
	}
	for _, s := range i.subscribers {
		info.Subscribers = append(info.Subscribers, s.name())
	}
	for _, u := range i.updates {
		info.StatusUpdates = append(info.StatusUpdates, u.message)
	}
	for _, f := range i.started {
		info.Workflows = append(info.Workflows, f.name)
	}
	for f, v := range i.values {
		info.Fields[f.name] = v
	}
	return info
}

func (a agent) login() string {
	switch {
	case a.person != nil:
		return a.person.login
	case a.service != nil:
		return a.service.name
	}
	return ""
}

func (s *subscriber) name() string {
	if s.person != nil {
		return s.person.login
	}
	return s.team.name
}

// Incidents are those of a key, or all for "", in the order of their making.
func (s *Simulator) Incidents(key string) []IncidentInfo {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.state.world.elapse(s.Clock.Now())
	found := []IncidentInfo{}
	for _, a := range s.state.world.accounts {
		for _, i := range a.incidents {
			if key == "" || i.keyed(key) {
				found = append(found, i.info())
			}
		}
	}
	return found
}

// Incident is one, by its id.
func (s *Simulator) Incident(id string) IncidentInfo {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.mustIncident(id).info()
}

func (s *Simulator) mustIncident(id string) *incident {
	s.state.world.elapse(s.Clock.Now())
	for _, a := range s.state.world.accounts {
		if i := a.incident(id); i != nil && i.id == id {
			return i
		}
	}
	panic(fmt.Sprintf("simulator: no incident %q", id))
}

// AddIncident makes one on a service of acme, as if created there by a person.
// An empty key makes one that no ticket is known of.
func (s *Simulator) AddIncident(login, service, title, key string) IncidentInfo {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	v := s.mustService(service)
	i := s.state.world.trigger(s.Clock.Now(), v, title, "high", agent{person: s.mustPerson(login)})
	i.key, i.details = key, ""
	return i.info()
}

// SetStatus acknowledges, resolves or reopens an incident for a person.
func (s *Simulator) SetStatus(login, id, status string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	i, by, now := s.mustIncident(id), agent{person: s.mustPerson(login)}, s.Clock.Now()
	switch status {
	case "acknowledged":
		s.state.world.acknowledge(i, now, by)
	case "resolved":
		s.state.world.resolve(i, now, by, "")
	case "triggered":
		s.state.world.unacknowledge(i, now, by)
	default:
		panic(fmt.Sprintf("simulator: no status %q", status))
	}
}

// SetTitle changes an incident's title, as somebody in PagerDuty may.
func (s *Simulator) SetTitle(id, title string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	i := s.mustIncident(id)
	i.title, i.updated = title, s.Clock.Now()
}

// AddNote adds a person's note to an incident.
func (s *Simulator) AddNote(login, id, content string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.state.world.annotate(s.mustIncident(id), s.Clock.Now(), s.mustPerson(login), content)
}

// Merge merges the source incident into the target for a person.
func (s *Simulator) Merge(login, target, source string) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.state.world.merge(s.mustIncident(target), s.mustIncident(source), s.Clock.Now(), agent{person: s.mustPerson(login)})
}

// Workflow is the id of a workflow of acme, by its name.
func (s *Simulator) Workflow(name string) string {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	f := find(s.state.world.account("acme").workflows, func(f *workflow) bool { return f.name == name })
	if f == nil {
		panic(fmt.Sprintf("simulator: no workflow %q", name))
	}
	return f.id
}

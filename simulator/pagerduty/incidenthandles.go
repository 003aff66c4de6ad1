package pagerduty

import (
	"fmt"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// IncidentInfo is an incident as a test looks at it. People are logins.
type IncidentInfo struct {
	ID             string     `json:"id"`
	Number         int        `json:"number"`
	Title          string     `json:"title"`
	Status         string     `json:"status"`
	Urgency        string     `json:"urgency"`
	Priority       string     `json:"priority"` // its name
	Type           string     `json:"type"`
	Key            string     `json:"key"` // its own, or that of its first alert
	Service        string     `json:"service"`
	Account        string     `json:"account"`
	Details        any        `json:"details"`
	ByPerson       string     `json:"by"` // login of who made it; empty for events
	Assignees      []string   `json:"assignees"`
	AcknowledgedBy []string   `json:"acknowledged_by"` // or a service's name
	Policy         string     `json:"escalation_policy"`
	Level          int        `json:"escalation_level"`
	SnoozedUntil   time.Time  `json:"snoozed_until,omitzero"`
	Resolution     string     `json:"resolution"`  // the note that it was resolved with
	MergedInto     string     `json:"merged_into"` // an id
	Alerts         int        `json:"alerts"`
	Notes          []NoteInfo `json:"notes"`
	Responders     []string   `json:"responders"`
	// Requested are the states of the responders, in their order.
	Requested     []string       `json:"responder_states"`
	Subscribers   []string       `json:"subscribers"` // teams by their name
	StatusUpdates []string       `json:"status_updates"`
	Workflows     []string       `json:"workflows"` // names of those started on it
	Fields        map[string]any `json:"custom_fields"`
	BridgeNumber  string         `json:"bridge_number"`
	BridgeURL     string         `json:"bridge_url"`
}

// NoteInfo is a note; Author is empty for a bot.
type NoteInfo struct {
	ID      string `json:"id"`
	Content string `json:"content"`
	Author  string `json:"author"`
}

func incidentInfo(i *account.Incident) IncidentInfo {
	info := IncidentInfo{
		ID:           i.ID,
		Number:       i.Number,
		Title:        i.Title,
		Status:       i.Status,
		Urgency:      i.Urgency,
		Type:         i.Kind,
		Key:          i.Key,
		Service:      i.Service.Name,
		Account:      i.Account.Subdomain,
		Details:      i.Details,
		Policy:       i.Policy.Name,
		Level:        i.Level,
		SnoozedUntil: i.Snoozed,
		Resolution:   i.Resolution,
		Alerts:       len(i.Alerts),
		BridgeNumber: i.Bridge.Number,
		BridgeURL:    i.Bridge.URL,
		Fields:       map[string]any{},
		// Lists are never null: tests in JavaScript count them.
		Assignees:      []string{},
		AcknowledgedBy: []string{},
		Notes:          []NoteInfo{},
		Responders:     []string{},
		Requested:      []string{},
		Subscribers:    []string{},
		StatusUpdates:  []string{},
		Workflows:      []string{},
	}
	if info.Key == "" && len(i.Alerts) > 0 {
		info.Key = i.Alerts[0].Key
	}
	if by := i.Log[0].By.Person; by != nil {
		info.ByPerson = by.Login
	}
	if i.Priority != nil {
		info.Priority = i.Priority.Name
	}
	if i.Merged != nil {
		info.MergedInto = i.Merged.ID
	}
	for _, a := range i.Assigned {
		info.Assignees = append(info.Assignees, a.Person.Login)
	}
	for _, a := range i.Acked {
		info.AcknowledgedBy = append(info.AcknowledgedBy, agentName(a.By))
	}
	for _, n := range i.Notes {
		info.Notes = append(info.Notes, NoteInfo{n.ID, n.Content, agentName(account.Agent{Person: n.By})})
	}
	for _, r := range i.Responders {
		info.Responders = append(info.Responders, r.Person.Login)
		info.Requested = append(info.Requested, r.State)
	}
	for _, s := range i.Subscribers {
		info.Subscribers = append(info.Subscribers, subscriberName(s))
	}
	for _, u := range i.Updates {
		info.StatusUpdates = append(info.StatusUpdates, u.Message)
	}
	for _, f := range i.Started {
		info.Workflows = append(info.Workflows, f.Name)
	}
	for f, v := range i.Values {
		info.Fields[f.Name] = v
	}
	return info
}

func agentName(a account.Agent) string {
	switch {
	case a.Person != nil:
		return a.Person.Login
	case a.Service != nil:
		return a.Service.Name
	}
	return ""
}

func subscriberName(s *account.Subscriber) string {
	if s.Person != nil {
		return s.Person.Login
	}
	return s.Team.Name
}

// Incidents are those of a key, or all for "", in the order of their making.
func (s *Simulator) Incidents(key string) []IncidentInfo {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.state.Store.EndSnoozes(s.Clock.Now())
	found := []IncidentInfo{}
	for _, a := range s.state.Store.Accounts {
		for _, i := range a.Incidents {
			if key == "" || i.Keyed(key) {
				found = append(found, incidentInfo(i))
			}
		}
	}
	return found
}

// Incident is one, by its id.
func (s *Simulator) Incident(id string) IncidentInfo {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	return incidentInfo(s.mustIncident(id))
}

func (s *Simulator) mustIncident(id string) *account.Incident {
	s.state.Store.EndSnoozes(s.Clock.Now())
	for _, a := range s.state.Store.Accounts {
		if i := a.Incident(id); i != nil && i.ID == id {
			return i
		}
	}
	panic(fmt.Sprintf("simulator: no incident %q", id))
}

// AddIncident makes one on a service of acme, as if created there by a person.
// An empty key makes one that no ticket is known of.
func (s *Simulator) AddIncident(login, service, title, key string) IncidentInfo {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	v := s.mustService(service)
	i := s.state.Store.Trigger(s.Clock.Now(), v, title, "high", account.Agent{Person: s.mustPerson(login)})
	i.Key, i.Details = key, ""
	return incidentInfo(i)
}

// SetStatus acknowledges, resolves or reopens an incident for a person.
func (s *Simulator) SetStatus(login, id, status string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	i, by, now := s.mustIncident(id), account.Agent{Person: s.mustPerson(login)}, s.Clock.Now()
	switch status {
	case "acknowledged":
		s.state.Store.Acknowledge(i, now, by)
	case "resolved":
		s.state.Store.Resolve(i, now, by, "")
	case "triggered":
		s.state.Store.Unacknowledge(i, now, by)
	default:
		panic(fmt.Sprintf("simulator: no status %q", status))
	}
}

// SetTitle changes an incident's title, as somebody in PagerDuty may.
func (s *Simulator) SetTitle(id, title string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	i := s.mustIncident(id)
	i.Title, i.Updated = title, s.Clock.Now()
}

// AddNote adds a person's note to an incident.
func (s *Simulator) AddNote(login, id, content string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.state.Store.AddNote(s.mustIncident(id), s.Clock.Now(), s.mustPerson(login), content)
}

// EditNote changes what a note says, as its author may elsewhere; without content it
// is deleted.
func (s *Simulator) EditNote(id, note, content string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	i := s.mustIncident(id)
	n := i.Note(note)
	switch {
	case n == nil:
		panic(fmt.Sprintf("simulator: no note %q", note))
	case content == "":
		s.state.Store.DeleteNote(i, s.Clock.Now(), n)
	default:
		s.state.Store.EditNote(i, s.Clock.Now(), n, content)
	}
}

// RequestResponder asks somebody to help with an incident, for a person.
func (s *Simulator) RequestResponder(login, id, whom string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.state.Store.RequestResponders(s.mustIncident(id), s.Clock.Now(), s.mustPerson(login), "Please help",
		account.Target{Person: s.mustPerson(whom)})
}

// AnswerRequest is what somebody does who was asked to help: "joined" or "declined".
func (s *Simulator) AnswerRequest(login, id, state string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	who := s.mustPerson(login)
	r := account.Find(s.mustIncident(id).Responders, func(r *account.Responder) bool { return r.Person == who })
	if r == nil || state != "joined" && state != "declined" {
		panic(fmt.Sprintf("simulator: %s was not asked, or %q is no answer", login, state))
	}
	r.State, r.Updated = state, s.Clock.Now()
}

// Merge merges the source incident into the target for a person.
func (s *Simulator) Merge(login, target, source string) {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	s.state.Store.Merge(s.mustIncident(target), s.mustIncident(source), s.Clock.Now(), account.Agent{
		Person: s.mustPerson(login),
	})
}

// Workflow is the id of a workflow of acme, by its name.
func (s *Simulator) Workflow(name string) string {
	s.state.Mu.Lock()
	defer s.state.Mu.Unlock()
	f := account.Find(s.state.Store.Account("acme").Workflows, func(f *account.Workflow) bool { return f.Name == name })
	if f == nil {
		panic(fmt.Sprintf("simulator: no workflow %q", name))
	}
	return f.ID
}

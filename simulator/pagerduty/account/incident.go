package account

import (
	"fmt"
	"slices"
	"time"
)

// Incident is one incident. Its teams are those that its service had when it
// was triggered.
type Incident struct {
	ID         string
	Number     int
	Title      string
	Details    any // a string, or an object from an event
	Status     string
	Urgency    string
	Kind       string // incident type
	Key        string // empty for incidents made by events
	Priority   *Priority
	Service    *Service
	Policy     *Policy
	Level      int // of its policy, from 1
	Teams      []*Team
	Resolution string
	Created    time.Time
	Updated    time.Time
	Changed    time.Time // of the status
	ChangedBy  Agent
	Resolved   time.Time
	Assigned   []Assignment
	Acked      []Acknowledgement
	Direct     bool // assigned to people, not by the policy
	Alerts     []*Alert
	Notes      []*Note
	Log        []*LogEntry
	Account    *Account

	Bridge      Bridge
	Snoozed     time.Time // until then; zero if it is not
	Merged      *Incident // into which; nil if it was not
	Requests    []*ResponderRequest
	Responders  []*Responder
	Updates     []*StatusUpdate
	Subscribers []*Subscriber
	Started     []*Workflow
	Values      map[*CustomField]any
}

// Bridge is a conference call: a number, an address, either or none.
type Bridge struct {
	Number string `json:"conference_number"`
	URL    string `json:"conference_url"`
}

// Assignment says who has an incident, and since when.
type Assignment struct {
	At     time.Time
	Person *Person
}

// Acknowledgement says who acknowledged an incident, and when.
type Acknowledgement struct {
	At time.Time
	By Agent
}

// Agent did something: a person, or a service on behalf of an integration.
type Agent struct {
	Person  *Person
	Service *Service
}

func (a Agent) name() string {
	if a.Person != nil {
		return a.Person.Name
	}
	return a.Service.Name
}

// Label is an incident as PagerDuty summarises it: "[#1001] title".
func (i *Incident) Label() string { return fmt.Sprintf("[#%d] %s", i.Number, i.Title) }

// Open reports whether the incident is triggered or acknowledged.
func (i *Incident) Open() bool { return i.Status != "resolved" }

// Keyed reports whether the incident_key filter finds the incident: by its own
// key or by the key of one of its alerts.
func (i *Incident) Keyed(key string) bool {
	if i.Key == key {
		return true
	}
	return slices.ContainsFunc(i.Alerts, func(a *Alert) bool { return a.Key == key })
}

func (i *Incident) assignedTo(p *Person) bool {
	return slices.ContainsFunc(i.Assigned, func(a Assignment) bool { return a.Person == p })
}

package incident

import "time"

// Status of an incident, as PagerDuty spells it.
type Status string

// The statuses of an incident.
const (
	Triggered    Status = "triggered"
	Acknowledged Status = "acknowledged"
	Resolved     Status = "resolved"
)

// Open says whether somebody still has to do something.
func (s Status) Open() bool { return s == Triggered || s == Acknowledged }

// Urgency of an incident, as PagerDuty spells it.
type Urgency string

// The urgencies of an incident.
const (
	High Urgency = "high"
	Low  Urgency = "low"
)

// Ref names something else in PagerDuty.
type Ref struct {
	ID   string
	Name string
	URL  string // of what an alert links to; empty where that is not safe to link to
}

// Incident is what a panel shows of one. All texts are hostile input.
type Incident struct {
	ID         string
	Number     int64
	Title      string
	URL        string // empty where PagerDuty named none that is safe to link to
	Key        string // empty for incidents raised by events: their alert has it
	Status     Status
	Urgency    Urgency
	Priority   string // its name; empty without one
	PriorityID string
	Service    Ref
	Policy     Ref
	Holders    []Ref // who it is assigned to; empty once resolved
	CreatedAt  time.Time
	// ChangedAt is when the status last changed.
	ChangedAt time.Time
	// EscalatesAt is when the next level is paged; zero where that is not pending.
	EscalatesAt time.Time
	// SnoozedUntil is when an acknowledgement ends by itself; zero without a
	// snooze.
	SnoozedUntil time.Time
	MergedInto   Ref // the incident that this one ended in
	// Responders are those who were asked to help; only where the incident was read
	// for its details ([Reader.About]).
	Responders []Responder
}

// ServiceStatus is the state of a service, as PagerDuty spells it.
type ServiceStatus string

// The statuses that matter when an incident is to be created.
const (
	ServiceDisabled    ServiceStatus = "disabled"
	ServiceMaintenance ServiceStatus = "maintenance"
)

// Service is what a search shows of one.
type Service struct {
	ID     string
	Name   string
	Status ServiceStatus
	Policy Ref // its escalation policy
}

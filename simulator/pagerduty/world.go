package pagerduty

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// region is one of PagerDuty's, with hosts of its own for REST and Events.
type region struct {
	name   string // "us", "eu": the listener's name
	base   string // of the REST API
	claim  string // in ID tokens
	prefix string // of tokens
}

// world is everything that PagerDuty knows.
type world struct {
	accounts []*account
	web      string         // base of html_url
	made     map[string]int // things made so far, by what they are, for their ids
}

type account struct {
	id, subdomain string
	region        *region
	people        []*person
	teams         []*team
	policies      []*policy
	services      []*service
	priorities    []*priority
	fields        []*customField
	workflows     []*workflow
	maintenances  []*maintenance
	orchestration *orchestration // nil without one
	incidents     []*incident    // by number
}

type person struct {
	login, id, name, email, role string
	account                      *account
}

type team struct {
	id, name string
	private  bool
	members  []member
}

type member struct {
	person *person
	role   string
}

type policy struct {
	id, name string
	teams    []*team
	levels   []level // none if nobody is on call
	services []*service
}

// level is a step of a policy: whom it pages, and whether a schedule says so.
type level struct {
	people   []*person
	schedule string
}

type service struct {
	id, name, description, status string
	integrations                  []*integration
	teams                         []*team
	policy                        *policy
	created                       time.Time
	account                       *account
}

type priority struct{ id, name, description string }

// incident is one incident. Its teams are those that its service had when it
// was triggered.
type incident struct {
	id         string
	number     int
	title      string
	details    any // a string, or an object from an event
	status     string
	urgency    string
	kind       string // incident type
	key        string // empty for incidents made by events
	priority   *priority
	service    *service
	policy     *policy
	level      int // of its policy, from 1
	teams      []*team
	resolution string
	created    time.Time
	updated    time.Time
	changed    time.Time // of the status
	changedBy  agent
	resolved   time.Time
	assigned   []assignment
	acked      []acknowledgement
	direct     bool // assigned to people, not by the policy
	alerts     []*alert
	notes      []*note
	log        []*logEntry
	account    *account

	bridge      bridge
	snoozed     time.Time // until then; zero if it is not
	merged      *incident // into which; nil if it was not
	requests    []*responderRequest
	responders  []*responder
	updates     []*statusUpdate
	subscribers []*subscriber
	started     []*workflow
	values      map[*customField]any
}

// bridge is a conference call: a number, an address, either or none.
type bridge struct {
	Number string `json:"conference_number"`
	URL    string `json:"conference_url"`
}

type assignment struct {
	at     time.Time
	person *person
}

type acknowledgement struct {
	at time.Time
	by agent
}

// agent did something: a person, or a service on behalf of an integration.
type agent struct {
	person  *person
	service *service
}

func (a agent) name() string {
	if a.person != nil {
		return a.person.name
	}
	return a.service.name
}

type alert struct {
	id, key, summary, severity, status string
	routing                            string // the routing key of its events
	details                            any
	contexts                           []map[string]any
	created                            time.Time
}

type note struct {
	id, content string
	by          *person // nil if a bot did
	bot         string  // its name
	created     time.Time
}

// makeID returns an id for a new thing. Each kind is counted for itself, so
// that one more line in a timeline does not give all incidents other ids.
func (w *world) makeID(prefix byte, what string) string {
	w.made[what]++
	return id(prefix, fmt.Sprint(what, w.made[what]))
}

func (w *world) person(login string) *person {
	for _, a := range w.accounts {
		for _, p := range a.people {
			if p.login == login {
				return p
			}
		}
	}
	return nil
}

func (w *world) account(subdomain string) *account {
	for _, a := range w.accounts {
		if a.subdomain == subdomain {
			return a
		}
	}
	return nil
}

// keyed finds what a routing key belongs to in a region: an integration, an
// orchestration, or neither.
func (w *world) keyed(region, key string) (*integration, *orchestration) {
	if key == "" {
		return nil, nil // mail has no key
	}
	for _, a := range w.accounts {
		if a.region.name != region {
			continue
		}
		if a.orchestration != nil && a.orchestration.key == key {
			return nil, a.orchestration
		}
		for _, s := range a.services {
			if i := find(s.integrations, func(i *integration) bool { return i.key == key }); i != nil {
				return i, nil
			}
		}
	}
	return nil, nil
}

// openAlert finds what an event is about: the open alert of its deduplication
// key that came by the same routing key, wherever a merge has taken it.
func (w *world) openAlert(routing, key string) *incident {
	for _, a := range w.accounts {
		for _, i := range a.incidents {
			if i.open() && slices.ContainsFunc(i.alerts, func(a *alert) bool {
				return a.routing == routing && a.key == key && a.status != "resolved"
			}) {
				return i
			}
		}
	}
	return nil
}

func (a *account) service(id string) *service {
	return find(a.services, func(s *service) bool { return s.id == id })
}
func (a *account) serviceNamed(name string) *service {
	return find(a.services, func(s *service) bool { return s.name == name })
}
func (a *account) policy(id string) *policy {
	return find(a.policies, func(p *policy) bool { return p.id == id })
}
func (a *account) priority(id string) *priority {
	return find(a.priorities, func(p *priority) bool { return p.id == id })
}
func (a *account) priorityNamed(name string) *priority {
	return find(a.priorities, func(p *priority) bool { return p.name == name })
}
func (a *account) team(id string) *team {
	return find(a.teams, func(t *team) bool { return t.id == id })
}
func (a *account) user(id string) *person {
	return find(a.people, func(p *person) bool { return p.id == id })
}
func (a *account) userByEmail(email string) *person {
	return find(a.people, func(p *person) bool { return strings.EqualFold(p.email, email) })
}

// incident finds one by id or by number.
func (a *account) incident(idOrNumber string) *incident {
	return find(a.incidents, func(i *incident) bool { return i.id == idOrNumber || fmt.Sprint(i.number) == idOrNumber })
}

func find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}

func (i *incident) label() string { return fmt.Sprintf("[#%d] %s", i.number, i.title) }

func (i *incident) open() bool { return i.status != "resolved" }

// keyed reports whether the incident_key filter finds the incident: by its own
// key or by the key of one of its alerts.
func (i *incident) keyed(key string) bool {
	if i.key == key {
		return true
	}
	return slices.ContainsFunc(i.alerts, func(a *alert) bool { return a.key == key })
}

func (i *incident) assignedTo(p *person) bool {
	return slices.ContainsFunc(i.assigned, func(a assignment) bool { return a.person == p })
}

func (t *team) managedBy(p *person) bool {
	return slices.ContainsFunc(t.members, func(m member) bool { return m.person == p && m.role == "manager" })
}

func (t *team) has(p *person) bool {
	return slices.ContainsFunc(t.members, func(m member) bool { return m.person == p })
}

package zendesk

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// records are the tickets and people of one account. Their methods may be called at
// the same time.
type records struct {
	now       func() time.Time
	settings  func() Settings
	directory directory
	subdomain string
	rules     rules

	mu      sync.Mutex
	users   map[int64]User
	tickets map[int64]*Ticket
	next    int64 // id of the next ticket
	limits  limits
	jobs    map[string]job
}

// rules run on every ticket that is created or changed.
type rules interface {
	// Fire runs the rules over a ticket, which they may change. The store is
	// locked.
	Fire(t *Ticket, e event, now time.Time)
	// Outbox takes what rules want to send. The store is locked when it is
	// called, and free when the result is.
	Outbox() (send func())
}

// event is an update of a ticket that rules look at.
type event struct {
	before  Ticket // the zero ticket at a creation
	created bool
	by      writer
	comment *Comment // that the update added
}

// newRecords returns a store with a seed's people and tickets. setRules gives
// it the rules before it is used.
func newRecords(now func() time.Time, settings func() Settings, subdomain string, d directory) *records {
	return &records{now: now, settings: settings, directory: d, subdomain: subdomain}
}

// setRules says which rules run on every change.
func (r *records) setRules(to rules) { r.rules = to }

// fill replaces everything by a seed.
func (r *records) fill(people []User, tickets []seedTicket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.users, r.tickets, r.next = map[int64]User{}, map[int64]*Ticket{}, 1
	r.limits, r.jobs = limits{}, map[string]job{}
	for _, u := range people {
		r.users[u.ID] = u
	}
	now := r.now()
	for _, s := range tickets {
		r.tickets[s.id] = s.ticket(now, r.directory)
		r.next = max(r.next, s.id+1)
	}
}

func (r *records) user(id int64) (User, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u, ok := r.users[id]
	return u, ok
}

// people lists the users of some roles by id.
func (r *records) people(roles ...string) []User {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []User{}
	for _, id := range slices.Sorted(maps.Keys(r.users)) {
		if u := r.users[id]; slices.Contains(roles, u.Role) {
			list = append(list, u)
		}
	}
	return list
}

func (r *records) ticket(id int64) (Ticket, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.tickets[id]
	if !ok {
		return Ticket{}, false
	}
	return t.clone(), true
}

// all lists the tickets by id.
func (r *records) all() []Ticket {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Ticket{}
	for _, id := range slices.Sorted(maps.Keys(r.tickets)) {
		list = append(list, r.tickets[id].clone())
	}
	return list
}

// create stores a new ticket and gives it its id.
func (r *records) create(w writer, c change) (Ticket, error) {
	r.mu.Lock()
	defer r.release()
	if w.user.Light() {
		return Ticket{}, errForbidden
	}
	now := r.now().UTC().Truncate(time.Second)
	t := &Ticket{
		ID: r.next, Status: "open", Tags: []string{}, RequesterID: w.user.ID, SubmitterID: w.user.ID, AssigneeID: w.user.ID,
		GroupID: r.directory.groups[0].ID, FormID: r.directory.forms[0].ID, BrandID: r.directory.brands[0].ID,
		CustomFields: []CustomField{{ID: affectedField}}, FollowupIDs: []int64{}, Via: w.via, CreatedAt: now,
	}
	source, err := r.follow(t, c.FollowUpOf)
	if err != nil {
		return Ticket{}, err
	}
	if err := r.apply(t, w, c, now); err != nil {
		return Ticket{}, err
	}
	if len(t.comments) == 0 {
		return Ticket{}, invalidField{"comment", "a new ticket needs a first comment"}
	}
	t.Description = t.comments[0].Body
	r.rules.Fire(t, event{created: true, by: w, comment: new(t.comments[0])}, now)
	r.tickets[t.ID] = t
	r.next++
	if source != nil {
		source.FollowupIDs = append(source.FollowupIDs, t.ID)
		source.Version++ // so that an open page notices
	}
	return t.clone(), nil
}

// follow lets a new ticket begin with what a closed one had.
func (r *records) follow(t *Ticket, closed int64) (source *Ticket, err error) {
	if closed == 0 {
		return nil, nil
	}
	source, ok := r.tickets[closed]
	if !ok || source.Status != "closed" {
		return nil, invalidField{"via_followup_source_id", "no such closed ticket"}
	}
	had := source.clone()
	t.Subject, t.Type, t.Priority, t.Tags, t.RequesterID = had.Subject, had.Type, had.Priority, had.Tags, had.RequesterID
	t.GroupID, t.FormID, t.BrandID, t.CustomFields, t.Via = had.GroupID, had.FormID, had.BrandID, had.CustomFields, followUpOf(had)
	return source, nil
}

// update changes a ticket as a whole or not at all.
func (r *records) update(id int64, w writer, c change) (Ticket, bool, error) {
	r.mu.Lock()
	defer r.release()
	return r.change(id, w, c)
}

// release unlocks, then sends what rules want to send.
func (r *records) release() {
	send := r.rules.Outbox()
	r.mu.Unlock()
	send()
}

// change is update for a caller who holds the lock.
func (r *records) change(id int64, w writer, c change) (Ticket, bool, error) {
	stored, ok := r.tickets[id]
	if !ok {
		return Ticket{}, false, nil
	}
	c, err := r.permitted(w, c)
	if err != nil {
		return Ticket{}, true, err
	}
	if stored.Status == "closed" {
		return Ticket{}, true, errClosed
	}
	exact := r.now().UTC()
	now := exact.Truncate(time.Second)
	who := updater{w.user.ID, id}
	if !w.free {
		if err := r.limits.check(who, r.settings().UpdateLimit, exact); err != nil {
			return Ticket{}, true, err
		}
	}
	if c.SafeUpdate && (c.UpdatedStamp == nil || stored.UpdatedAt.After(*c.UpdatedStamp)) {
		return Ticket{}, true, errStale
	}
	t := stored.clone()
	if !c.empty() {
		if err := r.apply(&t, w, c, now); err != nil {
			return Ticket{}, true, err
		}
		e := event{before: stored.clone(), by: w}
		if n := len(stored.comments); len(t.comments) > n {
			e.comment = new(t.comments[n])
		}
		r.rules.Fire(&t, e, now)
	}
	if !w.free {
		r.limits.count(who, exact)
	}
	r.tickets[id] = &t
	return t.clone(), true, nil
}

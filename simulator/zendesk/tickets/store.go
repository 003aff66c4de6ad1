package tickets

import (
	"maps"
	"slices"
	"sync"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/settings"
)

// Store holds the tickets and people of one account. Its methods may be
// called at the same time.
type Store struct {
	Now       func() time.Time
	Settings  func() settings.Settings
	Directory directory.Directory
	Subdomain string
	rules     Rules

	Mu      sync.Mutex
	Users   map[int64]directory.User
	tickets map[int64]*Ticket
	next    int64 // id of the next ticket
	limits  limits
	jobs    map[string]job
}

// NewStore returns an empty store. [Store.Fill] gives it a seed, and
// [Store.SetRules] its rules before it is used.
func NewStore(now func() time.Time, settings func() settings.Settings, subdomain string, d directory.Directory) *Store {
	return &Store{Now: now, Settings: settings, Directory: d, Subdomain: subdomain}
}

// SetRules says which rules run on every change.
func (r *Store) SetRules(to Rules) { r.rules = to }

// Fill replaces everything by a seed.
func (r *Store) Fill(people []directory.User, tickets []SeedTicket) {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	r.Users, r.tickets, r.next = map[int64]directory.User{}, map[int64]*Ticket{}, 1
	r.limits, r.jobs = limits{}, map[string]job{}
	for _, u := range people {
		r.Users[u.ID] = u
	}
	now := r.Now()
	for _, s := range tickets {
		r.tickets[s.id] = s.ticket(now, r.Directory)
		r.next = max(r.next, s.id+1)
	}
}

// User finds a user by their id.
func (r *Store) User(id int64) (directory.User, bool) {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	u, ok := r.Users[id]
	return u, ok
}

// SetLocale gives a user another language. It says whether there is such a user.
func (r *Store) SetLocale(id int64, locale string) bool {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	u, ok := r.Users[id]
	if ok {
		u.Locale = locale
		r.Users[id] = u
	}
	return ok
}

// People lists the users of some roles by id.
func (r *Store) People(roles ...string) []directory.User {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	list := []directory.User{}
	for _, id := range slices.Sorted(maps.Keys(r.Users)) {
		if u := r.Users[id]; slices.Contains(roles, u.Role) {
			list = append(list, u)
		}
	}
	return list
}

// Ticket is a copy of a ticket.
func (r *Store) Ticket(id int64) (Ticket, bool) {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	t, ok := r.tickets[id]
	if !ok {
		return Ticket{}, false
	}
	return t.Clone(), true
}

// All lists the tickets by id.
func (r *Store) All() []Ticket {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	list := []Ticket{}
	for _, id := range slices.Sorted(maps.Keys(r.tickets)) {
		list = append(list, r.tickets[id].Clone())
	}
	return list
}

// create stores a new ticket and gives it its id.
func (r *Store) create(w Writer, c Change) (Ticket, error) {
	r.Mu.Lock()
	defer r.release()
	if w.User.Light() {
		return Ticket{}, rest.ErrForbidden
	}
	now := r.Now().UTC().Truncate(time.Second)
	t := &Ticket{
		ID:           r.next,
		Status:       "open",
		Tags:         []string{},
		RequesterID:  w.User.ID,
		SubmitterID:  w.User.ID,
		AssigneeID:   w.User.ID,
		GroupID:      r.Directory.Groups[0].ID,
		FormID:       r.Directory.Forms[0].ID,
		BrandID:      r.Directory.Brands[0].ID,
		CustomFields: []CustomField{{ID: AffectedField}},
		FollowupIDs:  []int64{},
		Via:          w.Via,
		CreatedAt:    now,
	}
	source, err := r.follow(t, c.FollowUpOf)
	if err != nil {
		return Ticket{}, err
	}
	if err := r.apply(t, w, c, now); err != nil {
		return Ticket{}, err
	}
	if len(t.Comments) == 0 {
		return Ticket{}, rest.Invalid("comment", "a new ticket needs a first comment")
	}
	t.Description = t.Comments[0].Body
	r.rules.Fire(t, Event{Created: true, By: w, Comment: new(t.Comments[0])}, now)
	r.tickets[t.ID] = t
	r.next++
	if source != nil {
		source.FollowupIDs = append(source.FollowupIDs, t.ID)
		source.Version++ // so that an open page notices
	}
	return t.Clone(), nil
}

// follow lets a new ticket begin with what a closed one had.
func (r *Store) follow(t *Ticket, closed int64) (source *Ticket, err error) {
	if closed == 0 {
		return nil, nil
	}
	source, ok := r.tickets[closed]
	if !ok || source.Status != "closed" {
		return nil, rest.Invalid("via_followup_source_id", "no such closed ticket")
	}
	had := source.Clone()
	t.Subject, t.Type, t.Priority, t.Tags, t.RequesterID = had.Subject, had.Type, had.Priority, had.Tags, had.RequesterID
	t.GroupID, t.FormID, t.BrandID = had.GroupID, had.FormID, had.BrandID
	t.CustomFields, t.Via = had.CustomFields, followUpOf(had)
	return source, nil
}

// Update changes a ticket as a whole or not at all.
func (r *Store) Update(id int64, w Writer, c Change) (Ticket, bool, error) {
	r.Mu.Lock()
	defer r.release()
	return r.change(id, w, c)
}

// release unlocks, then sends what rules want to send.
func (r *Store) release() {
	send := r.rules.Outbox()
	r.Mu.Unlock()
	send()
}

// change is [Store.Update] for a caller who holds the lock.
func (r *Store) change(id int64, w Writer, c Change) (Ticket, bool, error) {
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
	exact := r.Now().UTC()
	now := exact.Truncate(time.Second)
	who := updater{w.User.ID, id}
	if !w.Free {
		if err := r.limits.check(who, r.Settings().UpdateLimit, exact); err != nil {
			return Ticket{}, true, err
		}
	}
	if c.SafeUpdate && (c.UpdatedStamp == nil || stored.UpdatedAt.After(*c.UpdatedStamp)) {
		return Ticket{}, true, rest.ErrStale
	}
	t := stored.Clone()
	if !c.empty() {
		if err := r.apply(&t, w, c, now); err != nil {
			return Ticket{}, true, err
		}
		e := Event{Before: stored.Clone(), By: w}
		if n := len(stored.Comments); len(t.Comments) > n {
			e.Comment = new(t.Comments[n])
		}
		r.rules.Fire(&t, e, now)
	}
	if !w.Free {
		r.limits.count(who, exact)
	}
	r.tickets[id] = &t
	return t.Clone(), true, nil
}

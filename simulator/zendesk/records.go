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
	now func() time.Time

	mu      sync.Mutex
	users   map[int64]User
	tickets map[int64]*Ticket
	next    int64 // id of the next ticket
}

func newRecords(now func() time.Time, people []User, seed []seedTicket) *records {
	r := &records{now: now}
	r.fill(people, seed)
	return r
}

// fill replaces everything by the seed.
func (r *records) fill(people []User, seed []seedTicket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.users, r.tickets, r.next = map[int64]User{}, map[int64]*Ticket{}, 1
	for _, u := range people {
		r.users[u.ID] = u
	}
	now := r.now()
	for _, s := range seed {
		r.tickets[s.id] = s.ticket(now)
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
func (r *records) create(author User, c change) (Ticket, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now().UTC().Truncate(time.Second)
	t := &Ticket{
		ID: r.next, Status: "open", Tags: []string{}, RequesterID: author.ID, AssigneeID: author.ID, FormID: formID,
		CustomFields: []CustomField{{ID: affectedField}}, Via: Via{Channel: "web"}, CreatedAt: now,
	}
	if err := r.apply(t, author, c, now); err != nil {
		return Ticket{}, err
	}
	if len(t.comments) == 0 {
		return Ticket{}, invalidField{"comment", "a new ticket needs a first comment"}
	}
	t.Description = t.comments[0].Body
	r.tickets[t.ID] = t
	r.next++
	return t.clone(), nil
}

// update changes a ticket as a whole or not at all.
func (r *records) update(id int64, author User, c change) (Ticket, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	stored, ok := r.tickets[id]
	if !ok {
		return Ticket{}, false, nil
	}
	t := stored.clone()
	if err := r.apply(&t, author, c, r.now().UTC().Truncate(time.Second)); err != nil {
		return Ticket{}, true, err
	}
	r.tickets[id] = &t
	return t.clone(), true, nil
}

package rules

import (
	"fmt"
	"slices"
	"time"

	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
)

// Target is what webhooks have replaced. HTTP targets have sent nothing since
// 2024-10-28.
type Target struct {
	ID        int64  `json:"id"`
	Title     string `json:"title"`
	Type      string `json:"type"`
	Active    bool   `json:"active"`
	TargetURL string `json:"target_url"`
	Method    string `json:"method"`
}

// Rules are the triggers of one account, which run on the tickets of its store
// and call webhooks. The store's lock guards them.
type Rules struct {
	*tickets.Store
	sender *webhooks.Sender
	name   string // of the company
	origin string // of the agent workspace

	triggers   []*Trigger // in the order in which they run
	categories []TriggerCategory
	targets    []Target
	runs       []*Run
	nextRule   int64
	outbox     []*webhooks.Invocation // to be sent when the lock is free
}

// number puts positions right after the list has changed.
func (r *Rules) number() {
	for i, t := range r.triggers {
		t.Position = i + 1
	}
}

// selection are copies of some triggers, in their order.
func (r *Rules) selection(want func(*Trigger) bool) []Trigger {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	list := []Trigger{}
	for _, t := range r.triggers {
		if want(t) {
			list = append(list, *t)
		}
	}
	return list
}

// insert puts a trigger at its position, and the others around it.
func (r *Rules) insert(t *Trigger) {
	at := min(max(t.Position-1, 0), len(r.triggers))
	r.triggers = slices.Insert(r.triggers, at, t)
	r.number()
}

// NewRules returns rules for a store, on which they will run from now on.
func NewRules(store *tickets.Store, sender *webhooks.Sender, name, origin string) *Rules {
	r := &Rules{Store: store, sender: sender, name: name, origin: origin}
	store.SetRules(r)
	return r
}

// Outbox takes what triggers want to send.
func (r *Rules) Outbox() (send func()) {
	out := r.outbox
	r.outbox = nil
	return func() { r.sender.Enqueue(out) }
}

// Fill replaces all rules by a seed. first is the number of the first one.
func (r *Rules) Fill(seed RuleSeed, first int64) {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	now := r.Now().UTC().Truncate(time.Second)
	r.triggers, r.categories, r.runs, r.outbox = nil, nil, nil, nil
	r.nextRule = first
	r.targets = seed.targets
	if r.targets == nil {
		r.targets = []Target{}
	}
	category := r.addCategory("Initial category", now)
	for _, s := range seed.triggers {
		t := &Trigger{
			URL:        fmt.Sprintf("https://%s.zendesk.com/api/v2/triggers/%d.json", r.Subdomain, r.nextRule),
			ID:         r.nextRule,
			Title:      s.title,
			RawTitle:   s.title,
			Active:     true,
			Default:    s.standard,
			Position:   len(r.triggers) + 1,
			CategoryID: category.ID,
			Conditions: Conditions{All: s.conditions, Any: []Condition{}},
			Actions:    s.actions,
			CreatedAt:  now,
			UpdatedAt:  now,
		}
		r.nextRule++
		r.triggers = append(r.triggers, t)
	}
}

// Runs are copies of the triggers that have fired, the oldest first.
func (r *Rules) Runs() []Run {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	list := []Run{}
	for _, run := range r.runs {
		list = append(list, *run)
	}
	return list
}

// Triggers are copies of the triggers in the order in which they run.
func (r *Rules) Triggers() []Trigger {
	return r.selection(func(*Trigger) bool { return true })
}

// Callers counts the active triggers that call a webhook.
func (r *Rules) Callers(webhook string) int {
	return len(r.selection(func(t *Trigger) bool { return t.Active && t.calls(webhook) }))
}

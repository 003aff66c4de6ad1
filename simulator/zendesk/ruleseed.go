package zendesk

import (
	"fmt"
	"time"
)

// ruleSeed is what an account has of rules before anybody makes some.
type ruleSeed struct {
	triggers []triggerSeed
	targets  []Target
}

type triggerSeed struct {
	title      string
	standard   bool
	conditions []Condition
	actions    []Action
}

// standardTriggers come with every account. They send e-mails, which here
// nobody gets.
func standardTriggers() []triggerSeed {
	return []triggerSeed{
		{"Notify requester of received request", true,
			[]Condition{{"update_type", "is", "Create"}, {"status", "is_not", "solved"}},
			[]Action{{"notification_user", []any{"requester_id", "[{{ticket.account}}] {{ticket.title}}", "Your request ({{ticket.id}}) has been received."}}}},
		{"Notify assignee of assignment", true,
			[]Condition{{"assignee_id", "changed", nil}, {"assignee_id", "is_not", "current_user"}},
			[]Action{{"notification_user", []any{"assignee_id", "[{{ticket.account}}] {{ticket.title}}", "You have been assigned this ticket."}}}},
	}
}

func acmeRules() ruleSeed { return ruleSeed{triggers: standardTriggers()} }

// globexRules still have what the old integration left: triggers that notify
// HTTP targets, which are dead.
func globexRules() ruleSeed {
	event := func(action string) string {
		return fmt.Sprintf(`{"dedup_key":"Zendesk_globex_{{ticket.id}}","routing_key":"0123456789abcdef0123456789abcdef","event_action":%q,`+
			`"payload":{"summary":"{{ticket.title}}","source":"{{ticket.via}}","severity":"critical"},"client_url":"{{ticket.link}}","client":"Zendesk"}`, action)
	}
	return ruleSeed{
		triggers: append(standardTriggers(),
			triggerSeed{"PagerDuty: urgent ticket", false,
				[]Condition{{"priority", "is", "urgent"}, {"status", "less_than", "solved"}},
				[]Action{{"notification_target", []any{"370501", event("trigger")}}}},
			triggerSeed{"PagerDuty: ticket solved", false,
				[]Condition{{"status", "value", "solved"}},
				[]Action{{"notification_target", []any{"370501", event("resolve")}}}}),
		targets: []Target{
			{ID: 370501, Title: "PagerDuty", Type: "http_target", TargetURL: "https://events.pagerduty.com/v2/enqueue", Method: "post"},
			{ID: 370502, Title: "Old wallboard", Type: "url_target_v2", TargetURL: "https://wallboard.globex.example/ping", Method: "get"},
		},
	}
}

// ruleSet are the triggers of one account, which run on the tickets of its store
// and call webhooks. The store's lock guards them.
type ruleSet struct {
	*records
	sender *courier
	name   string // of the company
	origin string // of the agent workspace

	triggers   []*Trigger // in the order in which they run
	categories []TriggerCategory
	targets    []Target
	runs       []*Run
	nextRule   int64
	outbox     []*Invocation // to be sent when the lock is free
}

// newRules returns rules for a store, on which they will run from now on.
func newRules(store *records, sender *courier, name, origin string) *ruleSet {
	r := &ruleSet{records: store, sender: sender, name: name, origin: origin}
	store.setRules(r)
	return r
}

// Outbox takes what triggers want to send.
func (r *ruleSet) Outbox() (send func()) {
	out := r.outbox
	r.outbox = nil
	return func() { r.sender.enqueue(out) }
}

// fill replaces all rules by a seed. first is the number of the first one.
func (r *ruleSet) fill(seed ruleSeed, first int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now().UTC().Truncate(time.Second)
	r.triggers, r.categories, r.runs, r.outbox = nil, nil, nil, nil
	r.nextRule = first
	r.targets = seed.targets
	if r.targets == nil {
		r.targets = []Target{}
	}
	category := r.addCategory("Initial category", now)
	for _, s := range seed.triggers {
		t := &Trigger{
			URL:        fmt.Sprintf("https://%s.zendesk.com/api/v2/triggers/%d.json", r.subdomain, r.nextRule),
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

// allRuns are copies of the runs, the oldest first.
func (r *ruleSet) allRuns() []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Run{}
	for _, run := range r.runs {
		list = append(list, *run)
	}
	return list
}

// all are copies of the triggers in the order in which they run.
func (r *ruleSet) allTriggers() []Trigger {
	return r.selection(func(*Trigger) bool { return true })
}

// callers counts the active triggers that call a webhook.
func (r *ruleSet) callers(webhook string) int {
	return len(r.selection(func(t *Trigger) bool { return t.Active && t.calls(webhook) }))
}

package trigger

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"zendesk-pagerduty/zendesk/trigger/event"
)

// Kind is what a plan does with one object.
type Kind string

// The kinds of change.
const (
	Make   Kind = "make"
	Update Kind = "update"
	Keep   Kind = "keep"   // it is as it should be
	Remove Kind = "remove" // made here, and no longer wanted
	Leave  Kind = "shared" // made here, and used by others: it stays
)

// Change is one line of a plan, for people.
type Change struct {
	Kind    Kind
	Webhook bool   // or a trigger
	Title   string // as the account shows it
	Mark    string // of a trigger; "added" for one of the admin's own
	// Twice says that another one like it stays: two admins at once made both.
	Twice bool
	// Idle says that a trigger of the admin's own is deactivated in place of losing its
	// only action, which Zendesk does not allow.
	Idle bool
	// Differs names what an update changes: "key", "event", "webhook", "conditions",
	// "actions", "inactive", "description", "endpoint", "method", "format".
	Differs []string
}

// Plan is what brings an account from what it has to what was chosen.
type Plan struct {
	Changes []Change
	Steps   []Step
}

// Done says that there is nothing to do.
func (p Plan) Done() bool { return len(p.Steps) == 0 }

// Tidies says that a plan only puts in order what two admins made at once: it
// removes what is there twice, and lets triggers call the webhook that stays.
func (p Plan) Tidies() bool {
	for _, c := range p.Changes {
		twice := c.Kind == Remove && c.Twice
		moved := c.Kind == Update && !c.Webhook && c.Mark != Added && slices.Equal(c.Differs, []string{"webhook"})
		if !twice && !moved && c.Kind != Keep && c.Kind != Leave {
			return false
		}
	}
	return true
}

// planner collects. webhook is the id that triggers get: that of the one which
// is there, or [WebhookID].
type planner struct {
	Plan
	have     ours
	webhook  ID
	also     map[ID]bool // [Choices].Also
	category ID          // where new triggers go, in accounts that have categories
}

func (p *planner) step(method, path, name string, body any) {
	s := Step{Method: method, Path: path}
	if body != nil {
		s.Body = json.RawMessage(event.JSON(map[string]any{name: body}))
	}
	p.Steps = append(p.Steps, s)
}

// PlanFor compares what was chosen with what is there. What was made here
// before is found by its marks, updated and never doubled; of what is there
// twice (two admins at once), the oldest stays. Run again after its steps, it
// has nothing to do; run again after some of them, it does the rest.
func PlanFor(c Choices, f Found) (Plan, error) {
	d, err := Define(c)
	if err != nil {
		return Plan{}, err
	}
	p := &planner{have: f.ours(), webhook: WebhookID, also: c.AlsoSet(), category: f.NewTriggers()}
	p.planWebhook(d.Webhook, f.others())
	for _, want := range d.Triggers {
		p.planTrigger(want)
	}
	for _, t := range f.Triggers {
		if t.ID.OfTrigger() && (t.Marked() == "" || t.Marked() == Added) {
			p.planAdded(c, t)
		}
	}
	p.dropTriggers(d)
	p.dropWebhooks(f)
	return p.Plan, nil
}

// planWebhook chooses the oldest of ours that triggers can call. One that takes
// Zendesk's own events cannot become one for triggers, and one that other
// triggers call is not sent elsewhere under them.
func (p *planner) planWebhook(want Webhook, others map[ID]bool) {
	for _, have := range p.have.webhooks {
		if !slices.Equal(have.Subscriptions, want.Subscriptions) || have.Endpoint != want.Endpoint && others[have.ID] {
			continue
		}
		p.webhook = have.ID
		patch := map[string]string{}
		var differs []string
		for _, v := range []struct{ name, field, have, want string }{
			{"inactive", "status", have.Status, want.Status}, {"endpoint", "endpoint", have.Endpoint, want.Endpoint},
			{"method", "http_method", have.HTTPMethod, want.HTTPMethod},
			{"format", "request_format", have.RequestFormat, want.RequestFormat},
		} {
			if v.have != v.want {
				patch[v.field], differs = v.want, append(differs, v.name)
			}
		}
		p.say(Change{Webhook: true, Title: have.Name, Differs: differs})
		if len(patch) > 0 {
			p.step(http.MethodPatch, "/api/v2/webhooks/"+string(have.ID), "webhook", patch)
		}
		return
	}
	p.Changes = append(p.Changes, Change{Kind: Make, Webhook: true, Title: want.Name})
	p.step(http.MethodPost, "/api/v2/webhooks", "webhook", want)
}

// say notes an object that is there.
func (p *planner) say(c Change) {
	c.Kind = Keep
	if len(c.Differs) > 0 {
		c.Kind = Update
	}
	p.Changes = append(p.Changes, c)
}

func (p *planner) planTrigger(want Trigger) {
	mark := want.Marked()
	want = want.Calling(p.webhook)
	list := p.have.triggers[mark]
	if len(list) == 0 {
		p.Changes = append(p.Changes, Change{Kind: Make, Title: want.Title, Mark: mark})
		p.step(http.MethodPost, "/api/v2/triggers", "trigger", want.In(p.category))
		return
	}
	have := list[0]
	// What the admin added to it, such as a note to a group, stays.
	actions := slices.Clone(want.Actions)
	for _, a := range have.Actions {
		if !generated(a) {
			actions = append(actions, a)
		}
	}
	var differs []string
	if !have.Active {
		differs = append(differs, "inactive")
	}
	if !sameConditions(have.Conditions, want.Conditions) {
		differs = append(differs, "conditions")
	}
	differs = append(differs, differing(have.Actions, actions)...)
	if have.service() != want.service() || p.have.forgetsResolve(have, want) {
		differs = append(differs, "description")
	}
	p.say(Change{Title: have.Title, Mark: mark, Differs: differs})
	if len(differs) > 0 {
		p.step(
			http.MethodPut,
			"/api/v2/triggers/"+string(have.ID),
			"trigger",
			map[string]any{
				"description": want.Description,
				"active":      true,
				"conditions":  want.Conditions,
				"actions":     actions,
			},
		)
	}
}

// planAdded puts our action into a trigger of the admin's own, or takes it out
// again. Its conditions are none of our business.
func (p *planner) planAdded(c Choices, t Trigger) {
	chosen := p.also[t.ID]
	mine := t.Marked() == Added
	switch {
	case !chosen && (!mine || t.idle()):
		return
	case !chosen:
		p.takeOut(t)
		return
	}
	severity := c.AlsoSeverity
	if severity == "" {
		severity = "critical"
	}
	value := []string{string(p.webhook), c.source().Body("trigger", "", severity)}
	actions := append(p.without(t), Action{"notification_webhook", value})
	actions = append(actions, c.hasPaged()...)
	change := Change{Title: t.Title, Mark: Added, Differs: differing(t.Actions, actions)}
	if !mine {
		change.Differs = []string{"actions"}
	}
	p.say(change)
	if len(change.Differs) > 0 {
		p.step(
			http.MethodPut,
			"/api/v2/triggers/"+string(t.ID),
			"trigger",
			t.Update(map[string]any{"description": strings.TrimSpace(unmarked(t) + " " + Mark(Added)), "actions": actions}),
		)
	}
}

func (p *planner) takeOut(t Trigger) {
	actions := p.without(t)
	idle := len(actions) == 0
	p.Changes = append(p.Changes, Change{Kind: Remove, Title: t.Title, Mark: Added, Idle: idle})
	if idle {
		p.step(http.MethodPut, "/api/v2/triggers/"+string(t.ID), "trigger", map[string]any{"active": false})
		return
	}
	p.step(http.MethodPut, "/api/v2/triggers/"+string(t.ID), "trigger",
		t.Update(map[string]any{"description": unmarked(t), "actions": actions}))
}

// without is a trigger's actions without those that were added here: the call, and
// the tag that goes with it. Calls that the admin made stay.
func (p *planner) without(t Trigger) []Action {
	actions := slices.Clone(t.Actions)
	if t.Marked() != Added {
		return actions
	}
	if i := p.have.addedCall(t); i >= 0 {
		actions = slices.Delete(actions, i, i+1)
	}
	return slices.DeleteFunc(actions, addsPagedTag)
}

// generated says that an action of a trigger that was made here is one of those
// that [Define] gives: tags, and calls that send an event. Others are the
// admin's additions.
func generated(a Action) bool {
	if _, body, calls := a.Call(); calls {
		sent, ok := read(body)
		return ok && sent["routing_key"] != nil
	}
	return a.Field == "current_tags" || a.Field == "remove_tags"
}

func unmarked(t Trigger) string {
	return strings.TrimSpace(strings.ReplaceAll(t.Description, Mark(Added), ""))
}

// dropTriggers removes what is there twice, or was not chosen this time.
func (p *planner) dropTriggers(d Definition) {
	for _, mark := range slices.Sorted(maps.Keys(p.have.triggers)) {
		list := p.have.triggers[mark]
		twice := slices.ContainsFunc(d.Triggers, func(t Trigger) bool { return t.Marked() == mark })
		if twice {
			list = list[1:]
		}
		for _, t := range list {
			p.Changes = append(p.Changes, Change{Kind: Remove, Title: t.Title, Mark: mark, Twice: twice})
			p.step(http.MethodDelete, "/api/v2/triggers/"+string(t.ID), "", nil)
		}
	}
}

// dropWebhooks removes what is there twice, last: Zendesk refuses while an
// active trigger calls it. One that a trigger of the admin's own calls stays.
func (p *planner) dropWebhooks(f Found) {
	foreign := f.calledBy("")
	for _, w := range p.have.webhooks {
		if w.ID == p.webhook || w.Name != WebhookName {
			continue
		}
		if foreign[w.ID] {
			p.Changes = append(p.Changes, Change{Kind: Leave, Webhook: true, Title: w.Name})
			continue
		}
		p.Changes = append(p.Changes, Change{Kind: Remove, Webhook: true, Title: w.Name, Twice: p.webhook != ""})
		p.step(http.MethodDelete, "/api/v2/webhooks/"+string(w.ID), "", nil)
	}
}

// Removal takes away everything that was made here.
func Removal(f Found) Plan {
	p := &planner{have: f.ours()}
	for _, t := range p.have.added {
		p.takeOut(t)
	}
	p.dropTriggers(Definition{})
	p.dropWebhooks(f)
	return p.Plan
}

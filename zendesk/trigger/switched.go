package trigger

import (
	"net/http"
	"slices"

	"zendesk-pagerduty/problem"
)

// sandbox finds triggers that came into a sandbox with their account's copy:
// they page production's on-call people. They are switched off and not given
// the sandbox's own key, which would only make the sidebar show what they do.
func (c *checker) sandbox() {
	from := map[string]bool{} // subdomains that one of our own triggers names
	for _, k := range c.calls {
		if p := c.production(k.dedup()); p != "" && c.at(k).Marked() != "" && c.at(k).Active {
			from[p] = true
		}
	}
	var steps []Step
	first, n, got, last := -1, 0, "", -1
	for _, k := range c.calls {
		p := c.production(k.dedup())
		if !from[p] {
			continue
		}
		k.copied = true
		if !c.at(k).Active || k.trigger == last {
			continue
		}
		if last = k.trigger; first < 0 {
			first, got = k.trigger, p
		}
		n++
		steps = append(steps, off(c.at(k))...)
	}
	if first >= 0 {
		c.report(fault{sandboxCopy, problem.Args{"got": got, "account": c.Subdomain, "count": n}, mendSandbox, steps}, first, -1, "")
	}
}

// raises are the active calls of a kind that are not a production's copies.
func (c *checker) active(kinds ...string) []*call {
	var list []*call
	for _, k := range c.calls {
		if c.at(k).Active && !k.copied && slices.Contains(kinds, k.kind) {
			list = append(list, k)
		}
	}
	return list
}

// meantFor says whether a mark of ours is of a trigger whose lack keeps pages
// away. Without an acknowledge trigger nothing is missed.
func meantFor(mark string) bool { return mark != "" && mark != added && mark != "acknowledge" }

// inactive reports triggers that are switched off where somebody is not paged
// for it: one of ours without another that does its work, or the only one that
// could page. One that is off and could not page anyway is somebody's leftover.
func (c *checker) inactive() {
	on := map[string]bool{}
	for _, t := range c.Triggers {
		if t.Active {
			on[t.Marked()] = true
		}
	}
	byHand := map[string]bool{} // kinds that an active trigger does which is not ours
	for _, k := range c.active(eventActions...) {
		if c.at(k).Marked() == "" {
			byHand[k.kind] = true
		}
	}
	calls := map[int][]*call{}
	for _, k := range c.calls {
		calls[k.trigger] = append(calls[k.trigger], k)
	}
	able := func(i int) bool {
		return !slices.ContainsFunc(calls[i], func(k *call) bool { return k.copied || k.old || k.hook < 0 || len(c.faults(k)) > 0 })
	}
	turn := func(i int) {
		t := c.Triggers[i]
		c.report(fault{triggerInactive, nil, mendOn, change(t, map[string]any{"active": true})}, i, -1, "")
	}
	raising := len(c.active("trigger")) > 0
	for i, t := range c.Triggers {
		mark := t.Marked()
		if t.Active || !meantFor(mark) || on[mark] || !able(i) {
			continue
		}
		if k := calls[i]; len(k) > 0 && byHand[k[0].kind] {
			continue
		}
		if len(calls[i]) == 0 && !raising {
			continue // clears tags for triggers that are off as well
		}
		on[mark] = true
		turn(i)
		raising = raising || len(calls[i]) > 0 && calls[i][0].kind == "trigger"
	}
	if raising {
		return
	}
	for _, k := range c.calls {
		if !c.at(k).Active && k.kind == "trigger" && c.at(k).Marked() == "" && able(k.trigger) {
			turn(k.trigger)
			return
		}
	}
	c.missing()
}

// missing reports that incidents are acknowledged or resolved which nothing
// raises.
func (c *checker) missing() {
	for _, k := range c.active("resolve", "acknowledge") {
		if c.key == "" || len(c.faults(k)) > 0 || slices.ContainsFunc(c.calls, func(k *call) bool { return c.at(k).Active && k.kind == "" }) {
			continue // its own finding comes first; or who knows what raises
		}
		own := Choices{Subdomain: c.Subdomain, RoutingKey: k.routing()}
		t := own.raise("urgent", "critical")
		hook := k.id
		if k.old || k.hook < 0 {
			continue
		}
		t.Actions = pointed(t.Actions, hook)
		var steps []Step
		if safeID.MatchString(string(hook)) {
			steps = c.post(t)
		}
		c.report(fault{raiseMissing, nil, mendRaise, steps}, k.trigger, -1, "")
		return
	}
}

// post makes a trigger, after everything else.
func (c *checker) post(t Trigger) []Step {
	var category ID
	if n := len(c.Categories); n > 0 {
		category = c.Categories[n-1].ID
	}
	return []Step{{http.MethodPost, "/api/v2/triggers", encode(map[string]any{"trigger": struct {
		Trigger
		Category ID `json:"category_id,omitempty"`
	}{t, category}})}}
}

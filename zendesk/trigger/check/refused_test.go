package check_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

var aKey = regexp.MustCompile(`\b[0-9a-zA-Z]{32}\b`)

// keysIn are the integration keys that an account has, in events and addresses.
func keysIn(f trigger.Found) map[string]bool {
	keys := map[string]bool{}
	for _, key := range aKey.FindAllString(asJSON(f), -1) {
		keys[key] = true
	}
	return keys
}

// moreWrong are accounts whose fixes have several steps, or keys in odd places.
var moreWrong = []wrongAccount{
	{"an address with the only key, two calls in one trigger", both(only(1), noKey(0), inAddress(us+"/integration/"+otherKey+"/enqueue"), rule(0, func(t *trigger.Trigger) {
		t.Actions = append(t.Actions, t.Actions[0])
	})), ""},
	{
		"an address with the only key, three triggers, one of them off",
		both(noKey(0), noKey(1), noKey(2), rule(1, func(t *trigger.Trigger) { t.Active = false }), inAddress(us+"/x-ere/"+otherKey)),
		"",
	},
	{"an address with a key beside the events' own", inAddress(us + "/integration/" + otherKey + "/enqueue"), ""},
	{"an address with a key, in the other region", both(noKey(0), inRegion(eu), inAddress(us+"/integration/"+otherKey+"/enqueue")), ""},
	{"an address with a key, without encryption", both(only(1), noKey(0), inAddress("http://events.pagerduty.com/integration/"+otherKey+"/enqueue")), ""},
	{"an address with a key, of a body that is no JSON", both(only(1), whole(0, `{"event_action":"trigger" "dedup_key"`), inAddress(us+"/integration/"+otherKey+"/enqueue")), ""},
	{
		"our webhook, led to an old address",
		both(only(1), noKey(0), inAddress(us+"/integration/"+otherKey+"/enqueue"), hook(func(h *trigger.Webhook) { h.Name = "PagerDuty events (zendesk-pagerduty)" })),
		"",
	},
	{
		"our webhook, led to an old address, beside a target",
		both(byTarget(0), noKey(1), noKey(2), inAddress(us+"/integration/"+otherKey+"/enqueue"),
			hook(func(h *trigger.Webhook) { h.Name = "PagerDuty events (zendesk-pagerduty)" })),
		"",
	},
	{"somebody's relay, with a secret in its address", inAddress("https://relay.example/in/" + otherKey), ""},
	{
		"production's triggers, with some by hand",
		both(ours(withAck), beside(byWebhook("900", "By hand", guide, all("status value pending", "priority is low", "brand_id is 7"))), func(a *account) {
			a.Triggers = append(a.Triggers[len(a.Triggers)-1:], a.Triggers[:len(a.Triggers)-1]...)
		}, sandbox),
		"",
	},
	{
		"a long body with the key at its end",
		whole(0, `{"x":"`+strings.Repeat("x", 256<<10)+`","routing_key":"`+otherKey+`","event_action":"trigger","dedup_key":"Zendesk_acme_{{ticket.id}}"}`),
		"",
	},
	{"a form with another key", rule(0, func(t *trigger.Trigger) {
		t.Actions[0].Value = []any{hookID, []any{[]any{"routing_key", otherKey}, []any{"dedup_key", "Zendesk_acme_{{ticket.id}}"}}}
	}), ""},
	{"a value too many, with another key", rule(0, func(t *trigger.Trigger) {
		t.Actions[0].Value = []any{hookID, strings.ReplaceAll(guide, theKey, otherKey), "x"}
	}), ""},
	{"a value too many, and a relay with a secret", both(inAddress("https://relay.example/in/"+strings.Repeat("e", 32)), rule(0, func(t *trigger.Trigger) {
		t.Actions[0].Value = []any{hookID, strings.ReplaceAll(guide, theKey, otherKey), "x"}
	})), ""},
	{"ours off, and its webhook led astray", ours(nil, inAddress("https://collect.evil.example/in"), rule(0, func(t *trigger.Trigger) { t.Active = false })), ""},
}

func inAddress(to string) tweak { return hook(func(h *trigger.Webhook) { h.Endpoint = to }) }

func noKey(i int) tweak {
	return body(i, func(s string) string {
		return strings.NewReplacer(`"routing_key": "`+theKey+`",`, "", `"routing_key":"`+theKey+`",`, "").Replace(s)
	})
}

// Zendesk may refuse any step of a fix. Whichever it is, no key of the account
// is lost, except for one that another is put in the place of, and the next
// fixes still lead to an account without findings.
func TestRefusedSteps(t *testing.T) {
	for _, c := range slices.Concat(wrongAccounts, moreWrong) {
		a := byHand()
		c.make(a)
		if codes(check.Run(a.Account, a.Found)) == "" {
			t.Errorf("%s: nothing is wrong", c.name)
		}
		for _, f := range check.Run(a.Account, a.Found) {
			if f.Fix == nil {
				t.Errorf("%s: no fix of %s", c.name, f.ID)
				continue
			}
			steps := f.Fix()
			once := map[string]bool{}
			for _, s := range steps {
				if at := s.Method + s.Path; once[at] && !strings.HasPrefix(at, "POST") {
					t.Errorf("%s: %s overwrites what another step did", f.ID, at)
				} else {
					once[at] = true
				}
			}
			for done := range len(steps) + 1 {
				b := &account{a.Account, copied(a.Found)}
				b.apply(t, steps[:done])
				now := keysIn(b.Found)
				for had := range keysIn(a.Found) {
					if !now[had] && f.Does != "fix.routing" {
						t.Errorf("%s: %s: the key %s is gone after %d of %d steps: %s", c.name, f.ID, had, done, len(steps), steps)
					}
				}
				was := strange(a.Found)
				for sent := range strange(b.Found) {
					if !was[sent] {
						t.Errorf("%s: %s: after %d of %d steps %s", c.name, f.ID, done, len(steps), sent)
					}
				}
				b.settle(t, fmt.Sprintf("%s: after %d of %d steps of %s", c.name, done, len(steps), f.ID))
			}
		}
	}
}

// settle fixes until nothing is found. On the way no key is lost, and none is
// put where it would go to a strange host.
func (a *account) settle(t *testing.T, name string) {
	t.Helper()
	for range 30 {
		list := check.Run(a.Account, a.Found)
		if len(list) == 0 {
			return
		}
		if list[0].Fix == nil {
			t.Errorf("%s: no fix of %s", name, list[0].ID)
			return
		}
		before := keysIn(a.Found)
		was := strange(a.Found)
		a.apply(t, list[0].Fix())
		for key := range before {
			if list[0].Does != "fix.routing" && !keysIn(a.Found)[key] {
				t.Errorf("%s: the fix %s of %s lost %s", name, list[0].Does, list[0].ID, key)
			}
		}
		for sent := range strange(a.Found) {
			if !was[sent] {
				t.Errorf("%s: after the fix %s of %s %.200s", name, list[0].Does, list[0].ID, sent)
			}
		}
	}
	t.Errorf("%s: no end: %s", name, codes(check.Run(a.Account, a.Found)))
}

// strange are keys that active triggers send elsewhere than to the Events API.
func strange(f trigger.Found) map[string]bool {
	sent := map[string]bool{}
	hooks := map[string]string{}
	for _, h := range f.Webhooks {
		hooks[string(h.ID)] = h.Endpoint
	}
	for _, tr := range f.Triggers {
		for _, action := range tr.Actions {
			raw, err := json.Marshal(action.Value)
			if err != nil {
				panic(err)
			}
			var pair []string
			if json.Unmarshal(raw, &pair) != nil || len(pair) < 2 || !tr.Active {
				continue
			}
			at := hooks[pair[0]]
			if at == "" || strings.HasPrefix(at, us+"/") || strings.HasPrefix(at, eu+"/") || at == us || at == eu {
				continue
			}
			for _, key := range aKey.FindAllString(pair[1], -1) {
				sent[string(tr.ID)+" sends "+key+" to "+at] = true
			}
		}
	}
	return sent
}

// Who may edit triggers points one to a host of their own, leaves its key out
// or spoils it, and waits for an admin to press "Apply fix": the key never gets
// there, with whatever is found first and whether there is another webhook.
func TestNoKeyForStrangeHosts(t *testing.T) {
	for name, spoil := range map[string]tweak{
		"no key":          noKey(0),
		"the example":     says(theKey, "[your_integration_key]"),
		"half a key":      says(theKey, theKey[:16]),
		"no JSON":         whole(0, `event_action: trigger, dedup_key: Zendesk, routing_key`),
		"no body":         whole(0, ""),
		"version 1":       whole(0, `{"service_key":"x","incident_key":"Zendesk_acme_{{ticket.id}}","event_type":"trigger"}`),
		"a form":          rule(0, func(t *trigger.Trigger) { t.Actions[0].Value = []any{hookID, []any{}} }),
		"an id alone":     rule(0, func(t *trigger.Trigger) { t.Actions[0].Value = []any{hookID, guide, guide} }),
		"another's key":   body(2, func(s string) string { return strings.Replace(s, theKey, otherKey, 1) }),
		"off":             both(func(a *account) { a.Triggers[0].Description = trigger.Mark("raise-urgent") }, rule(0, func(t *trigger.Trigger) { t.Active = false })),
		"nothing raises":  func(a *account) { a.Triggers = a.Triggers[1:] },
		"bare, and wrong": both(says(`"`+theKey+`"`, `{{ticket.title}}`), key("x")),
	} {
		for _, at := range []string{"https://collect.evil.example/v2/enqueue", "http://events.pagerduty.com/v2/enqueue", "collect.evil.example",
			"https://" + strings.Repeat("a", 3000) + "/v2/enqueue", "https://events.pagerduty.com.evil.example/integration/" + strings.Repeat("E", 32) + "/enqueue"} {
			for _, another := range []bool{false, true} {
				a := byHand()
				spoil(a)
				a.RoutingKey = theKey
				a.Webhooks[0].Endpoint = at
				if another {
					good := byHand().Webhooks[0]
					good.ID = "01GOOD"
					a.Webhooks = append(a.Webhooks, good)
				}
				for _, f := range check.Run(a.Account, a.Found) {
					if f.Fix == nil {
						continue
					}
					was := strange(a.Found)
					steps := f.Fix()
					for done := range len(steps) + 1 {
						b := &account{a.Account, copied(a.Found)}
						b.apply(t, steps[:done])
						for sent := range strange(b.Found) {
							if !was[sent] {
								t.Errorf("%s: %.60s: after %d steps of %s: %s", name, at, done, f.ID, sent)
							}
						}
					}
				}
				a.settle(t, name+" "+at[:min(len(at), 60)])
			}
		}
	}
}

// Steps whose order matters beyond what is found in the end.
func TestOrderOfSteps(t *testing.T) {
	for _, c := range []struct {
		name  string
		make  tweak
		codes []string // of what is found first, after none, one, … of the steps of the first fix
	}{
		// what is left would else be given the sandbox's key, and go on paging production's people
		{"copies by hand go before those that they are known by", both(ours(nil, only(2), func(a *account) {
			a.Triggers = append(a.Triggers, byWebhook("900", "By hand", guide, all("status value pending", "priority is low", "brand_id is 7")))
		}), sandbox), []string{"check.sandbox", "check.sandbox", "check.sandbox", ""}},
		// a ticket would else page once and never again
		{"what clears a tag comes before what heeds it", both(only(1), when(0, all("current_tags includes vip"))), []string{"check.repeats", "check.repeats", ""}},
		{"keys leave an address before it is overwritten", both(only(1), noKey(0), inAddress(us+"/integration/"+otherKey+"/enqueue")),
			[]string{"check.webhook.path", "check.webhook.path", ""}},
		{"calls are put to a webhook that is there", both(only(1), byTarget(0), func(a *account) { a.Webhooks = nil }), []string{"check.target", "check.target", ""}},
	} {
		a := byHand()
		c.make(a)
		steps := check.Run(a.Account, a.Found)[0].Fix()
		if len(steps)+1 != len(c.codes) {
			t.Errorf("%s: %d steps: %s", c.name, len(steps), steps)
			continue
		}
		for done, want := range c.codes {
			b := &account{a.Account, copied(a.Found)}
			b.apply(t, steps[:done])
			got, _, _ := strings.Cut(codes(check.Run(b.Account, b.Found)), " ")
			if got != want {
				t.Errorf("%s: after %d steps %q; want %q", c.name, done, got, want)
			}
		}
	}
}

// A webhook whose calls were not all looked at stays as it is: one of them may
// need the key in its address, or send something else.
func TestWebhookOfUnreadCalls(t *testing.T) {
	for name, more := range map[string]tweak{
		"a crowded trigger": rule(0, func(t *trigger.Trigger) {
			for range 30 {
				t.Actions = append(t.Actions, t.Actions[0])
			}
		}),
		"an account that is cut": func(a *account) { a.Triggers = append(a.Triggers, make([]trigger.Trigger, 20_000)...) },
	} {
		for _, at := range []string{us + "/integration/" + otherKey + "/enqueue", us + "/v2", "https://relay.example/in"} {
			a := byHand()
			both(noKey(0), more, inAddress(at))(a)
			for _, f := range check.Run(a.Account, a.Found) {
				if f.Fix == nil {
					continue
				}
				for _, s := range f.Fix() {
					if strings.HasSuffix(s.Path, hookID) {
						t.Errorf("%s: %s: %s would %s %s", name, at, f.ID, s.Method, s.Path)
					}
				}
			}
		}
	}
}

// An id that is none leads no request of a fix anywhere.
func TestForgedIDs(t *testing.T) {
	for _, id := range []trigger.ID{"../users/9003", "1?x=", "1/2", "", "1%2f", "one", "1 "} {
		f := trigger.Found{
			Webhooks: []trigger.Webhook{{ID: id, Name: trigger.WebhookName, Endpoint: us + "/v2/enqueue"}},
			Triggers: []trigger.Trigger{
				{ID: id, Description: trigger.Mark("raise-urgent"), Actions: []trigger.Action{{Field: "priority", Value: "high"}}},
				{ID: id, Description: trigger.Mark("added")}, {ID: id},
			},
		}
		for _, finding := range check.Run(check.Account{Subdomain: "acme"}, f) {
			if finding.Fix == nil {
				continue
			}
			for _, step := range finding.Fix() {
				if step.Method != "POST" || step.Path != "/api/v2/webhooks" && step.Path != "/api/v2/triggers" {
					t.Errorf("%q: %s %s", id, step.Method, step.Path)
				}
			}
		}
	}
}

package check_test

import (
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
	"zendesk-pagerduty/zendesk/trigger/triggertest"
)

// What is made here is right, whatever was chosen, and stays so beside triggers
// that page as well because the admin said so.
func TestWhatIsMadeIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := byHand()
		a.Triggers = []trigger.Trigger{
			plain("51", "VIPs", all("current_tags includes vip"), "priority high"),
			plain("52", "Outages", orAny(all("type is incident"), "group_id is 5", "priority is urgent"), "current_tags outage"),
			plain("54", "Became urgent", all("priority value urgent", "status less_than solved"), "group_id 6"),
			plain("53", "Mail", all("update_type is Create"), "notification_user x"),
		}
		a.Webhooks, a.Targets = nil, nil
		flip := func(name string) bool { return rapid.Bool().Draw(t, name) }
		c := trigger.Choices{
			Subdomain: rapid.SampledFrom([]string{"acme", "acme-eu", "a1732441234"}).Draw(t, "subdomain"), RoutingKey: theKey,
			EventsURL: rapid.SampledFrom([]string{us, eu}).Draw(t, "base"), Acknowledge: flip("acknowledge"), Resolve: flip("resolve"), HeedOpen: flip("heed"),
			Severity: map[string]string{}, Only: map[string]string{}, Details: map[string]string{},
		}
		for _, p := range trigger.Priorities {
			if flip(p) {
				c.Severity[p] = rapid.SampledFrom(trigger.Severities).Draw(t, "severity")
			}
		}
		for _, field := range trigger.Limits {
			if flip(field) {
				c.Only[field] = "5"
			}
		}
		if flip("detail") {
			c.Details["organization"] = "ticket.organization.name"
		}
		if flip("service") {
			c.Service = "P1ABCDE"
		}
		for _, id := range []trigger.ID{"51", "52", "54"} {
			if flip("also") {
				c.Also = append(c.Also, id)
			}
		}
		a.Account = check.Account{Subdomain: c.Subdomain, Brands: []string{"shop"}, EventsURLs: []string{us, eu}}
		if flip("region known") {
			a.EventsURL = c.EventsURL
		}
		p, err := trigger.PlanFor(c, a.Found)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.do(p.Steps); err != nil {
			t.Fatal(err)
		}
		if list := check.Run(a.Account, a.Found); len(list) > 0 {
			t.Fatalf("%+v: %s", c, codes(list))
		}
		// and after another choice, as set-up changes it
		c.Acknowledge, c.Also = !c.Acknowledge, nil
		if p, err = trigger.PlanFor(c, a.Found); err != nil {
			t.Fatal(err)
		}
		if err := a.do(p.Steps); err != nil {
			t.Fatal(err)
		}
		if list := check.Run(a.Account, a.Found); len(list) > 0 {
			t.Fatalf("changed to %+v: %s", c, codes(list))
		}
	})
}

// paging is a simulated account whose triggers page a service.
type paging struct{ *triggertest.Account }

// check fixes an account of the simulated Zendesk by its REST API until nothing
// is found, and says what was found first.
func (d paging) check(origin string, agent int64, a check.Account) string {
	d.T.Helper()
	read := func() (f trigger.Found) {
		for _, path := range []string{"webhooks", "triggers", "targets"} {
			d.Send(origin+"/api/v2/"+path, agent, http.MethodGet, nil, &f)
		}
		return f
	}
	first := codes(check.Run(a, read()))
	for range 20 {
		list := check.Run(a, read())
		if len(list) == 0 {
			return first
		}
		d.ApplyTo(origin, agent, list[0].Fix())
	}
	d.T.Errorf("no end: %s", codes(check.Run(a, read())))
	return first
}

// load makes webhooks and triggers of a description, with the ids that Zendesk
// gives them.
func (d paging) load(f trigger.Found) {
	d.T.Helper()
	ids := map[string]string{}
	for _, w := range f.Webhooks {
		var made struct{ Webhook trigger.Webhook }
		d.Call(triggertest.Admin, http.MethodPost, "/api/v2/webhooks", map[string]any{"webhook": w}, &made)
		ids[string(w.ID)] = string(made.Webhook.ID)
	}
	for _, t := range f.Triggers {
		for i, action := range t.Actions {
			if pair, ok := action.Value.([]any); ok && ids[pair[0].(string)] != "" {
				t.Actions[i].Value = []any{ids[pair[0].(string)], pair[1]}
			}
		}
		t.ID = ""
		d.Call(triggertest.Admin, http.MethodPost, "/api/v2/triggers", map[string]any{"trigger": t}, nil)
	}
}

// Fixes of accounts that page nobody, or page in vain, made over Zendesk's REST
// API: afterwards a ticket's life is as it should be.
func TestFixedInZendesk(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(url string) tweak
		want string
		// how the incidents of a ticket stand that became urgent, then; and as
		// it was commented after they were resolved in PagerDuty
		broken, urgent, commented string
	}{
		{"wrong case", func(string) tweak { return key("zendesk_acme_{{ticket.id}}") }, "check.key.case", "", "triggered", "resolved"},
		{"the title in the key", func(string) tweak { return key("Zendesk_acme_{{ticket.title}}") }, "check.key.id", "", "triggered", "resolved"},
		{"a comma", func(string) tweak { return says(`"trigger",`, `"trigger"`) }, "check.body.json", "", "triggered", "resolved"},
		{"version 1", func(string) tweak {
			return whole(0, `{"service_key":"`+theKey+`","incident_key":"Zendesk_acme_{{ticket.id}}","event_type":"trigger","description":"x"}`)
		}, "check.body.v1", "", "triggered", "resolved"},
		{"no path", func(url string) tweak { return hook(func(h *trigger.Webhook) { h.Endpoint = url }) }, "check.webhook.path", "", "triggered", "resolved"},
		{"PUT", func(string) tweak { return hook(func(h *trigger.Webhook) { h.HTTPMethod = "PUT" }) }, "check.webhook.method", "", "triggered", "resolved"},
		{"inactive", func(string) tweak { return hook(func(h *trigger.Webhook) { h.Status = "inactive" }) }, "check.webhook.inactive", "", "triggered", "resolved"},
		{"the raise is off", func(string) tweak { return rule(0, func(t *trigger.Trigger) { t.Active = false }) }, "check.inactive", "", "triggered", "resolved"},
		{"on every update", func(string) tweak { return when(0, all("priority is urgent", "status less_than solved")) }, "check.repeats check.together",
			"triggered", "triggered", "resolved"},
		{"solved before", func(string) tweak {
			return above(plain("10", "Lower all", all("priority value urgent"), "priority high"))
		}, "check.order", "", "triggered", "resolved"},
		{"once by a tag", func(string) tweak {
			return both(when(0, all("priority is urgent", "current_tags not_includes paged")), does(0, "current_tags paged"), only(1))
		}, "check.once", "triggered", "triggered", "resolved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := paging{triggertest.New(t, "json")}
			a := byHand()
			c.make(d.PagerDuty.URL)(a)
			a.EventsURLs, a.EventsURL = []string{d.PagerDuty.URL}, d.PagerDuty.URL
			service := d.PagerDuty.Service("Payments API").Key
			for i := range a.Webhooks {
				if len(a.Webhooks[i].Endpoint) > len(d.PagerDuty.URL) {
					a.Webhooks[i].Endpoint = d.PagerDuty.URL + "/v2/enqueue"
				}
			}
			f := copied(a.Found)
			for i, tr := range f.Triggers {
				for j, action := range tr.Actions {
					if pair, ok := action.Value.([]any); ok {
						f.Triggers[i].Actions[j].Value = []any{pair[0], strings.ReplaceAll(pair[1].(string), theKey, service)}
					}
				}
			}
			d.load(f)
			d.Save(108, map[string]any{"priority": "urgent"}) // 110 has no title, and so no summary by the guide
			d.Wants("broken", 108, c.broken)
			if got := d.check(d.Zendesk.Account("acme").Origin, triggertest.Admin, a.Account); got != c.want {
				t.Errorf("%q; want %q", got, c.want)
			}
			d.Save(109, map[string]any{"priority": "urgent"})
			d.Wants("fixed", 109, c.urgent)
			for _, i := range d.PagerDuty.Incidents("Zendesk_acme_109") {
				if i.Account == "acme" && i.Status != "resolved" {
					d.PagerDuty.SetStatus("lee", i.ID, "resolved")
				}
			}
			d.Save(109, map[string]any{"comment": map[string]any{"body": "and now?"}})
			d.Wants("commented", 109, c.commented)
		})
	}
}

// The old integration of the seed: dead targets, and a raise on every update.
func TestOldIntegrationFixed(t *testing.T) {
	d := paging{triggertest.New(t, "json")}
	globex := d.Zendesk.Account("globex").Origin
	a := check.Account{Subdomain: "globex", EventsURLs: []string{us, eu}}
	if got := d.check(globex, 7003, a); got != "check.target check.target check.repeats" {
		t.Error(got)
	}
}

// Where events leave the ticket's text out, no fix writes any.
func TestFixesWriteNoText(t *testing.T) {
	for _, change := range []tweak{says(`"summary": "{{ticket.title}}",`, ""), says("{{ticket.title}}", "{{ticket.description}}")} {
		a := byHand()
		a.OmitText = true
		change(a)
		for _, f := range check.Run(a.Account, a.Found) {
			for _, s := range f.Fix() {
				if body := string(s.Body); strings.Contains(body, "ticket.title") || !strings.Contains(body, "Ticket {{ticket.id}}") {
					t.Errorf("%s: %s", f.Code, body)
				}
			}
		}
	}
}

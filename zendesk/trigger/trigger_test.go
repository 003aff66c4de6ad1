package trigger_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/triggertest"
)

// paging is an account whose triggers page a service.
type paging struct{ *triggertest.Account }

func bare(t *testing.T, escaping string) paging {
	t.Helper()
	return paging{triggertest.New(t, escaping)}
}

func (d paging) choices(change func(*trigger.Choices)) trigger.Choices {
	c := trigger.Choices{Subdomain: "acme", EventsURL: d.PagerDuty.URL, RoutingKey: d.PagerDuty.Service("Payments API").Key, Resolve: true}
	if change != nil {
		change(&c)
	}
	return c
}

func open(t *testing.T, change func(*trigger.Choices), escaping string) paging {
	t.Helper()
	d := bare(t, escaping)
	made, err := trigger.Define(d.choices(change))
	if err != nil {
		t.Fatal(err)
	}
	var webhook struct {
		Webhook struct {
			ID string `json:"id"`
		} `json:"webhook"`
	}
	d.Call(admin, http.MethodPost, "/api/v2/webhooks", map[string]any{"webhook": made.Webhook}, &webhook)
	for _, tr := range made.Triggers {
		raw, err := json.Marshal(map[string]any{"trigger": tr})
		if err != nil {
			t.Fatal(err)
		}
		d.Call(admin, http.MethodPost, "/api/v2/triggers", json.RawMessage(strings.ReplaceAll(string(raw), trigger.WebhookID, webhook.Webhook.ID)), nil)
	}
	return d
}

const admin, mia = triggertest.Admin, triggertest.Mia

func priority(p string) map[string]any { return map[string]any{"priority": p} }
func status(s string) map[string]any   { return map[string]any{"status": s} }

// A ticket's life, whether Zendesk escapes placeholders or not.
func TestLife(t *testing.T) {
	for _, escaping := range []string{"json", "none"} {
		d := open(t, nil, escaping)
		d.Save(109, priority("high"))
		d.Wants("high raises nothing", 109, "")
		d.Save(109, priority("urgent"))
		d.Wants("became urgent", 109, "triggered")
		d.Save(109, map[string]any{"comment": map[string]any{"body": "still so"}})
		d.Save(109, priority("urgent"))
		d.Wants("saved again", 109, "triggered")
		d.Save(109, status("solved"))
		d.Wants("solved", 109, "resolved")
		d.Save(109, status("open"))
		d.Wants("reopened, still urgent", 109, "resolved triggered")
		for _, i := range d.PagerDuty.Incidents("Zendesk_acme_109") {
			d.PagerDuty.SetStatus("lee", i.ID, "resolved")
		}
		d.Save(109, map[string]any{"comment": map[string]any{"body": "an edit"}})
		d.Wants("an edit after it was resolved in PagerDuty", 109, "resolved resolved")
		d.Save(109, priority("normal"))
		d.Save(109, priority("urgent"))
		d.Wants("urgent again", 109, "resolved resolved triggered")
		d.Call(mia, http.MethodPut, "/api/v2/tickets/109/tags.json", map[string]any{"tags": []string{trigger.PageTag}}, nil)
		d.Settle()
		d.Wants("paged by tag while it is open", 109, "resolved resolved triggered")
		d.Call(mia, http.MethodPut, "/api/v2/tickets/110/tags.json", map[string]any{"tags": []string{trigger.PageTag}}, nil)
		d.Settle()
		d.Wants("paged by tag", 110, "triggered")
		var tags struct{ Tags []string }
		d.Call(mia, http.MethodGet, "/api/v2/tickets/110/tags.json", nil, &tags)
		if strings.Contains(strings.Join(tags.Tags, " "), trigger.PageTag) {
			t.Errorf("the tag stays: %v", tags.Tags)
		}
	}
}

// Raises carry what PagerDuty's guide names, and by severity what was chosen.
func TestFields(t *testing.T) {
	d := open(t, func(c *trigger.Choices) {
		c.Severity = map[string]string{"high": "error"}
		c.Details = map[string]string{"mail": "ticket.requester.email"}
	}, "json")
	d.Save(109, priority("high"))
	made := d.PagerDuty.Incidents("Zendesk_acme_109")
	if len(made) != 1 || made[0].Title != "Ticket 109: Cannot change delivery address" {
		t.Fatalf("%+v", made)
	}
	details, _ := made[0].Details.(map[string]any)
	for name, want := range map[string]string{"priority": "high", "requester_name": "Claire Dubois", "mail": "claire.dubois%40customer.example"} {
		if details[name] != want {
			t.Errorf("%s is %v; want %q", name, details[name], want)
		}
	}
	if details["status"] == "" || details["description"] == "" {
		t.Errorf("%v", details)
	}
}

// A page goes out whatever the ticket's text holds.
func TestHostileTickets(t *testing.T) {
	for _, escaping := range []string{"json", "none"} {
		d := open(t, nil, escaping)
		for i, title := range []string{
			`"quoted" \ and 'single'`, "two\nlines\r\nand\ttabs", "\u0001\u0008\u001b control", "{{ticket.id}} {% if %} }} {{", `","routing_key":"x`, `\u0022\`, "次の注文が表示されない", "🔥🧯👩‍👩‍👧‍👦",
			"\u202egnp.exe", strings.Repeat("x", 255), strings.Repeat("語", 255), "%22%0a", "100% + 1", "",
		} {
			ticket := 102 + i%8
			d.Save(ticket, map[string]any{"priority": "low", "status": "open"})
			for _, old := range d.PagerDuty.Incidents(fmt.Sprintf("Zendesk_acme_%d", ticket)) {
				if old.Account == "acme" && old.Status != "resolved" {
					d.PagerDuty.SetStatus("lee", old.ID, "resolved")
				}
			}
			before := strings.Count(d.Statuses(ticket), " ")
			d.Save(ticket, map[string]any{"subject": title, "comment": map[string]any{"body": title + strings.Repeat(" 100 KB", 15000)}, "priority": "urgent"})
			if got := d.Statuses(ticket); !strings.HasSuffix(got, "triggered") || strings.Count(got, " ") != before+1 && before != 0 {
				t.Errorf("%s, %q: %q", escaping, title, got)
			}
		}
	}
}

// Acknowledge is off by default, and never fires together with a raise.
func TestAcknowledge(t *testing.T) {
	taken := map[string]any{"assignee_id": 9002}
	d := open(t, nil, "json")
	d.Save(109, map[string]any{"assignee_id": 9001})
	d.Save(109, priority("urgent"))
	d.Save(109, taken)
	d.Wants("taken, and off", 109, "triggered")
	d = open(t, func(c *trigger.Choices) { c.Acknowledge = true }, "json")
	d.Save(109, map[string]any{"assignee_id": 9001})
	d.Save(109, priority("urgent"))
	d.Save(109, taken)
	d.Wants("taken", 109, "acknowledged")
	d.Save(108, map[string]any{"assignee_id": 9001, "priority": "low"})
	d.Save(108, map[string]any{"assignee_id": 9002, "priority": "urgent"})
	d.Wants("urgent and taken in one save", 108, "triggered")
}

// The sidebar first, then urgent: paged by both, or once where the admin wants
// the tag heeded; and again once the tag is gone.
func TestHeedingTheSidebar(t *testing.T) {
	for heed, want := range map[bool]string{false: "triggered triggered", true: "triggered"} {
		d := open(t, func(c *trigger.Choices) { c.HeedOpen = heed }, "json")
		d.Call(mia, http.MethodPut, "/api/v2/tickets/109/tags.json", map[string]any{"tags": []string{incident.OpenTag}}, nil)
		made := d.PagerDuty.AddIncident("jane", "Checkout web", "From the sidebar", "Zendesk_acme_109")
		d.Save(109, priority("urgent"))
		d.Wants(fmt.Sprintf("heed %v", heed), 109, want)
		if !heed {
			continue
		}
		d.PagerDuty.SetStatus("lee", made.ID, "resolved")
		d.Save(109, priority("normal")) // the priority falls: a trigger forgets the tag
		d.Save(109, priority("urgent"))
		d.Wants("urgent again", 109, "resolved triggered")
	}
}

func TestWrongChoices(t *testing.T) {
	good := trigger.Choices{Subdomain: "acme", EventsURL: "https://events.pagerduty.com", RoutingKey: strings.Repeat("a", 32)}
	for _, c := range []struct {
		change func(*trigger.Choices)
		want   error
	}{
		{func(c *trigger.Choices) { c.Subdomain = "Acme" }, trigger.SubdomainMalformed},
		{func(c *trigger.Choices) { c.Subdomain = `a","b` }, trigger.SubdomainMalformed},
		{func(c *trigger.Choices) { c.EventsURL = "http://events.pagerduty.com" }, trigger.EventsMalformed},
		{func(c *trigger.Choices) { c.EventsURL = "https://events.pagerduty.com/v2" }, trigger.EventsMalformed},
		{func(c *trigger.Choices) { c.Service = "12" }, trigger.ServiceMalformed},
		{func(c *trigger.Choices) { c.Service = "P1. Other" }, trigger.ServiceMalformed},
		{func(c *trigger.Choices) { c.RoutingKey = "short" }, trigger.KeyMalformed},
		{func(c *trigger.Choices) { c.Severity = map[string]string{"high": "bad"} }, trigger.SeverityUnknown},
		{func(c *trigger.Choices) { c.Severity = map[string]string{"huge": "error"} }, trigger.SeverityUnknown},
		{func(c *trigger.Choices) { c.Details = map[string]string{"x": "ticket.title}}{{"} }, trigger.DetailMalformed},
	} {
		choices := good
		c.change(&choices)
		if _, err := trigger.Define(choices); !errors.Is(err, c.want) {
			t.Errorf("%v; want %v", err, c.want)
		}
	}
}

package trigger_test

import (
	"strings"
	"testing"

	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

const hostileText = "\"quotes\" \\ \\n \n\t{{ticket.id}} 'x' ✨ </script> %22"

// Whatever a ticket says, in whatever Zendesk: an incident is raised. Where
// url_encode is not known and nothing is escaped, only without the ticket's text.
func TestHostileTextRaises(t *testing.T) {
	for _, c := range []struct {
		escaping, filter string
		omit, raised     bool
	}{
		{"json", "known", false, true},
		{"none", "known", false, true},
		{"json", "unknown", false, true},
		{"none", "unknown", false, false}, // what the set-up's test finds
		{"json", "unknown", true, true},
		{"none", "unknown", true, true},
	} {
		d := open(t, func(choices *trigger.Choices) {
			choices.OmitText, choices.Acknowledge, choices.HeedOpen = c.omit, true, true
			choices.Details = map[string]string{"Assignee": "ticket.assignee.name"}
		}, c.escaping)
		d.Zendesk.Set(func(s *simzendesk.Settings) { s.URLEncode, s.StatusLabel = c.filter, `Waiting for "them" \` })
		d.Save(109, map[string]any{"subject": hostileText, "comment": map[string]any{"body": hostileText}})
		d.Save(109, priority("urgent"))
		want := ""
		if c.raised {
			want = "triggered"
		}
		if got := d.Statuses(109); got != want {
			t.Errorf("%+v: %q", c, got)
		}
		d.Save(110, map[string]any{"subject": "x", "priority": "urgent"})
		if d.Statuses(110) != want { // by the status's label alone
			t.Errorf("%+v, a plain title: %q", c, d.Statuses(110))
		}
		d.Save(109, status("solved"))
		if c.raised {
			d.Wants("solved", 109, "resolved")
		}
	}
}

// Events that leave text out have no placeholder but the ticket's number, and
// the choice is read back.
func TestTextIsLeftOut(t *testing.T) {
	d := bare(t, "none")
	c := d.choices(func(c *trigger.Choices) {
		everything(c)
		c.OmitText = true
	})
	p := d.plan(c)
	d.Apply(p.Steps, len(p.Steps))
	for _, tr := range d.Found().Triggers {
		for _, a := range tr.Actions {
			if pair, ok := a.Value.([]any); ok && tr.Marked() != "" {
				body := strings.ReplaceAll(pair[1].(string), "{{ticket.id}}", "")
				if strings.Contains(body, "{{") {
					t.Errorf("%s: %s", tr.Title, body)
				}
			}
		}
	}
	if got, made := trigger.Chosen("acme", d.Found()); !made || !got.OmitText {
		t.Errorf("%+v", got)
	}
	if again := d.plan(c); !again.Done() {
		t.Errorf("%+v", again.Changes)
	}
}

// The statuses that end a ticket are named one by one: an account without
// On-hold may refuse what compares with the order of it.
func TestNoTriggerNeedsHold(t *testing.T) {
	d := open(t, everything, "json") // the simulator refuses it by default
	d.Zendesk.Set(func(s *simzendesk.Settings) { s.HoldOrder = "taken" })
	for _, tr := range d.Found().Triggers {
		for _, c := range append(tr.Conditions.All, tr.Conditions.Any...) {
			if c.Value != nil && *c.Value == "hold" {
				t.Errorf("%s: %+v", tr.Title, c)
			}
		}
	}
}

package budget_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
)

// Whoever waits for an answer waits longer than it takes: a page that gave up
// earlier would say that nothing came of a creation that goes on, and a program
// that stopped earlier would cut it off.
func TestWhoeverWaitsWaitsLonger(t *testing.T) {
	// What was begun at the last moment: an action's entry, write, look and end.
	action := budget.Request + budget.Entry + budget.Write + budget.Lookup + budget.Finish
	longest := max(action, budget.CheckRequest, budget.Request+budget.Fragment)
	for _, c := range []struct {
		name        string
		what, below time.Duration
	}{
		{"the wait for another's action, and the beginning", budget.Busy, budget.Begin},
		{"a fragment, and the page", budget.Fragment, budget.Page},
		{"a body, the wait for a slot and the beginning", budget.Slot + budget.Begin - 1, budget.Request},
		{"a check, with the wait for a slot", budget.Slot + budget.Check - 1, budget.CheckRequest},
		{"the longest answer, and the page", longest + time.Second, budget.Page},
		{"an integration's creation, with the look that follows, and the longest answer",
			budget.Request + budget.Entry + budget.Write + budget.Finish + budget.Lookup - 1, budget.Longest},
		{"an answer to PagerDuty's redirect", oauth.FinishAtMost - 1, budget.Login},
		{"every answer", max(longest, budget.Login) - 1, budget.Longest},
		{"a slow body with its answer, and the server's connection", budget.ReadBody + budget.Longest - time.Second, budget.Answer},
		{"the longest answer, with its header, and stopping", budget.ReadHeader + budget.Longest, budget.Drain},
		{"what /ready asks, and how long a good answer is kept", budget.Ready, budget.ReadyFor},
		{"the server's connection, and a proxy", budget.Answer, budget.Proxy},
		{"an action, and when it counts as abandoned", budget.Action, incident.ActionAtMost},
	} {
		if c.what >= c.below {
			t.Errorf("%s: %v is not below %v", c.name, c.what, c.below)
		}
	}
}

// The page's scripts know their own time-out, in milliseconds.
func TestPageWaitsAsLong(t *testing.T) {
	const file = "../assets/src/server/server.js"
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`patience = ([0-9_]+) // ms`).FindSubmatch(source)
	if m == nil {
		t.Fatalf("%s says no time-out", file)
	}
	got, err := time.ParseDuration(strings.ReplaceAll(string(m[1]), "_", "") + "ms")
	if err != nil || got != budget.Page {
		t.Errorf("%s waits %v (%v), want %v", file, got, err, budget.Page)
	}
}

// Package zendesktest asks a simulated Zendesk what its agents and apps ask it,
// for the tests of the simulator's packages.
package zendesktest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/zendesk/rules"
)

// Ask sends a request to a base address as an agent ("" is nobody) and decodes
// the answer into what into points to, if it is not nil. It returns the status.
func Ask(t testing.TB, base, agent, method, path, body string, into any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if agent != "" {
		req.Header.Set("Simulated-Agent", agent)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return res.StatusCode
}

// Conditions are all of some triples, "field operator value".
func Conditions(triples ...string) rules.Conditions {
	c := rules.Conditions{All: []rules.Condition{}, Any: []rules.Condition{}}
	for _, t := range triples {
		parts := strings.SplitN(t, " ", 3)
		condition := rules.Condition{Field: parts[0], Operator: parts[1]}
		if len(parts) > 2 {
			condition.Value = parts[2]
		}
		c.All = append(c.All, condition)
	}
	return c
}

// Action is one action of a trigger.
func Action(field string, value any) rules.Action { return rules.Action{Field: field, Value: value} }

// AddTrigger makes a trigger as the admin of acme.
func AddTrigger(t testing.TB, origin, title string, c rules.Conditions, actions ...rules.Action) rules.Trigger {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"trigger": map[string]any{"title": title, "conditions": c, "actions": actions},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Trigger rules.Trigger `json:"trigger"`
	}
	if status := Ask(t, origin, "9003", "POST", "/api/v2/triggers.json", string(body), &got); status != 201 {
		t.Fatalf("trigger %s: %d", title, status)
	}
	return got.Trigger
}

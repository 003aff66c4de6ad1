package incidents_test

import (
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// What include[] adds, each alone and all at once.
func TestInclude(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	kind := func(in pagerdutytest.Object, path ...string) any {
		var node any = in
		for _, name := range path {
			switch v := node.(type) {
			case []any:
				node = v[0]
			}
			node = node.(map[string]any)[name]
		}
		return node
	}
	plain := jane("GET", "/incidents/"+id, nil).Object("incident")
	for _, c := range []struct {
		include string
		path    []string
		without any
		with    any
	}{
		{"acknowledgers", []string{"acknowledgements", "acknowledger", "type"}, "user_reference", "user"},
		{"assignees", []string{"assignments", "assignee", "type"}, "user_reference", "user"},
		{"users", []string{"assignments", "assignee", "type"}, "user_reference", "user"},
		{"agents", []string{"last_status_change_by", "type"}, "user_reference", "user"},
		{"services", []string{"service", "type"}, "service_reference", "service"},
		{"escalation_policies", []string{"escalation_policy", "type"}, "escalation_policy_reference", "escalation_policy"},
		{"teams", []string{"teams", "type"}, "team_reference", "team"},
	} {
		in := jane("GET", "/incidents/"+id+"?include[]="+c.include, nil).Object("incident")
		if got := kind(plain, c.path...); got != c.without {
			t.Errorf("without %s: %v; want %v", c.include, got, c.without)
		}
		if got := kind(in, c.path...); got != c.with {
			t.Errorf("with %s: %v; want %v", c.include, got, c.with)
		}
	}
	for name, include := range map[string]string{
		"conference_bridge": "conference_bridge",
		"custom_fields":     "custom_fields",
		"body":              "body",
	} {
		if plain[name] != nil {
			t.Errorf("%s comes unasked", name)
		}
		if in := jane("GET", "/incidents/"+id+"?include[]="+include, nil).Object("incident"); in[name] == nil {
			t.Errorf("%s does not come", name)
		}
	}
	everything := "?include[]=acknowledgers&include[]=agents&include[]=assignees&include[]=conference_bridge&include[]=custom_fields" +
		"&include[]=escalation_policies&include[]=first_trigger_log_entries&include[]=priorities&include[]=services&include[]=teams&include[]=users&include[]=body"
	for _, in := range sim.Incidents("") {
		if in.Account != "acme" {
			continue
		}
		if r := jane("GET", "/incidents/"+in.ID+everything, nil); r.Status != 200 {
			t.Errorf("%s with everything: %d %s", in.Title, r.Status, r.Text)
		}
		for _, part := range []string{
			"/notes", "/alerts", "/log_entries?limit=100", "/custom_fields/values", "/status_updates/subscribers",
		} {
			if r := jane("GET", "/incidents/"+in.ID+part, nil); r.Status != 200 {
				t.Errorf("%s of %s: %d %s", part, in.Title, r.Status, r.Text)
			}
		}
	}
}

// In a list, custom fields are not to be had.
func TestListWithoutCustomFields(t *testing.T) {
	sim := pagerduty.RunT(t)
	for _, in := range pagerdutytest.As(t, sim, "jane")("GET", "/incidents?include[]=custom_fields", nil).List("incidents") {
		if in["custom_fields"] != nil {
			t.Error("custom fields in a list")
		}
	}
}

// The seed's alert has nested details and contexts of both kinds.
func TestAlert(t *testing.T) {
	sim := pagerdutytest.Described(t)
	id := sim.Incidents("Zendesk_acme_103")[2].ID
	jane := pagerdutytest.As(t, sim, "jane")
	alerts := jane("GET", "/incidents/"+id+"/alerts?alert_key=Zendesk_acme_103&statuses[]=triggered", nil).List("alerts")
	if len(alerts) != 1 {
		t.Fatalf("%d alerts", len(alerts))
	}
	body := alerts[0]["body"].(map[string]any)
	found := map[string]bool{}
	for _, c := range body["contexts"].([]any) {
		context := c.(map[string]any)
		found[context["type"].(string)] = true
		if context["href"] == "javascript:alert(1)" {
			found["script"] = true
		}
	}
	if _, nested := body["details"].(map[string]any)["latency"].(map[string]any); !nested || !found["link"] ||
		!found["image"] ||
		!found["script"] {
		t.Errorf("the body is %v", body)
	}
	if got := jane("GET", "/incidents/"+id+"/alerts?statuses[]=resolved", nil).List("alerts"); len(got) != 0 {
		t.Errorf("resolved ones are %v", got)
	}
}

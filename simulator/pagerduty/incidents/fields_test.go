package incidents_test

import (
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func fields(list []map[string]any) map[string]any {
	values := map[string]any{}
	for _, f := range list {
		values[f["name"].(string)] = f["value"]
	}
	return values
}

func set(name string, value any) pagerdutytest.Object {
	return pagerdutytest.Object{"custom_fields": []pagerdutytest.Object{{"name": name, "value": value}}}
}

func TestCustomFields(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	path := "/incidents/" + id + "/custom_fields/values"
	before := fields(jane("GET", path, nil).List("custom_fields"))
	got := fmt.Sprint(before)
	if want := "map[affected_customers:1200 data_loss:false environment:production regions:[EU US] root_cause:<nil> " +
		"runbook:https://wiki.example/payments/latency]"; got != want {
		t.Errorf("the values are %v; want %s", before, want)
	}
	for name, value := range map[string]any{
		"environment":        "staging",
		"data_loss":          true,
		"affected_customers": 7,
		"regions":            []string{"APAC"},
		"runbook":            "https://x.example/",
		"root_cause":         "A cable",
	} {
		if r := jane("PUT", path, set(name, value)); r.Status != 201 ||
			fmt.Sprint(fields(r.List("custom_fields"))[name]) != fmt.Sprint(value) {
			t.Errorf("%s: %d %s", name, r.Status, r.Text)
		}
	}
	if r := jane("PUT", path, set("root_cause", nil)); r.Status != 201 || sim.Incident(id).Fields["root_cause"] != nil {
		t.Errorf("null: %d %s", r.Status, r.Text)
	}
	byID := jane("GET", path, nil).List("custom_fields")[0]["id"]
	if r := jane("PUT", path, pagerdutytest.Object{
		"custom_fields": []pagerdutytest.Object{{"id": byID, "value": "test"}},
	}); r.Status != 201 || sim.Incident(id).Fields["environment"] != "test" {
		t.Errorf("by id: %d %s", r.Status, r.Text)
	}
	with := jane("GET", "/incidents/"+id+"?include[]=custom_fields", nil).Object("incident")
	if got, _ := with["custom_fields"].([]any); len(got) != len(before) {
		t.Errorf("with the incident come %v", got)
	}
}

func TestCustomFieldDefinitions(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	for include, want := range map[string]int{"": 0, "?include[]=field_options": 2} {
		r := jane("GET", "/incidents/types/incident_default/custom_fields"+include, nil)
		optioned := 0
		for _, f := range r.List("fields") {
			if f["field_options"] != nil {
				optioned++
			}
		}
		if r.Status != 200 || len(r.List("fields")) != 6 || optioned != want {
			t.Errorf("%q: %d with options of %d %s", include, r.Status, len(r.List("fields")), r.Text)
		}
	}
	jane("GET", "/incidents/types/nonsense/custom_fields", nil).Wants(t, "an unknown type", 404, 2100)
	sim.Set(func(s *pagerduty.Settings) { s.CustomFields = "402" })
	jane("GET", "/incidents/types/incident_default/custom_fields", nil).Wants(t, "without the plan", 402, 2014)
}

func TestCustomFieldRefusals(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.SlowIncident(sim).ID
	path := "/incidents/" + id + "/custom_fields/values"
	for name, value := range map[string]any{
		"environment":        "moon",
		"data_loss":          "yes",
		"affected_customers": 1.5,
		"regions":            "EU",
		"runbook":            "nowhere",
		"no_such_field":      "x",
		"root_cause":         1,
	} {
		jane("PUT", path, set(name, value)).Wants(t, name, 400, 2001)
	}
	jane("PUT", path, pagerdutytest.Object{"custom_fields": []pagerdutytest.Object{}}).Wants(t, "nothing", 400, 2001)
	// All are set or none.
	jane("PUT", path, pagerdutytest.Object{
		"custom_fields": []pagerdutytest.Object{
			{"name": "environment", "value": "test"},
			{"name": "regions", "value": []string{"MOON"}},
		},
	}).Wants(t, "one of two", 400, 2001)
	if got := sim.Incident(id).Fields["environment"]; got != "production" {
		t.Errorf("one of two was set: %v", got)
	}
	pagerdutytest.As(t, sim, "omar")("GET", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/custom_fields/values",
		nil).Wants(t,
		"hidden", 403, 2010)
	pagerdutytest.As(t, sim, "olga")("PUT", path, set("data_loss", true)).Wants(t, "an observer", 403, 2010)
	sim.Set(func(s *pagerduty.Settings) { s.CustomFields = "402" })
	jane("GET", path, nil).Wants(t, "without the plan", 402, 2014)
	jane("PUT", path, set("data_loss", true)).Wants(t, "without the plan", 402, 2014)
}

// What the description's limits forbid, requests and all.
func TestCustomFieldLimits(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, path := pagerdutytest.As(t, sim, "jane"), "/incidents/"+pagerdutytest.SlowIncident(sim).ID+"/custom_fields/values"
	jane("PUT", path, set("root_cause", strings.Repeat("é", 201))).Wants(t, "too long", 400, 2001)
	jane("PUT", path, set("regions", []string{"EU", "EU"})).Wants(t, "twice", 400, 2001)
	jane("PUT", path, set("regions", make([]string, 11))).Wants(t, "too many", 400, 2001)
}

package pagerduty_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func kinds(r reply) (all []string) {
	for _, e := range r.list("log_entries") {
		all = append(all, strings.TrimSuffix(e["type"].(string), "_log_entry"))
	}
	return all
}

// Every happening leaves its line, and the newest comes first.
func TestTimeline(t *testing.T) {
	sim := described(t)
	jane := as(t, sim, "jane")
	id := sim.AddIncident("jane", "Payments API", "Lines", "Zendesk_acme_910").ID
	put := func(change object) {
		t.Helper()
		change["type"] = "incident_reference"
		if r := jane("PUT", "/incidents/"+id, object{"incident": change}); r.status != 200 {
			t.Fatalf("%v: %d %s", change, r.status, r.text)
		}
	}
	priority := jane("GET", "/priorities", nil).list("priorities")[0]["id"].(string)
	omar := person(t, sim, "omar").ID
	put(object{"escalation_level": 2})
	put(object{"assignments": []object{{"assignee": reference(omar, "user")}}})
	put(object{"urgency": "low", "title": "Other lines", "priority": reference(priority, "priority")})
	put(object{"status": "acknowledged"})
	for path, body := range map[string]object{
		"/notes":  {"note": object{"content": "A note"}},
		"/snooze": {"duration": 60},
		"/responder_requests": {"requester_id": person(t, sim, "jane").ID, "message": "Help", "responder_request_targets": []object{
			{"responder_request_target": reference(omar, "user")}}},
		"/status_updates": {"message": "An update"},
	} {
		if r := jane("POST", "/incidents/"+id+path, body); r.status/100 != 2 {
			t.Fatalf("%s: %d %s", path, r.status, r.text)
		}
	}
	jane("PUT", "/incidents/"+id+"/custom_fields/values", object{"custom_fields": []object{{"name": "root_cause", "value": "A cable"}}})
	put(object{"status": "triggered"})
	put(object{"status": "resolved", "resolution": "It was a cable"})

	all := jane("GET", "/incidents/"+id+"/log_entries?limit=100&include[]=channels&include[]=services", nil)
	got := kinds(all)
	for _, want := range []string{"trigger", "assign", "escalate", "delegate", "notify", "urgency_change", "field_value_change", "priority_change", "acknowledge",
		"annotate", "snooze", "responder_request", "status_update", "custom_field_value_change", "unacknowledge", "resolve"} {
		if !slices.Contains(got, want) {
			t.Errorf("no line of the kind %s in %v", want, got)
		}
	}
	if got[0] != "resolve" || got[len(got)-1] != "trigger" {
		t.Errorf("the order is %v; the newest come first", got)
	}
	if note := all.list("log_entries")[0]["note"]; note != "It was a cable" {
		t.Errorf("the resolution is %v in the line", note)
	}
	for _, e := range all.list("log_entries") {
		if channel := e["channel"].(map[string]any); e["type"] == "annotate_log_entry" && channel["summary"] != "A note" {
			t.Errorf("the note's channel is %v", channel)
		}
	}
	if overview := kinds(jane("GET", "/incidents/"+id+"/log_entries?is_overview=true&limit=100", nil)); len(overview) >= len(got) || slices.Contains(overview, "notify") {
		t.Errorf("the overview is %v", overview)
	}
	first := jane("GET", "/incidents/"+id+"/log_entries?limit=2", nil)
	rest := jane("GET", "/incidents/"+id+"/log_entries?limit=100&offset=2", nil)
	if !slices.Equal(append(kinds(first), kinds(rest)...), got) || first.body["more"] != true {
		t.Errorf("pages are %v and %v of %v", kinds(first), kinds(rest), got)
	}
	for _, e := range first.list("log_entries") {
		if channel := e["channel"].(map[string]any); len(channel) != 1 {
			t.Errorf("a channel that was not asked for has %v", channel)
		}
	}
}

func TestTimelineBounds(t *testing.T) {
	sim := described(t)
	jane := as(t, sim, "jane")
	path := "/incidents/" + slow(sim).ID + "/log_entries?"
	all := jane("GET", path+"limit=100", nil)
	if !slices.Contains(kinds(all), "bananas") {
		t.Error("no line of a kind that nobody knows")
	}
	middle := all.list("log_entries")[3]["created_at"].(string)
	until := len(kinds(jane("GET", path+url.Values{"limit": {"100"}, "until": {middle}}.Encode(), nil)))
	since := len(kinds(jane("GET", path+url.Values{"limit": {"100"}, "since": {middle}}.Encode(), nil)))
	if n := len(kinds(all)); until >= n || since >= n || until+since < n {
		t.Errorf("%d until and %d since, of %d", until, since, n)
	}
	jane("GET", "/incidents/"+hidden(sim).ID+"/log_entries", nil)
	as(t, sim, "omar")("GET", "/incidents/"+hidden(sim).ID+"/log_entries", nil).wants(t, "hidden", 403, 2010)
	jane("GET", "/incidents/QNONE/log_entries", nil).wants(t, "unknown", 404, 2100)
	now := sim.Clock.Now().Add(time.Hour).Format(time.RFC3339)
	if got := kinds(jane("GET", path+url.Values{"since": {now}}.Encode(), nil)); len(got) != 0 {
		t.Errorf("lines of the future: %v", got)
	}
}

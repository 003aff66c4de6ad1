package incidents_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func kinds(r pagerdutytest.Reply) (all []string) {
	for _, e := range r.List("log_entries") {
		all = append(all, strings.TrimSuffix(e["type"].(string), "_log_entry"))
	}
	return all
}

// Every happening leaves its line, and the newest comes first.
func TestTimeline(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	id := sim.AddIncident("jane", "Payments API", "Lines", "Zendesk_acme_910").ID
	put := func(change pagerdutytest.Object) {
		t.Helper()
		change["type"] = "incident_reference"
		if r := jane("PUT", "/incidents/"+id, pagerdutytest.Object{"incident": change}); r.Status != 200 {
			t.Fatalf("%v: %d %s", change, r.Status, r.Text)
		}
	}
	priority := jane("GET", "/priorities", nil).List("priorities")[0]["id"].(string)
	omar := pagerdutytest.FindPerson(t, sim, "omar").ID
	put(pagerdutytest.Object{"escalation_level": 2})
	put(pagerdutytest.Object{"assignments": []pagerdutytest.Object{{"assignee": pagerdutytest.Reference(omar, "user")}}})
	put(pagerdutytest.Object{
		"urgency":  "low",
		"title":    "Other lines",
		"priority": pagerdutytest.Reference(priority, "priority"),
	})
	put(pagerdutytest.Object{"status": "acknowledged"})
	for path, body := range map[string]pagerdutytest.Object{
		"/notes":  {"note": pagerdutytest.Object{"content": "A note"}},
		"/snooze": {"duration": 60},
		"/responder_requests": {
			"requester_id": pagerdutytest.FindPerson(t, sim, "jane").ID,
			"message":      "Help",
			"responder_request_targets": []pagerdutytest.Object{
				{"responder_request_target": pagerdutytest.Reference(omar, "user")}},
		},
		"/status_updates": {"message": "An update"},
	} {
		if r := jane("POST", "/incidents/"+id+path, body); r.Status/100 != 2 {
			t.Fatalf("%s: %d %s", path, r.Status, r.Text)
		}
	}
	jane("PUT", "/incidents/"+id+"/custom_fields/values", pagerdutytest.Object{
		"custom_fields": []pagerdutytest.Object{{"name": "root_cause", "value": "A cable"}},
	})
	put(pagerdutytest.Object{"status": "triggered"})
	put(pagerdutytest.Object{"status": "resolved", "resolution": "It was a cable"})

	all := jane("GET", "/incidents/"+id+"/log_entries?limit=100&include[]=channels&include[]=services", nil)
	got := kinds(all)
	for _, want := range []string{"trigger", "assign", "escalate", "delegate", "notify", "urgency_change",
		"field_value_change", "priority_change", "acknowledge",
		"annotate", "snooze", "responder_request", "status_update", "custom_field_value_change", "unacknowledge", "resolve"} {
		if !slices.Contains(got, want) {
			t.Errorf("no line of the kind %s in %v", want, got)
		}
	}
	if got[0] != "resolve" || got[len(got)-1] != "trigger" {
		t.Errorf("the order is %v; the newest come first", got)
	}
	if note := all.List("log_entries")[0]["note"]; note != "It was a cable" {
		t.Errorf("the resolution is %v in the line", note)
	}
	for _, e := range all.List("log_entries") {
		if channel := e["channel"].(map[string]any); e["type"] == "annotate_log_entry" && channel["summary"] != "A note" {
			t.Errorf("the note's channel is %v", channel)
		}
	}
	if overview := kinds(jane("GET", "/incidents/"+id+"/log_entries?is_overview=true&limit=100", nil)); len(overview) >= len(got) ||
		slices.Contains(overview, "notify") {
		t.Errorf("the overview is %v", overview)
	}
	first := jane("GET", "/incidents/"+id+"/log_entries?limit=2", nil)
	rest := jane("GET", "/incidents/"+id+"/log_entries?limit=100&offset=2", nil)
	if !slices.Equal(append(kinds(first), kinds(rest)...), got) || first.Body["more"] != true {
		t.Errorf("pages are %v and %v of %v", kinds(first), kinds(rest), got)
	}
	for _, e := range first.List("log_entries") {
		if channel := e["channel"].(map[string]any); len(channel) != 1 {
			t.Errorf("a channel that was not asked for has %v", channel)
		}
	}
}

func TestTimelineBounds(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	path := "/incidents/" + pagerdutytest.SlowIncident(sim).ID + "/log_entries?"
	all := jane("GET", path+"limit=100", nil)
	if !slices.Contains(kinds(all), "bananas") {
		t.Error("no line of a kind that nobody knows")
	}
	middle := all.List("log_entries")[3]["created_at"].(string)
	until := len(kinds(jane("GET", path+url.Values{"limit": {"100"}, "until": {middle}}.Encode(), nil)))
	since := len(kinds(jane("GET", path+url.Values{"limit": {"100"}, "since": {middle}}.Encode(), nil)))
	if n := len(kinds(all)); until >= n || since >= n || until+since < n {
		t.Errorf("%d until and %d since, of %d", until, since, n)
	}
	jane("GET", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/log_entries", nil)
	pagerdutytest.As(t, sim, "omar")("GET", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/log_entries", nil).Wants(t,
		"hidden", 403, 2010)
	jane("GET", "/incidents/QNONE/log_entries", nil).Wants(t, "unknown", 404, 2100)
	now := sim.Clock.Now().Add(time.Hour).Format(time.RFC3339)
	if got := kinds(jane("GET", path+url.Values{"since": {now}}.Encode(), nil)); len(got) != 0 {
		t.Errorf("lines of the future: %v", got)
	}
}

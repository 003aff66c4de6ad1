package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestRulesAreForAdmins(t *testing.T) {
	acme := RunT(t).Account("acme")
	for _, path := range []string{
		"triggers.json", "triggers/active", "triggers/search?query=x", "trigger_categories", "triggers/1", "webhooks",
		"webhooks/test", "webhooks/x/invocations",
	} {
		for _, agent := range []string{"9001", "9004"} {
			method := "GET"
			if path == "webhooks/test" {
				method = "POST"
			}
			if status := ask(t, acme, agent, method, "/api/v2/"+path, "", nil); status != 403 {
				t.Errorf("%s as %s: %d, want 403", path, agent, status)
			}
		}
		if status := ask(t, acme, "", "GET", "/api/v2/"+path, "", nil); path != "webhooks/test" && status != 401 {
			t.Errorf("%s as nobody: %d, want 401", path, status)
		}
	}
	if status := ask(t, acme, "9003", "GET", "/api/v2/webhooks.json", "", nil); status == 200 {
		t.Error("the webhooks API has no .json form")
	}
}

func TestTriggerLife(t *testing.T) {
	acme := RunT(t).Account("acme")
	made := addTrigger(t, acme, "Page", conditions("status changed"), action("priority", "high"))
	if made.Position != 3 || !made.Active || made.CategoryID == "" || made.ID == 0 {
		t.Errorf("made %+v", made)
	}
	path := fmt.Sprintf("/api/v2/triggers/%d.json", made.ID)
	var got oneTrigger
	if status := ask(t, acme, "9003", "PUT", path, `{"trigger":{"title":"Page first","position":1,"active":false}}`, &got); status != 200 ||
		got.Trigger.Position != 1 ||
		got.Trigger.Active ||
		len(got.Trigger.Actions) != 1 {
		t.Errorf("changed %d %+v", status, got.Trigger)
	}
	var list manyTriggers
	ask(t, acme, "9003", "GET", "/api/v2/triggers.json?per_page=2", "", &list)
	if list.Count != 3 || len(list.Triggers) != 2 || list.Triggers[0].ID != made.ID || list.NextPage == nil {
		t.Errorf("list %+v", list)
	}
	next := strings.TrimPrefix(*list.NextPage, "https://acme.zendesk.com")
	if ask(t, acme, "9003", "GET", next, "", &list); len(list.Triggers) != 1 || list.NextPage != nil {
		t.Errorf("second page %+v", list)
	}
	if ask(t, acme, "9003", "GET", "/api/v2/triggers?page[size]=2", "", &list); !list.Meta.HasMore ||
		len(list.Triggers) != 2 {
		t.Errorf("by cursor %+v", list)
	}
	if ask(t, acme, "9003", "GET", "/api/v2/triggers/active.json", "", &list); list.Count != 2 {
		t.Errorf("active %+v", list)
	}
	if ask(t, acme, "9003", "GET", "/api/v2/triggers/search.json?query=PAGE", "", &list); list.Count != 1 {
		t.Errorf("search %+v", list)
	}
	ask(t, acme, "9003", "PUT", "/api/v2/triggers/reorder.json",
		fmt.Sprintf(`{"trigger_ids":[%d,%d]}`, acme.Triggers()[2].ID, acme.Triggers()[1].ID), &list)
	if last := acme.Triggers()[2]; last.ID != made.ID || last.Position != 3 {
		t.Errorf("reordered %+v", acme.Triggers())
	}
	if status := ask(t, acme, "9003", "DELETE", path, "", nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status := ask(t, acme, "9003", "GET", path, "", nil); status != 404 {
		t.Errorf("deleted: %d", status)
	}
}

// An update that names conditions or actions clears what it does not name of
// either: without conditions, a trigger fires on every update.
func TestUpdateReplacesConditionsAndActions(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	made := addTrigger(t, acme, "Page", conditions("status changed"), action("priority", "high"))
	path := fmt.Sprintf("/api/v2/triggers/%d.json", made.ID)
	actions := `{"trigger":{"actions":[{"field":"priority","value":"low"}]}}`
	allOf := `{"trigger":{"conditions":{"all":[{"field":"status","operator":"changed","value":null}]}}}`
	sim.Set(func(s *Settings) { s.ClearedTrigger = "refused" })
	for _, body := range []string{actions, allOf} {
		if status := ask(t, acme, "9003", "PUT", path, body, nil); status != 422 {
			t.Errorf("refused: %s: %d", body, status)
		}
	}
	sim.Set(func(s *Settings) { s.ClearedTrigger = "saved" })
	var got oneTrigger
	if status := ask(t, acme, "9003", "PUT", path, actions, &got); status != 200 || len(got.Trigger.Conditions.All) != 0 ||
		len(got.Trigger.Actions) != 1 {
		t.Errorf("actions alone: %d %+v", status, got.Trigger)
	}
	putTicket(t, acme, 109, `{"comment":{"body":"any update"}}`)
	if got := fired(acme, 109); len(got) != 1 {
		t.Errorf("a trigger without conditions did not fire: %v", got)
	}
	got = oneTrigger{}
	if status := ask(t, acme, "9003", "PUT", path, allOf, &got); status != 200 || len(got.Trigger.Conditions.All) != 1 ||
		len(got.Trigger.Actions) != 0 {
		t.Errorf("conditions alone: %d %+v", status, got.Trigger)
	}
}

// Pages by cursor are in the order of positions only where it is asked for.
func TestOrderOfPagesByCursor(t *testing.T) {
	acme := RunT(t).Account("acme")
	made := addTrigger(t, acme, "Page", conditions("status changed"), action("priority", "high"))
	var category struct {
		Category TriggerCategory `json:"trigger_category"`
	}
	ask(t, acme, "9003", "POST", "/api/v2/trigger_categories", `{"trigger_category":{"name":"Last"}}`, &category)
	second := category.Category.ID
	for query, last := range map[string]bool{
		"?page[size]=100&sort=position": true,
		"?page[size]=100":               false,
		"?per_page=100":                 true,
	} {
		var list manyTriggers
		if ask(t, acme, "9003", "GET", "/api/v2/triggers"+query, "", &list); (list.Triggers[len(list.Triggers)-1].ID == made.ID) != last {
			t.Errorf("triggers%s: %+v", query, list.Triggers)
		}
	}
	for query, last := range map[string]bool{"?page[size]=100&sort=position": true, "?page[size]=100": false} {
		var list struct {
			Categories []TriggerCategory `json:"trigger_categories"`
		}
		if ask(t, acme, "9003", "GET", "/api/v2/trigger_categories"+query, "", &list); (list.Categories[len(list.Categories)-1].ID == second) != last {
			t.Errorf("categories%s: %+v", query, list.Categories)
		}
	}
}

func TestTriggerIsChecked(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	const good = `"title":"T","conditions":{"all":[{"field":"status","operator":"is","value":"open"}]},"actions":[{"field":"priority","value":"low"}]`
	replace := func(old, with string) string { return strings.Replace(good, old, with, 1) }
	for body, want := range map[string]string{
		replace(`"T"`, `" "`):                             "title",
		replace(`"field":"status"`, `"field":"colour"`):   "base",
		replace(`"operator":"is"`, `"operator":"likes"`):  "base",
		replace(`"value":"open"`, `"value":"opened"`):     "base",
		replace(`"field":"status"`, `"field":"via_id"`):   "base",
		replace(`"field":"priority"`, `"field":"colour"`): "base",
		replace(`"value":"low"`, `"value":"shouting"`):    "base",
		replace(`"all":[`, `"all":[],"none":[`):           "base",
		replace(`"actions":[`, `"actions":[],"none":[`):   "base",
		good + `,"category_id":"7"`:                       "category_id",
		replace(`{"field":"priority","value":"low"}`, `{"field":"notification_webhook","value":["01ABC","{}"]}`): "base",
		replace(`{"field":"priority","value":"low"}`, `{"field":"notification_target","value":["370501","{}"]}`): "base",
	} {
		var no refusal
		if status := ask(t, acme, "9003", "POST", "/api/v2/triggers", `{"trigger":{`+body+`}}`, &no); status != 422 ||
			len(no.Details[want]) != 1 {
			t.Errorf("%s: %d %+v, want details.%s", body, status, no, want)
		}
	}
	sim.Set(func(s *Settings) { s.TriggerCategory = "required" })
	var no refusal
	if status := ask(t, acme, "9003", "POST", "/api/v2/triggers", `{"trigger":{`+good+`}}`, &no); status != 422 ||
		len(no.Details["category_id"]) != 1 {
		t.Errorf("without a category: %d %+v", status, no)
	}
	var got oneTrigger
	if status := ask(t, acme, "9003", "POST", "/api/v2/triggers", `{"trigger":{`+good+`,"category":{"name":"Bridge"}}}`,
		&got); status != 201 {
		t.Errorf("with a new category: %d", status)
	}
	var category struct {
		Category TriggerCategory `json:"trigger_category"`
	}
	if ask(t, acme, "9003", "GET", "/api/v2/trigger_categories/"+got.Trigger.CategoryID+".json", "", &category); category.Category.Name != "Bridge" {
		t.Errorf("category %+v", category)
	}
	if n := len(acme.Triggers()); n != 3 {
		t.Errorf("%d triggers: a refused one was kept", n)
	}
}

func TestTriggersRunAgainFromTheTop(t *testing.T) {
	acme := RunT(t).Account("acme")
	addTrigger(t, acme, "first needs b", conditions("current_tags includes b", "current_tags not_includes c"),
		action("current_tags", "c"))
	addTrigger(t, acme, "second needs a", conditions("current_tags includes a"), action("current_tags", "b"))
	addTrigger(t, acme, "third always", conditions("update_type is Change"), action("set_tags", "a"))
	putTicket(t, acme, 101, `{"additional_tags":["a"]}`)
	if got := fired(acme, 101); !slices.Equal(got, []string{"second needs a", "first needs b", "third always"}) {
		t.Errorf("fired %q", got)
	}
	after, _ := acme.Ticket(101)
	if !slices.Equal(after.Tags, []string{"a"}) {
		t.Errorf("tags %q: each trigger fires once in an update", after.Tags)
	}
}

func TestTriggersRunOnEveryWay(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	addTrigger(t, acme, "created", conditions("update_type is Create"), action("current_tags", "made"))
	addTrigger(t, acme, "solved", conditions("status value solved"), action("current_tags", "done"))
	addTrigger(t, acme, "note", conditions("comment_is_public is false"), action("current_tags", "noted"))
	var got oneTicket
	ask(t, acme, "9001", "POST", "/api/v2/tickets.json", `{"ticket":{"subject":"x","comment":{"body":"x"}}}`, &got)
	if !slices.Equal(got.Ticket.Tags, []string{"made"}) {
		t.Errorf("created with %q", got.Ticket.Tags)
	}
	ask(t, acme, "9001", "PUT", "/api/v2/tickets/update_many?ids=101,102", `{"ticket":{"status":"solved"}}`, nil)
	ask(t, acme, "9001", "POST", "/api/v2/tickets/103/merge", `{"ids":[105]}`, nil)
	ctl(t, sim, "PUT", "/tickets/acme/107", `{"agent":9002,"ticket":{"status":"solved"}}`, nil)
	for id, want := range map[int64][]string{
		101: {"solved"},
		102: {"solved"},
		103: {"note"},
		105: {"note"},
		107: {"solved"},
	} {
		if got := fired(acme, id); !slices.Equal(got, want) {
			t.Errorf("ticket %d: fired %q, want %q", id, got, want)
		}
	}
}

func TestConditions(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	// Ticket 101 is urgent, open, of Mia, from the web; the update makes it
	// pending, and Tom's.
	holds := map[string]bool{
		"status is pending":                 true,
		"status is_not pending":             false,
		"status less_than solved":           true,
		"status less_than pending":          false,
		"status greater_than open":          true,
		"status changed":                    true,
		"status not_changed":                false,
		"status value pending":              true,
		"status value open":                 false,
		"status value_previous open":        true,
		"status value_previous new":         false,
		"status not_value pending":          false,
		"status not_value open":             true,
		"status not_value_previous open":    false,
		"priority is urgent":                true,
		"priority greater_than high":        true,
		"priority changed":                  false,
		"priority not_changed":              true,
		"priority value urgent":             false,
		"type is incident":                  true,
		"current_tags includes x eu":        true,
		"current_tags not_includes eu":      false,
		"current_tags not_includes x":       true,
		"update_type is Change":             true,
		"update_type is Create":             false,
		"assignee_id is 9002":               true,
		"assignee_id changed":               true,
		"assignee_id value_previous 9001":   true,
		"assignee_id is current_user":       false,
		"group_id is 360201":                true,
		"ticket_form_id is 360002":          true,
		"brand_id is_not 360301":            false,
		"requester_id is 30001":             true,
		"comment_is_public is true":         true,
		"comment_is_public is not_relevant": true,
		"comment_is_public is false":        false,
		"via_id is 0":                       true,
		"via_id is_not 0":                   false,
		"current_via_id is 5":               true,
		"role is agent":                     true,
		"role is end_user":                  false,
		"role is 9001":                      true,
		"role is admin":                     false,
		"custom_fields_360100 is shop":      true,
		"custom_fields_360100 present":      true,
		"custom_fields_360100 changed":      true,
	}
	for triple := range holds {
		addTrigger(t, acme, triple, conditions(triple), action("comment_mode_is_public", "false"))
	}
	putTicket(t, acme, 101,
		`{"status":"pending","assignee_id":9002,"comment":{"body":"x"},"custom_fields":[{"id":360100,"value":"shop"}]}`)
	got := fired(acme, 101)
	for triple, want := range holds {
		if slices.Contains(got, triple) != want {
			t.Errorf("%s: %v, want %v", triple, !want, want)
		}
	}
	either := conditions("status is pending")
	either.Any = []Condition{
		{Field: "priority", Operator: "is", Value: "low"},
		{Field: "type", Operator: "is", Value: "task"},
	}
	addTrigger(t, acme, "none of any", either, action("priority", "low"))
	either.Any = append(either.Any, Condition{Field: "priority", Operator: "is", Value: "urgent"})
	addTrigger(t, acme, "one of any", either, action("priority", "low"))
	putTicket(t, acme, 101, `{"subject":"y"}`)
	// The second makes the first hold, which then runs.
	if got := fired(acme, 101); !slices.Contains(got, "one of any") || got[len(got)-1] != "none of any" {
		t.Errorf("any: %q", got)
	}
}

func TestActions(t *testing.T) {
	acme := RunT(t).Account("acme")
	addTrigger(t, acme, "all", conditions("status value pending"),
		action("priority", "low"), action("status", "hold"), action("type", "task"), action("assignee_id", "current_user"), action("group_id",
			"360202"),
		action("current_tags", "New tags"), action("remove_tags", "eu"), action("custom_fields_360100", "till"),
		action("comment_value", []any{
			"channel:all", "Hello {{ticket.requester.first_name}}, this is {{current_user.name}}",
		}), action("comment_mode_is_public", "false"))
	ask(t, acme, "9002", "PUT", "/api/v2/tickets/101.json", `{"ticket":{"status":"pending"}}`, nil)
	after, _ := acme.Ticket(101)
	comments := acme.Comments(101)
	last := comments[len(comments)-1]
	if after.Priority != "low" || after.Status != "hold" || after.Type != "task" || after.AssigneeID != 9002 ||
		after.GroupID != 360202 ||
		!slices.Equal(after.Tags, []string{"checkout", "payments", "new", "tags"}) || after.CustomFields[0].Value != "till" {
		t.Errorf("after %+v", after)
	}
	if last.Public || last.Via.Channel != "rule" || last.Via.Source.From.Title != "all" ||
		last.Body != "Hello Claire, this is Tom Weber" {
		t.Errorf("comment %+v", last)
	}
}

func TestOldTargetsDoNothing(t *testing.T) {
	globex := RunT(t).Account("globex")
	var got struct {
		Targets []Target `json:"targets"`
	}
	ask(t, globex, "7001", "GET", "/api/v2/targets.json", "", &got)
	if len(got.Targets) != 2 || got.Targets[0].Type != "http_target" || got.Targets[0].Active {
		t.Errorf("targets %+v", got.Targets)
	}
	ask(t, globex, "7001", "PUT", "/api/v2/tickets/101", `{"ticket":{"status":"solved"}}`, nil)
	for _, r := range globex.TriggerRuns() {
		if r.Trigger == "PagerDuty: ticket solved" && slices.Equal(r.Ignored, []string{"notification_target"}) {
			return
		}
	}
	t.Errorf("runs %+v", globex.TriggerRuns())
}

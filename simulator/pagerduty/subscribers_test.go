package pagerduty_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

func subscribers(refs ...[2]string) object {
	list := []object{}
	for _, r := range refs {
		list = append(list, object{"subscriber_type": r[0], "subscriber_id": r[1]})
	}
	return object{"subscribers": list}
}

func TestSubscribers(t *testing.T) {
	sim := described(t)
	jane, omar, id := as(t, sim, "jane"), as(t, sim, "omar"), slow(sim).ID
	path := "/incidents/" + id + "/status_updates"
	if got := jane("GET", path+"/subscribers", nil); got.status != 200 || len(got.list("subscribers")) != 2 || got.body["account_id"] == nil {
		t.Fatalf("%d %s", got.status, got.text)
	}
	private := jane("GET", "/teams?query=card", nil).list("teams")[0]["id"].(string)
	eva, ana, stan := person(t, sim, "eva").ID, person(t, sim, "ana").ID, person(t, sim, "stan").ID
	r := omar("POST", path+"/subscribers", subscribers([2]string{"user", ana}, [2]string{"user", stan}, [2]string{"team", private}, [2]string{"user", eva}))
	var results []string
	for _, s := range r.list("subscriptions") {
		results = append(results, s["result"].(string))
	}
	// stan is there, the team is a private one, and eva is of another account
	if r.status != 200 || !slices.Equal(results, []string{"success", "duplicate", "unauthorized", "unauthorized"}) {
		t.Errorf("%d %v", r.status, results)
	}
	if got := sim.Incident(id).Subscribers; !slices.Equal(got, []string{"stan", "Platform", "ana"}) {
		t.Errorf("the subscribers are %v", got)
	}
	if page := jane("GET", path+"/subscribers?limit=1&offset=2&total=true", nil); len(page.list("subscribers")) != 1 || page.body["total"] != 3.0 {
		t.Errorf("the page is %s", page.text)
	}
	gone := omar("POST", path+"/unsubscribe", subscribers([2]string{"user", ana}, [2]string{"user", person(t, sim, "lee").ID}, [2]string{"team", private}))
	if gone.status != 200 || gone.body["deleted_count"] != 1.0 || gone.body["non_existent_count"] != 1.0 || gone.body["unauthorized_count"] != 1.0 {
		t.Errorf("%d %s", gone.status, gone.text)
	}
	as(t, sim, "stan")("POST", path+"/subscribers", subscribers([2]string{"user", ana})).wants(t, "a stakeholder", 403, 2010)
	omar("GET", "/incidents/"+hidden(sim).ID+"/status_updates/subscribers", nil).wants(t, "hidden", 403, 2010)
	omar("POST", "/incidents/"+hidden(sim).ID+"/status_updates/unsubscribe", subscribers([2]string{"user", ana})).wants(t, "hidden", 403, 2010)
	token, _ := sim.MintToken("jane", "incidents.read", "incidents.write")
	if r := ask(t, token, "GET", sim.URL+path+"/subscribers", nil); r.status != 403 || r.code() != 0 {
		t.Errorf("without the scope: %d %s", r.status, r.text)
	}
	sim.Set(func(s *pagerduty.Settings) { s.Subscribers = "402" })
	jane("GET", path+"/subscribers", nil).wants(t, "without the plan", 402, 2014)
	jane("POST", path+"/subscribers", subscribers([2]string{"user", ana})).wants(t, "without the plan", 402, 2014)
}

func TestSubscriberRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, path := as(t, sim, "jane"), "/incidents/"+slow(sim).ID+"/status_updates/subscribers"
	jane("POST", path, subscribers()).wants(t, "nobody", 422, 2001)
	jane("POST", path, subscribers([2]string{"robot", "P1"})).wants(t, "a robot", 422, 2001)
}

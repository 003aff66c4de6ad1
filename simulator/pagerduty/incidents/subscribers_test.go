package incidents_test

import (
	"slices"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func subscribers(refs ...[2]string) pagerdutytest.Object {
	list := []pagerdutytest.Object{}
	for _, r := range refs {
		list = append(list, pagerdutytest.Object{"subscriber_type": r[0], "subscriber_id": r[1]})
	}
	return pagerdutytest.Object{"subscribers": list}
}

func TestSubscribers(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, omar, id := pagerdutytest.As(t, sim, "jane"), pagerdutytest.As(t, sim, "omar"), pagerdutytest.SlowIncident(sim).ID
	path := "/incidents/" + id + "/status_updates"
	if got := jane("GET", path+"/subscribers", nil); got.Status != 200 || len(got.List("subscribers")) != 2 ||
		got.Body["account_id"] == nil {
		t.Fatalf("%d %s", got.Status, got.Text)
	}
	private := jane("GET", "/teams?query=card", nil).List("teams")[0]["id"].(string)
	eva, ana, stan := pagerdutytest.FindPerson(t, sim, "eva").ID, pagerdutytest.FindPerson(t, sim, "ana").ID, pagerdutytest.FindPerson(t,
		sim, "stan").ID
	r := omar("POST", path+"/subscribers", subscribers([2]string{
		"user", ana,
	}, [2]string{"user", stan}, [2]string{"team", private}, [2]string{"user", eva}))
	var results []string
	for _, s := range r.List("subscriptions") {
		results = append(results, s["result"].(string))
	}
	// stan is there, the team is a private one, and eva is of another account
	if r.Status != 200 || !slices.Equal(results, []string{"success", "duplicate", "unauthorized", "unauthorized"}) {
		t.Errorf("%d %v", r.Status, results)
	}
	if got := sim.Incident(id).Subscribers; !slices.Equal(got, []string{"stan", "Platform", "ana"}) {
		t.Errorf("the subscribers are %v", got)
	}
	if page := jane("GET", path+"/subscribers?limit=1&offset=2&total=true", nil); len(page.List("subscribers")) != 1 ||
		page.Body["total"] != 3.0 {
		t.Errorf("the page is %s", page.Text)
	}
	gone := omar("POST", path+"/unsubscribe", subscribers([2]string{
		"user", ana,
	}, [2]string{"user", pagerdutytest.FindPerson(t, sim, "lee").ID}, [2]string{"team", private}))
	if gone.Status != 200 || gone.Body["deleted_count"] != 1.0 || gone.Body["non_existent_count"] != 1.0 ||
		gone.Body["unauthorized_count"] != 1.0 {
		t.Errorf("%d %s", gone.Status, gone.Text)
	}
	pagerdutytest.As(t, sim, "stan")("POST", path+"/subscribers", subscribers([2]string{
		"user", ana,
	})).Wants(t, "a stakeholder", 403, 2010)
	omar("GET", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/status_updates/subscribers", nil).Wants(t, "hidden",
		403, 2010)
	omar("POST", "/incidents/"+pagerdutytest.HiddenIncident(sim).ID+"/status_updates/unsubscribe", subscribers([2]string{
		"user", ana,
	})).Wants(t, "hidden", 403, 2010)
	token, _ := sim.MintToken("jane", "incidents.read", "incidents.write")
	if r := pagerdutytest.Ask(t, token, "GET", sim.URL+path+"/subscribers", nil); r.Status != 403 || r.Code() != 0 {
		t.Errorf("without the scope: %d %s", r.Status, r.Text)
	}
	sim.Set(func(s *pagerduty.Settings) { s.Subscribers = "402" })
	jane("GET", path+"/subscribers", nil).Wants(t, "without the plan", 402, 2014)
	jane("POST", path+"/subscribers", subscribers([2]string{"user", ana})).Wants(t, "without the plan", 402, 2014)
}

func TestSubscriberRefusals(t *testing.T) {
	sim := pagerduty.RunT(t)
	jane, path := pagerdutytest.As(t, sim, "jane"), "/incidents/"+pagerdutytest.SlowIncident(sim).ID+"/status_updates/subscribers"
	jane("POST", path, subscribers()).Wants(t, "nobody", 422, 2001)
	jane("POST", path, subscribers([2]string{"robot", "P1"})).Wants(t, "a robot", 422, 2001)
}

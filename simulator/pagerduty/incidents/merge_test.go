package incidents_test

import (
	"fmt"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func sources(ids ...string) pagerdutytest.Object {
	refs := []pagerdutytest.Object{}
	for _, id := range ids {
		refs = append(refs, pagerdutytest.Reference(id, "incident"))
	}
	return pagerdutytest.Object{"source_incidents": refs}
}

func TestMerge(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane, all := pagerdutytest.As(t, sim, "jane"), sim.Incidents("Zendesk_acme_103")
	event, target := all[2], sim.Incidents("Zendesk_acme_102")[0]
	r := jane("PUT", "/incidents/"+target.ID+"/merge", sources(event.ID))
	if r.Status != 200 || r.Object("incident")["id"] != target.ID {
		t.Fatalf("%d %s", r.Status, r.Text)
	}
	source := jane("GET", "/incidents/"+event.ID, nil).Object("incident")
	reason, _ := source["resolve_reason"].(map[string]any)
	if source["status"] != "resolved" || source["is_mergeable"] != false || reason["type"] != "merge_resolve_reason" ||
		reason["incident"].(map[string]any)["id"] != target.ID {
		t.Errorf("the source is %v because of %v", source["status"], reason)
	}
	// The alert goes along with its key, and is open there: a look-up by the
	// source's ticket finds the target.
	alerts := jane("GET", "/incidents/"+target.ID+"/alerts", nil).List("alerts")
	if len(alerts) != 1 || alerts[0]["alert_key"] != "Zendesk_acme_103" || alerts[0]["status"] != "triggered" {
		t.Errorf("the target's alerts are %v", alerts)
	}
	found := sim.Incidents("Zendesk_acme_103")
	if len(found) != 3 || found[0].ID != target.ID {
		t.Errorf("%d incidents of the key after the merge", len(found))
	}
	if sim.Incident(event.ID).MergedInto != target.ID {
		t.Errorf("it is merged into %q", sim.Incident(event.ID).MergedInto)
	}
	// Whatever is done to the source afterwards is refused.
	for _, status := range []string{"acknowledged", "resolved", "triggered"} {
		jane("PUT", "/incidents/"+event.ID, pagerdutytest.Object{
			"incident": pagerdutytest.Object{"type": "incident", "status": status},
		}).Wants(t, status, 400, 1019)
	}
	jane("PUT", "/incidents", pagerdutytest.Object{
		"incidents": []pagerdutytest.Object{{"id": event.ID, "type": "incident", "title": "x"}},
	}).Wants(t, "a title", 400, 1019)
	jane("POST", "/incidents/"+event.ID+"/snooze", pagerdutytest.Object{"duration": 60}).Wants(t, "a snooze", 400, 1019)
	jane("PUT", "/incidents/"+all[0].ID+"/merge", sources(event.ID)).Wants(t, "merged again", 400, 1019)
	jane("PUT", "/incidents/"+event.ID+"/merge", sources(all[0].ID)).Wants(t, "merged into", 400, 1019)
}

func TestMergeRefusals(t *testing.T) {
	sim := pagerdutytest.Described(t)
	jane := pagerdutytest.As(t, sim, "jane")
	open, resolved := sim.Incidents("Zendesk_acme_102")[0].ID, sim.Incidents("Zendesk_acme_104")[0].ID
	jane("PUT", "/incidents/"+resolved+"/merge", sources(open)).Wants(t, "a resolved target", 400, 2002)
	jane("PUT", "/incidents/"+open+"/merge", sources(open)).Wants(t, "itself", 400, 2002)
	jane("PUT", "/incidents/"+open+"/merge", sources()).Wants(t, "nothing", 400, 2001)
	jane("PUT", "/incidents/"+open+"/merge", sources("QNONE")).Wants(t, "unknown", 404, 2100)
	omar := pagerdutytest.As(t, sim, "omar")
	// All go or none: the second may not be seen, and the first stays.
	omar("PUT", "/incidents/"+open+"/merge",
		sources(pagerdutytest.SlowIncident(sim).ID, pagerdutytest.HiddenIncident(sim).ID)).Wants(t,
		"hidden", 403, 2010)
	if sim.Incident(pagerdutytest.SlowIncident(sim).ID).Status != "acknowledged" {
		t.Error("one of two sources was merged")
	}
	pagerdutytest.As(t, sim, "stan")("PUT", "/incidents/"+open+"/merge", sources(pagerdutytest.SlowIncident(sim).ID)).Wants(t,
		"a stakeholder", 403, 2010)
	sim.Merge("jane", open, pagerdutytest.SlowIncident(sim).ID)
	if in := sim.Incident(pagerdutytest.SlowIncident(sim).ID); in.Status != "resolved" || in.MergedInto != open {
		t.Errorf("it is %s and merged into %q", in.Status, in.MergedInto)
	}
}

func TestTooManyAlerts(t *testing.T) {
	sim := pagerduty.RunT(t)
	sim.Set(func(s *pagerduty.Settings) { s.EventLimit, s.RateLimit, s.LatencyMS = 5000, 5000, 0 })
	service := sim.Service("Payments API")
	before := len(sim.Incidents(""))
	for n := range 1001 {
		key := fmt.Sprint("many-", n)
		pagerdutytest.Ask(t, "", "POST", sim.URL+"/v2/enqueue", pagerdutytest.Object{
			"routing_key":  service.Key,
			"event_action": "trigger",
			"dedup_key":    key,
			"payload":      pagerdutytest.Object{"summary": key, "source": "web", "severity": "info"},
		})
	}
	var events []string
	for _, in := range sim.Incidents("") {
		if strings.HasPrefix(in.Key, "many-") {
			events = append(events, in.ID)
		}
	}
	if len(events) != 1001 || len(sim.Incidents("")) != before+1001 {
		t.Fatalf("%d incidents were made", len(events))
	}
	pagerdutytest.As(t, sim, "jane")("PUT", "/incidents/"+events[0]+"/merge", sources(events[1:]...)).Wants(t,
		"1001 alerts", 400, 2002)
}

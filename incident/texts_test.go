package incident_test

import (
	"testing"

	"zendesk-pagerduty/incident"
)

// What a browser's form makes of a text is undone in one way, wherever it is typed:
// after a lost answer it is compared with what PagerDuty gives back.
func TestTypedTexts(t *testing.T) {
	const typed, want = " one\r\ntwo \xff\r\n", "one\ntwo \uFFFD"
	p := &pd{}
	draft := wanted
	draft.Description = typed
	if _, err := incident.Create(t.Context(), p, ticket, draft); err != nil || p.created[0].Description != want {
		t.Errorf("a description: %q, %v", p.created[0].Description, err)
	}
	if got, err := incident.CheckNote(typed); err != nil || got != want {
		t.Errorf("a note: %q, %v", got, err)
	}
	a := &actor{reads: []incident.Incident{{ID: "Q1", Status: incident.Triggered}}}
	if _, err := incident.Act(t.Context(), a, "PME", "Q1", incident.Change{Action: incident.ToResolve, Text: typed}); err != nil ||
		a.asked[0].Resolution != want {
		t.Errorf("a resolution: %+v, %v", a.asked, err)
	}
}

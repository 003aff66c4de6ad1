package setup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
)

// The summary says who is paged, when it was tested, and what is wrong; what fixes
// all is offered where several can be fixed.
func TestSummary(t *testing.T) {
	works := setup.View{
		State: "made", TriggersURL: "https://acme.zendesk.com/t", WebhookURL: "https://acme.zendesk.com/w",
		Pages: &setup.Pages{Service: "Payments API", Priorities: []string{"Urgent"}, Severities: []string{"critical (Urgent)"}},
	}
	tested := works
	tested.Tested = time.Date(2026, 11, 29, 6, 30, 0, 0, time.UTC)
	other := tested
	other.TestedOther = true
	byKey := works
	byKey.Pages = &setup.Pages{Priorities: []string{"Urgent", "High"}, Severities: []string{"x"}, Only: []string{"the tag vip"}}
	off, allOff := works, works
	off.Pages = &setup.Pages{Service: "Payments API", Priorities: []string{"Urgent"}, Off: []string{"High"}}
	allOff.Pages = &setup.Pages{Service: "Payments API", Off: []string{"Urgent", "High"}, Only: []string{"the tag vip"}}
	one := works
	one.Findings = []setup.Finding{{ID: "a", Sentence: "A", Fix: "B"}, {ID: "b", Sentence: "C"}}
	two := one
	two.Findings = append(two.Findings, setup.Finding{ID: "c", Sentence: "D", Fix: "E"})
	for name, c := range map[string]struct {
		view   setup.View
		want   []string // sentences, in their order
		fixAll int
		links  int
	}{
		"it works":         {works, []string{"Urgent tickets page Payments API.", "critical (Urgent)", "Not tested yet.", "Nothing to fix."}, 0, 2},
		"tested":           {tested, []string{"Last tested 29 Nov 2026 06:30 UTC.", "Nothing to fix."}, 0, 2},
		"tested otherwise": {other, []string{"Last tested 29 Nov 2026 06:30 UTC, with a different integration key."}, 0, 2},
		"a key":            {byKey, []string{"page through an integration key: Urgent, High.", "Only for tickets with the tag vip."}, 0, 2},
		"one can be fixed": {one, []string{"2 problems to fix.", "Urgent tickets page"}, 0, 2},
		"two can be":       {two, []string{"3 problems to fix."}, 1, 2},
		"one is inactive":  {off, []string{"Urgent tickets page Payments API.", "is inactive or missing: High."}, 0, 2},
		"all are inactive": {allOff, []string{"Current setupNot paging now,", "is inactive or missing: Urgent, High."}, 0, 2},
		"nothing is there": {setup.View{State: "ready"}, []string{"No triggers page PagerDuty yet."}, 0, 0},
		"made by hand":     {setup.View{State: "ready", ByHand: true}, []string{"Nothing to fix."}, 0, 0},
	} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return setup.Body(tx, c.view) })
		summary := doc.Find("[data-current]")
		got, at := strings.Join(strings.Fields(summary.Text()), " "), 0
		for _, want := range c.want {
			i := strings.Index(got[at:], want)
			if i < 0 {
				t.Errorf("%s: %q does not say %q here", name, got, want)
				break
			}
			at += i
		}
		if n := summary.Find("[data-press=fix-all]").Length(); n != c.fixAll {
			t.Errorf("%s: %d buttons fix all, want %d", name, n, c.fixAll)
		}
		if n := summary.Find("a[target=_blank][rel~=noopener]").Length(); n != c.links {
			t.Errorf("%s: %d links, want %d", name, n, c.links)
		}
		if summary.Find("[data-press=check]").Length() != 1 {
			t.Errorf("%s: it cannot be checked again", name)
		}
	}
}

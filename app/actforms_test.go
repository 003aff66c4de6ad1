package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/simulator/pagerduty"
)

// An acknowledgement that comes late would reopen a resolved incident: two
// agents race, one to acknowledge and one to resolve, and whatever the order, a
// resolved incident stays resolved.
func TestStaleAcknowledge(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane, lee := connected(t, s, mia, "jane"), connected(t, s, tom, "lee")
	for range 15 {
		a := acts[0].prepared(s, "Payments API")
		var group sync.WaitGroup
		var acknowledged, resolved apptest.Page
		group.Go(func() { acknowledged = jane.Post(cardOf(a.id)+"/acknowledge", url.Values{}) })
		group.Go(func() { resolved = lee.Post(cardOf(a.id)+"/resolve", url.Values{}) })
		group.Wait()
		if resolved.Status != 200 {
			t.Errorf("resolve: %d %s", resolved.Status, resolved.Text())
		}
		if acknowledged.Status != 200 && acknowledged.Status != http.StatusConflict {
			t.Errorf("acknowledge: %d %s", acknowledged.Status, acknowledged.Text())
		}
		again := jane.Post(cardOf(a.id)+"/acknowledge", url.Values{})
		if now := s.PD.Incident(a.id); now.Status != "resolved" || again.Status != http.StatusConflict {
			t.Fatalf("the incident is %s; a stale click answers %d %s", now.Status, again.Status, again.Text())
		}
	}
}

// Both see it triggered; the second is told that it was taken.
func TestTwoAcknowledge(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane, lee := connected(t, s, mia, "jane"), connected(t, s, tom, "lee")
	a := acts[0].prepared(s, "Payments API")
	var group sync.WaitGroup
	pages := make([]apptest.Page, 2)
	for i, p := range []*apptest.Panel{jane, lee} {
		group.Go(func() { pages[i] = p.Post(cardOf(a.id)+"/acknowledge", url.Values{}) })
	}
	group.Wait()
	statuses := []int{pages[0].Status, pages[1].Status}
	slices.Sort(statuses)
	if !slices.Equal(statuses, []int{200, 409}) {
		t.Errorf("%d %s\n%d %s", pages[0].Status, pages[0].Text(), pages[1].Status, pages[1].Text())
	}
}

// What a form was opened with is sent along: another agent's change of
// something else stays.
func TestEditKeepsWhatOthersChanged(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	form := p.Get(cardOf(a.id) + "/edit")
	s.PD.SetTitle(a.id, "Said by somebody else")
	v := url.Values{}
	for _, name := range []string{"title", "title_was", "urgency_was", "priority_was"} {
		v.Set(name, form.Find("[name="+name+"]").AttrOr("value", ""))
	}
	v.Set("urgency", "low")
	v.Set("priority", form.Find("[name=priority] option:last-child").AttrOr("value", ""))
	if got := p.Post(cardOf(a.id)+"/edit", v); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	if now := s.PD.Incident(a.id); now.Title != "Said by somebody else" || now.Urgency != "low" || now.Priority != "P5" {
		t.Errorf("%+v", now)
	}
	same := url.Values{"title": {"x"}, "title_was": {"x"}, "urgency": {"low"}, "urgency_was": {"low"}}
	says(t, "edit", p.Post(cardOf(a.id)+"/edit", same), []int{422}, []string{"You made no changes"})
}

// An incident can have a priority that the list lacks (one that was deleted), and
// a title of several lines (of an event). Neither is changed by saving the form
// as it came: a browser takes the first of a list where none is selected, and
// makes one line of a field's text.
func TestEditFormHoldsWhatItCannotOffer(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	first := p.Get(cardOf(a.id) + "/edit").Find("[name=priority] option").Eq(1)
	if got := p.Post(cardOf(a.id)+"/edit", url.Values{"priority": {first.AttrOr("value", "")}, "priority_was": {""}}); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Text())
	}
	s.PD.SetTitle(a.id, "Two\nlines")
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/priorities", Kind: pagerduty.Status, Status: 200, Body: `{"priorities":[{"id":"POTHER1","name":"P0","summary":"P0"}]}`})
	form := p.Get(cardOf(a.id) + "/edit")
	if chosen := form.Find("[name=priority] option[selected]"); chosen.AttrOr("value", "") != first.AttrOr("value", "-") || chosen.Text() != first.Text() {
		t.Errorf("%q is selected; want %q: %s", chosen.Text(), first.Text(), form.HTML)
	}
	for _, was := range []string{"Two\nlines", "Two\r\nlines"} { // as browsers send a hidden field
		same := url.Values{"title": {"Twolines"}, "title_was": {was}, "urgency": {"high"}, "urgency_was": {"high"}}
		says(t, "edit", p.Post(cardOf(a.id)+"/edit", same), []int{422}, []string{"You made no changes"})
	}
}

func TestWrongFormsOfActions(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	s.PD.ClearHistory()
	for _, c := range []struct {
		action string
		form   url.Values
		says   string
	}{
		{"note", url.Values{"text": {" \r\n "}}, "Enter some text first"},
		{"note", url.Values{"text": {strings.Repeat("ä", incident.MaxNote+1)}}, "is 16385 characters long. The maximum is 16384"},
		{"resolve", url.Values{"text": {strings.Repeat("x", incident.MaxMessage+1)}}, "is 4097 characters long. The maximum is 4096."},
		{"update", url.Values{}, "Enter some text first"},
		{"edit", url.Values{"title": {""}, "title_was": {"x"}}, "You made no changes"},
		{"edit", url.Values{"title": {strings.Repeat("x", incident.MaxTitle+1)}}, "1024"},
		{"edit", url.Values{"urgency": {"critical"}}, "high or low"},
		{"edit", url.Values{"priority": {"../users/me"}}, "priority"},
		{"escalate", url.Values{"level": {"0"}}, "Select a level"},
		{"escalate", url.Values{"level": {"two"}}, "Select a level"},
		{"escalate", url.Values{"level": {"9"}}, "no such level"},
		{"reassign", url.Values{}, "from the list"},
		{"reassign", url.Values{"target": {"user:../x"}}, "from the list"},
		{"reassign", url.Values{"target": {"team:PTEAM01"}}, "from the list"},
		{"reassign", url.Values{"target": {"user:PNOBODY"}}, "That user doesn't exist"},
		{"reassign", url.Values{"target": {"policy:PNOBODY"}}, "That escalation policy doesn't exist"},
		{"reassign", url.Values{"target": {"user:POMAR01", "user:PLEE001"}}, "from the list"},
		{"responders", url.Values{"text": {"help"}}, "from the list"},
		{"responders", url.Values{"target": {"user:POMAR01"}}, "Enter some text first"},
		{"workflow", url.Values{"workflow": {"a/b"}}, "Select a workflow"},
		{"merge", url.Values{}, "Select the incident"},
		{"merge", url.Values{"into": {a.id}}, "Select the incident"},
	} {
		says(t, c.action, p.Post(cardOf(a.id)+"/"+c.action, c.form), []int{422}, []string{c.says})
	}
	s.PD.SetStatus("lee", a.id, "acknowledged")
	for _, seconds := range []string{"", "0", "-5", "604801", "1e3", "9223372036854775807", "18446744073710"} {
		says(t, "snooze "+seconds, p.Post(cardOf(a.id)+"/snooze", url.Values{"seconds": {seconds}}), []int{422}, []string{"Select a time"})
	}
	for path, status := range map[string]int{
		cardOf(a.id) + "/explode": 404, cardOf("..%2Fusers%2Fme") + "/acknowledge": 404, cardOf("QNOSUCH") + "/acknowledge": 404,
		"/tickets/x/incidents/" + a.id + "/acknowledge": 400,
	} {
		if got := p.Post(path, url.Values{}); got.Status != status {
			t.Errorf("%s: %d; want %d", path, got.Status, status)
		}
	}
	if now := s.PD.Incident(a.id); now.Title != "Worse said" || len(now.Notes) != 0 {
		t.Errorf("%+v", now)
	}
}

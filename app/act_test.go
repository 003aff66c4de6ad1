package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/simulator/pagerduty"
)

// testTicket is the ticket that these tests work at.
const testTicket = 101

// cardOf is the path of an incident on that ticket's panel.
func cardOf(id string) string { return apptest.Incidents(testTicket) + "/" + id }

// asked is one incident with another beside it.
type asked struct {
	*apptest.Stand
	id, other string
}

// act is an action of a card.
type act struct {
	name  string
	acked bool // it wants an acknowledged incident
	fill  func(asked) url.Values
	// done says that it shows in PagerDuty.
	done func(asked, pagerduty.IncidentInfo) bool
	// write is the request that does it, for faults.
	method, path string
	// tells says that the incident shows it after a lost answer.
	tells bool
	// late says that it is pointless on a resolved incident.
	late bool
	// plan is the setting that takes it out of the account's plan.
	plan func(*pagerduty.Settings)
}

func fields(pairs ...string) func(asked) url.Values {
	return func(asked) url.Values {
		v := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
}

var acts = []act{
	{name: "acknowledge", fill: fields(), method: "PUT", path: "/incidents/*", tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return i.Status == "acknowledged" }},
	{name: "resolve", fill: fields("text", "Restarted"), method: "PUT", path: "/incidents/*", tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool {
			return i.Status == "resolved" && i.Resolution == "Restarted"
		}},
	{name: "note", fill: fields("text", "Two more customers"), method: "POST", path: "/incidents/*/notes", tells: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool {
			return slices.ContainsFunc(i.Notes, func(n pagerduty.NoteInfo) bool { return n.Content == "Two more customers" })
		}},
	{name: "edit", method: "PUT", path: "/incidents/*", tells: true, late: true,
		fill: fields("title", "Better said", "title_was", "Worse said", "urgency", "low", "urgency_was", "high"),
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return i.Title == "Better said" && i.Urgency == "low" }},
	{name: "escalate", fill: fields("level", "3"), method: "PUT", path: "/incidents/*", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return slices.Contains(i.Assignees, "omar") }},
	{name: "reassign", fill: fields("target", "user:POMAR01"), method: "PUT", path: "/incidents/*", tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return slices.Contains(i.Assignees, "omar") }},
	{name: "snooze", acked: true, fill: fields("seconds", "3600"), method: "POST", path: "/incidents/*/snooze", tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return !i.SnoozedUntil.IsZero() }},
	{name: "responders", fill: fields("target", "user:POMAR01", "text", "Please look"), method: "POST", path: "/incidents/*/responder_requests", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return slices.Contains(i.Responders, "omar") },
		plan: func(s *pagerduty.Settings) { s.Responders = "402" }},
	{name: "update", fill: fields("text", "We are on it"), method: "POST", path: "/incidents/*/status_updates", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return slices.Contains(i.StatusUpdates, "We are on it") },
		plan: func(s *pagerduty.Settings) { s.StatusUpdates = "402" }},
	{name: "subscribe", fill: fields(), method: "POST", path: "/incidents/*/status_updates/subscribers", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return len(i.Subscribers) > 0 },
		plan: func(s *pagerduty.Settings) { s.Subscribers = "402" }},
	{name: "unsubscribe", fill: fields(), method: "POST", path: "/incidents/*/status_updates/unsubscribe", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return len(i.Subscribers) == 0 },
		plan: func(s *pagerduty.Settings) { s.Subscribers = "402" }},
	{name: "workflow", fill: func(a asked) url.Values {
		return url.Values{"workflow": {a.PD.Workflow("Call the incident commander")}}
	},
		method: "POST", path: "/incident_workflows/*/instances", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return len(i.Workflows) == 1 },
		plan: func(s *pagerduty.Settings) { s.Workflows = "402" }},
	{name: "merge", fill: func(a asked) url.Values { return url.Values{"into": {a.other}} }, method: "PUT", path: "/incidents/*/merge", tells: true, late: true,
		done: func(a asked, i pagerduty.IncidentInfo) bool { return i.Status == "resolved" && i.MergedInto == a.other }},
}

// prepared makes an incident of the desk's ticket on a service, ready for an
// action, and another one beside it.
func (c act) prepared(s *apptest.Stand, service string) asked {
	id := s.PD.AddIncident("lee", service, "Worse said", "Zendesk_acme_101").ID
	other := s.PD.AddIncident("lee", service, "The other one", "").ID
	if c.acked {
		s.PD.SetStatus("lee", id, "acknowledged")
	}
	return asked{s, id, other}
}

func (c act) run(p *apptest.Panel, a asked) apptest.Page {
	return p.Post(cardOf(a.id)+"/"+c.name, c.fill(a))
}

// unchanged says that an incident is as it was, but for what time does to it.
func unchanged(before, after pagerduty.IncidentInfo) string { return cmp.Diff(before, after) }

func TestActions(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	for _, c := range acts {
		t.Run(c.name, func(t *testing.T) {
			a := c.prepared(s, "Payments API")
			s.PD.ClearHistory()
			got := c.run(p, a)
			if now := s.PD.Incident(a.id); got.Status != http.StatusOK || !c.done(a, now) {
				t.Fatalf("%d %s\n%+v", got.Status, got.Text(), now)
			}
			if calls := s.PD.Paths(); len(calls) > 2 {
				t.Errorf("it took %v; want at most 2 calls", calls)
			}
			if got.Find(".note.ok").Length() != 1 {
				t.Errorf("it does not say what happened: %s", got.HTML)
			}
			if c.name == "note" {
				if !strings.Contains(got.Find("[data-section=notes]").Text(), "Two more customers") {
					t.Errorf("the note is not shown: %s", got.HTML)
				}
				return
			}
			if status := got.Find("[data-core]").AttrOr("data-core", ""); status != s.PD.Incident(a.id).Status {
				t.Errorf("the card says %q: %s", status, got.HTML)
			}
		})
	}
}

// Each kind of refusal for each action: nothing is changed, and a sentence says
// why.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		login, service string
		set            func(*pagerduty.Settings)
		status         []int
		says           []string
		but            []string // actions that this does not refuse
	}{
		"another team's private incident, 403": {login: "omar", service: "Card processor", status: []int{403}, says: []string{"does not let you"}},
		"another team's private incident, 404": {login: "omar", service: "Card processor", set: func(s *pagerduty.Settings) { s.Hidden = "404" },
			status: []int{404}, says: []string{"no access to this incident"}},
		"another team's private incident, lost access": {login: "omar", service: "Card processor", set: func(s *pagerduty.Settings) { s.Hidden = "403-resolved" },
			status: []int{403}, says: []string{"does not let you"}},
		"observer":    {login: "olga", service: "Payments API", status: []int{403}, says: []string{"Your role or team"}, but: []string{"subscribe", "unsubscribe"}},
		"stakeholder": {login: "stan", service: "Payments API", status: []int{403}, says: []string{"Your role or team"}, but: []string{"subscribe", "unsubscribe"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			if c.set != nil {
				s.PD.Set(c.set)
			}
			p := connected(t, s, mia, c.login)
			for _, x := range acts {
				if slices.Contains(c.but, x.name) {
					continue
				}
				a := x.prepared(s, c.service)
				before := s.PD.Incident(a.id)
				got := x.run(p, a)
				says(t, x.name, got, c.status, c.says)
				if diff := unchanged(before, s.PD.Incident(a.id)); diff != "" {
					t.Errorf("%s was refused and has changed:\n%s", x.name, diff)
				}
			}
		})
	}
}

func says(t *testing.T, what string, got apptest.Page, status []int, wanted []string) {
	t.Helper()
	note := strings.Join(strings.Fields(got.Find(".note").Text()), " ")
	if !slices.Contains(status, got.Status) {
		t.Errorf("%s: status %d %s; want one of %v", what, got.Status, note, status)
	}
	for _, words := range wanted {
		if !strings.Contains(note, words) {
			t.Errorf("%s says %q; want %q", what, note, words)
		}
	}
}

func TestPlanLacksIt(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	for _, x := range acts {
		if x.plan == nil {
			continue
		}
		a := x.prepared(s, "Payments API")
		s.PD.Set(x.plan)
		before := s.PD.Incident(a.id)
		says(t, x.name, x.run(p, a), []int{http.StatusPaymentRequired}, []string{"plan does not include this"})
		if diff := unchanged(before, s.PD.Incident(a.id)); diff != "" {
			t.Errorf("%s has changed it:\n%s", x.name, diff)
		}
	}
	// An account without priorities is not offered any, and what it is asked
	// for all the same PagerDuty refuses.
	for _, how := range []string{"402", "empty"} {
		s.PD.Set(func(set *pagerduty.Settings) { set.Priorities = how })
		a := acts[0].prepared(s, "Payments API")
		got := p.Get(cardOf(a.id) + "/edit")
		if got.Status != 200 || got.Find("[name=priority]").Length() != 0 || !strings.Contains(got.Text(), "no priorities") {
			t.Errorf("%s: %d %s", how, got.Status, got.Text())
		}
		got = p.Post(cardOf(a.id)+"/edit", url.Values{"priority": {"PWHATEVER"}, "priority_was": {""}})
		says(t, "edit", got, []int{422}, []string{"does not take that priority"})
	}
	a := acts[0].prepared(s, "Payments API")
	if got := p.Get(cardOf(a.id) + "/workflow"); got.Status != http.StatusPaymentRequired || !strings.Contains(got.Text(), "plan does not include this (Run workflow)") {
		t.Errorf("the form: %d %s", got.Status, got.Text())
	}
}

// Somebody else ended it while the panel showed it open.
func TestLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*apptest.Stand, asked)
		says string
	}{
		"resolved": {func(s *apptest.Stand, a asked) { s.PD.SetStatus("lee", a.id, "resolved") }, "It was resolved meanwhile, so nothing was done."},
		"merged": {func(s *apptest.Stand, a asked) {
			s.PD.Merge("lee", s.PD.AddIncident("lee", "Payments API", "The bigger one", "").ID, a.id)
		}, "It was merged into another incident meanwhile, so nothing was done."},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			p := connected(t, s, mia, "jane")
			for _, x := range acts {
				if !x.late {
					continue
				}
				a := x.prepared(s, "Payments API")
				c.end(s, a)
				before := s.PD.Incident(a.id)
				got := x.run(p, a)
				says(t, x.name, got, []int{http.StatusConflict}, []string{c.says})
				if got.Find("[data-core=resolved]").Length() != 1 {
					t.Errorf("%s: the card is not put right: %s", x.name, got.HTML)
				}
				if diff := unchanged(before, s.PD.Incident(a.id)); diff != "" {
					t.Errorf("%s has changed it:\n%s", x.name, diff)
				}
			}
		})
	}
}

// PagerDuty fails before, in and after the write of each action.
func TestFaultsOfActions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault pagerduty.Fault
		// done says whether the work was done; then says what is answered where
		// the incident tells, and else where it does not.
		done        bool
		then, else_ outcome
	}{
		"rate-limited": {fault: pagerduty.Fault{Kind: pagerduty.Status, Status: 429, Header: map[string]string{"ratelimit-reset": "17"}}, then: outcome{429, "Nothing was done. Try again in 17 s"}, else_: outcome{429, "Try again in 17 s"}},
		"down before":  {fault: pagerduty.Fault{Kind: pagerduty.Status, Status: 503}, then: outcome{502, "most likely not "}, else_: outcome{502, "do not know whether it was done"}},
		"answer lost":  {fault: pagerduty.Fault{Kind: pagerduty.Lost}, done: true, then: outcome{200, "so we looked: it was done"}, else_: outcome{502, "do not know whether it was done"}},
		"answer cut":   {fault: pagerduty.Fault{Kind: pagerduty.Cut}, done: true, then: outcome{200, "so we looked: it was done"}, else_: outcome{502, "do not know whether it was done"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := apptest.Start(t)
			p := connected(t, s, mia, "jane")
			for _, x := range acts {
				a := x.prepared(s, "Payments API")
				before := s.PD.Incident(a.id)
				fault := c.fault
				fault.Method, fault.Path = x.method, x.path
				s.PD.Fault(fault)
				got := x.run(p, a)
				s.PD.ClearFaults()
				want := c.then
				if !x.tells {
					want = c.else_
				}
				says(t, x.name, got, []int{want.status}, []string{want.says})
				now := s.PD.Incident(a.id)
				if c.done != x.done(a, now) && x.name != "unsubscribe" {
					t.Errorf("%s: done is %v", x.name, !c.done)
				}
				if diff := unchanged(before, now); !c.done && diff != "" {
					t.Errorf("%s has changed it:\n%s", x.name, diff)
				}
				// Sent once, whatever happened.
				sent := 0
				for _, e := range s.PD.History() {
					if e.Method == x.method && strings.HasPrefix(e.Path, "/incidents/"+a.id) {
						sent++
					}
				}
				if x.name != "merge" && x.name != "workflow" && sent != 1 {
					t.Errorf("%s was sent %d times", x.name, sent)
				}
			}
		})
	}
}

// The answer to a write is lost, and the token is refused at the look that
// follows: a new token must not send the write again.
func TestLostBeforeTheTokenEnds(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: "/incidents/*/notes", Kind: pagerduty.Lost, Times: 1})
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents/*/notes", Kind: pagerduty.Status, Status: 401, Times: 1})
	got := p.Post(cardOf(a.id)+"/note", url.Values{"text": {"Said once"}})
	says(t, "note", got, []int{http.StatusBadGateway}, []string{"do not know whether it was done"})
	if notes := s.PD.Incident(a.id).Notes; len(notes) != 1 {
		t.Errorf("%d notes: %+v", len(notes), notes)
	}
}

type outcome = struct {
	status int
	says   string
}

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
	says(t, "edit", p.Post(cardOf(a.id)+"/edit", same), []int{422}, []string{"Nothing was changed"})
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
		says(t, "edit", p.Post(cardOf(a.id)+"/edit", same), []int{422}, []string{"Nothing was changed"})
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
		{"note", url.Values{"text": {" \r\n "}}, "There is nothing to send"},
		{"note", url.Values{"text": {strings.Repeat("ä", incident.MaxNote+1)}}, "has 16385 characters; 16384 fit"},
		{"resolve", url.Values{"text": {strings.Repeat("x", incident.MaxMessage+1)}}, "4096 fit"},
		{"update", url.Values{}, "There is nothing to send"},
		{"edit", url.Values{"title": {""}, "title_was": {"x"}}, "Nothing was changed"},
		{"edit", url.Values{"title": {strings.Repeat("x", incident.MaxTitle+1)}}, "1024"},
		{"edit", url.Values{"urgency": {"critical"}}, "high or low"},
		{"edit", url.Values{"priority": {"../users/me"}}, "priority"},
		{"escalate", url.Values{"level": {"0"}}, "Choose a level"},
		{"escalate", url.Values{"level": {"two"}}, "Choose a level"},
		{"escalate", url.Values{"level": {"9"}}, "no such level"},
		{"reassign", url.Values{}, "from the list"},
		{"reassign", url.Values{"target": {"user:../x"}}, "from the list"},
		{"reassign", url.Values{"target": {"team:PTEAM01"}}, "from the list"},
		{"reassign", url.Values{"target": {"user:PNOBODY"}}, "does not know that person"},
		{"reassign", url.Values{"target": {"policy:PNOBODY"}}, "no such escalation policy"},
		{"reassign", url.Values{"target": {"user:POMAR01", "user:PLEE001"}}, "from the list"},
		{"responders", url.Values{"text": {"help"}}, "from the list"},
		{"responders", url.Values{"target": {"user:POMAR01"}}, "There is nothing to send"},
		{"workflow", url.Values{"workflow": {"a/b"}}, "Choose a workflow"},
		{"merge", url.Values{}, "Choose the incident"},
		{"merge", url.Values{"into": {a.id}}, "Choose the incident"},
	} {
		says(t, c.action, p.Post(cardOf(a.id)+"/"+c.action, c.form), []int{422}, []string{c.says})
	}
	s.PD.SetStatus("lee", a.id, "acknowledged")
	for _, seconds := range []string{"", "0", "-5", "604801", "1e3", "9223372036854775807", "18446744073710"} {
		says(t, "snooze "+seconds, p.Post(cardOf(a.id)+"/snooze", url.Values{"seconds": {seconds}}), []int{422}, []string{"Choose for how long"})
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

// The operator's rules hold without any button: each route is called as it is.
func TestAllowedActions(t *testing.T) {
	t.Parallel()
	rules := map[string]func(*app.Settings, *app.Options){
		"read-only":       func(set *app.Settings, _ *app.Options) { set.ReadOnly = true },
		"nothing allowed": func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"unlink"} },
	}
	for _, x := range acts {
		rules["all but "+x.name] = func(set *app.Settings, _ *app.Options) {
			for _, a := range incident.Actions {
				if string(a) != x.name {
					set.AllowedActions = append(set.AllowedActions, string(a))
				}
			}
		}
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := apptest.Start(t, rule)
			p := connected(t, s, mia, "jane")
			but, single := strings.CutPrefix(name, "all but ")
			for _, x := range acts {
				if single && x.name != but {
					continue
				}
				a := x.prepared(s, "Payments API")
				before := s.PD.Incident(a.id)
				s.PD.ClearHistory()
				got := x.run(p, a)
				if got.Status != http.StatusForbidden || len(s.PD.Paths()) != 0 {
					t.Errorf("%s: %d %s; asked %v", x.name, got.Status, got.Text(), s.PD.Paths())
				}
				if diff := unchanged(before, s.PD.Incident(a.id)); diff != "" {
					t.Errorf("%s has changed it:\n%s", x.name, diff)
				}
				if got := p.Get(cardOf(a.id) + "/" + x.name); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
					t.Errorf("the form of %s: %d", x.name, got.Status)
				}
				panel := p.Get(apptest.Incidents(testTicket))
				if panel.Find("[data-act="+x.name+"], [data-open="+x.name+"]").Length() != 0 {
					t.Errorf("%s is offered", x.name)
				}
				s.PD.SetStatus("lee", a.id, "resolved")
			}
			if single {
				return
			}
			a := acts[0].prepared(s, "Payments API")
			if got := p.Send(http.MethodPut, "/tickets/110/links/"+a.id, nil); got.Status != http.StatusForbidden {
				t.Errorf("link: %d", got.Status)
			}
			if got := p.Post(apptest.Incidents(110), s.NewIncident("Payments API")); got.Status != http.StatusForbidden || len(s.Made(110)) != 0 {
				t.Errorf("create: %d", got.Status)
			}
			if got := p.Get(apptest.Incidents(110)); got.Find("[data-create]").Length() != 0 {
				t.Error("creation is offered")
			}
		})
	}
}

// The numbers that docs/incidents.md writes.
func TestCallsPerStep(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	linked := s.PD.AddIncident("lee", "Checkout web", "Linked", "").ID
	for _, c := range []struct {
		what string
		do   func() apptest.Page
		want []string
	}{
		{"open a panel", func() apptest.Page { return p.Get(apptest.Incidents(testTicket)) }, []string{"GET /incidents"}},
		{"search to link", func() apptest.Page { return p.Get("/tickets/101/links?q=linked") }, []string{"GET /incidents"}},
		{"link", func() apptest.Page { return p.Send(http.MethodPut, "/tickets/101/links/"+linked, nil) }, []string{"GET /incidents/" + linked}},
		{"open a panel with a link", func() apptest.Page { return p.Get(apptest.Incidents(testTicket)) }, []string{"GET /incidents", "GET /incidents/" + linked}},
		{"unlink", func() apptest.Page { return p.Send(http.MethodDelete, "/tickets/101/links/"+linked, nil) }, []string{"GET /incidents/" + linked}},
		{"open details", func() apptest.Page { return p.Get(cardOf(a.id) + "/details") },
			[]string{"GET /incidents/" + a.id, "GET /incidents/" + a.id + "/alerts", "GET /incidents/" + a.id + "/log_entries", "GET /incidents/" + a.id + "/notes"}},
		{"who is on call", func() apptest.Page { return p.Get(cardOf(a.id) + "/oncall") }, []string{"GET /incidents/" + a.id, "GET /oncalls"}},
		{"whole timeline", func() apptest.Page { return p.Get(cardOf(a.id) + "/timeline") }, []string{"GET /incidents/" + a.id + "/log_entries"}},
		{"more alerts", func() apptest.Page { return p.Get(cardOf(a.id) + "/alerts?offset=20") }, []string{"GET /incidents/" + a.id + "/alerts"}},
		{"open notes", func() apptest.Page { return p.Get(cardOf(a.id) + "/notes") }, []string{"GET /incidents/" + a.id + "/notes"}},
		{"open edit", func() apptest.Page { return p.Get(cardOf(a.id) + "/edit") }, []string{"GET /incidents/" + a.id, "GET /priorities"}},
		{"open escalate", func() apptest.Page { return p.Get(cardOf(a.id) + "/escalate") }, []string{"GET /incidents/" + a.id}},
		{"open resolve", func() apptest.Page { return p.Get(cardOf(a.id) + "/resolve") }, nil},
		{"open snooze", func() apptest.Page { return p.Get(cardOf(a.id) + "/snooze") }, nil},
		{"open reassign", func() apptest.Page { return p.Get(cardOf(a.id) + "/reassign") }, nil},
		{"open responders", func() apptest.Page { return p.Get(cardOf(a.id) + "/responders") }, nil},
		{"search people", func() apptest.Page { return p.Get("/tickets/101/targets?q=o") }, []string{"GET /escalation_policies", "GET /users"}},
		{"open status update", func() apptest.Page { return p.Get(cardOf(a.id) + "/update") }, []string{"GET /incidents/" + a.id + "/status_updates/subscribers"}},
		{"open workflows", func() apptest.Page { return p.Get(cardOf(a.id) + "/workflow") }, []string{"GET /incident_workflows/triggers"}},
		{"open merge", func() apptest.Page { return p.Get(cardOf(a.id) + "/merge") }, []string{"GET /incidents"}},
	} {
		s.PD.ClearHistory()
		got := c.do()
		calls := s.PD.Paths()
		slices.Sort(calls)
		if got.Status != 200 || !slices.Equal(calls, c.want) {
			t.Errorf("%s: %d %s; asked %v, want %v", c.what, got.Status, got.Text(), calls, c.want)
		}
	}
}

// The four calls of the details go out at once: each waits here for the others.
func TestDetailsAreParallel(t *testing.T) {
	t.Parallel()
	gate := &gate{next: http.DefaultTransport}
	s := apptest.Start(t, func(_ *app.Settings, opt *app.Options) { opt.Transport = gate })
	p := connected(t, s, mia, "jane")
	a := acts[0].prepared(s, "Payments API")
	gate.close(4, "/incidents/"+a.id)
	got := p.Get(cardOf(a.id) + "/details")
	if got.Status != 200 || got.Find(".note.warn").Length() != 0 || gate.waiting() != 4 {
		t.Errorf("%d %s; %d calls met", got.Status, got.Text(), gate.waiting())
	}
}

// gate holds the requests of a path until a number of them has arrived.
type gate struct {
	next http.RoundTripper

	mu   sync.Mutex
	path string
	want int
	came int
	open chan struct{}
}

func (g *gate) close(want int, path string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.want, g.path, g.open = want, path, make(chan struct{})
}

func (g *gate) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.came
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	open := g.open
	held := open != nil && strings.HasPrefix(r.URL.Path, g.path)
	if held {
		if g.came++; g.came == g.want {
			close(open)
		}
	}
	g.mu.Unlock()
	if held {
		select {
		case <-open:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return g.next.RoundTrip(r)
}

// A refused part never breaks the rest.
func TestDetailsInPart(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	var slow string
	for _, i := range s.PD.Incidents("Zendesk_acme_103") {
		if len(i.Notes) > 0 {
			slow = i.ID
		}
	}
	whole := p.Get(apptest.Incidents(103) + "/" + slow + "/details")
	for _, words := range []string{"The card processor answers slowly", "Payments enrichment rule", "+1 415-555-0123", "https://meet.example/payments",
		"Environment", "production", "EU, US", "Omar Haddad", "asked", "joined", "Payments on call", "Acknowledged"} {
		if !strings.Contains(whole.Text(), words) {
			t.Errorf("the details lack %q", words)
		}
	}
	if all := p.Get(apptest.Incidents(103) + "/" + slow + "/timeline"); !strings.Contains(all.Text(), "The bananas are ripe") {
		t.Errorf("an unknown kind of entry is missing: %s", all.Text())
	}
	for _, part := range []string{"", "/notes", "/alerts", "/log_entries"} {
		s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents/" + slow + part, Kind: pagerduty.Status, Status: 403, Times: 1})
		got := p.Get(apptest.Incidents(103) + "/" + slow + "/details")
		if got.Status != 200 || got.Find(".note.warn").Length() != 1 || !strings.Contains(got.Text(), "does not let you see this part") {
			t.Errorf("%q refused: %d %s", part, got.Status, got.Text())
		}
		for selector, of := range map[string]string{"dl": "", "[data-section=notes] .line": "/notes"} {
			if shown := got.Find(selector).Length() > 0; shown == (part == of) {
				t.Errorf("%q refused: %s shown is %v", part, selector, shown)
			}
		}
		if !strings.Contains(got.Text(), "Timeline") {
			t.Errorf("%q refused: no timeline", part)
		}
	}
}

package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	over  bool // it wants a resolved one
	// first is what was done before, where it wants that.
	first func(s *apptest.Stand, id string)
	fill  func(asked) url.Values
	// done says that it shows in PagerDuty.
	done func(asked, pagerduty.IncidentInfo) bool
	// write is the request that does it, for faults.
	method, path string
	calls        int // of PagerDuty at most; 2 where it is 0
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
	{name: "reopen", over: true, fill: fields(), method: "PUT", path: "/incidents/*", tells: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool {
			return i.Status == "triggered" && slices.Equal(i.Assignees, []string{"lee"}) // the first level of its policy
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
	{name: "move", fill: func(a asked) url.Values { return url.Values{"service": {a.PD.Service("Checkout web").ID}} },
		method: "PUT", path: "/incidents/*", calls: 3, tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return i.Service == "Checkout web" }},
	{name: "snooze", acked: true, fill: fields("seconds", "3600"), method: "POST", path: "/incidents/*/snooze", tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return !i.SnoozedUntil.IsZero() }},
	{name: "responders", fill: fields("target", "user:POMAR01", "text", "Please look"), method: "POST", path: "/incidents/*/responder_requests", late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool { return slices.Contains(i.Responders, "omar") },
		plan: func(s *pagerduty.Settings) { s.Responders = "402" }},
	{name: "cancel-responder", fill: fields("target", "user:POMAR01"), method: "PUT", path: "/incidents/*/responder_requests/cancel",
		first: func(s *apptest.Stand, id string) { s.PD.RequestResponder("lee", id, "omar") }, tells: true, late: true,
		done: func(_ asked, i pagerduty.IncidentInfo) bool {
			return slices.Equal(i.Requested, []string{"user_cancelled"})
		}},
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

// prepared makes an incident of the ticket on a service, ready for an
// action, and another one beside it.
func (c act) prepared(s *apptest.Stand, service string) asked {
	id := s.PD.AddIncident("lee", service, "Worse said", "Zendesk_acme_101").ID
	other := s.PD.AddIncident("lee", service, "The other one", "").ID
	if c.first != nil {
		c.first(s, id)
	}
	if c.over {
		s.PD.SetStatus("lee", id, "resolved")
	}
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
			if calls := s.PD.Paths(); len(calls) > max(c.calls, 2) {
				t.Errorf("it took %v; want at most %d calls", calls, max(c.calls, 2))
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
		"another team's private incident, 403": {login: "omar", service: "Card processor", status: []int{403}, says: []string{"You don't have permission"}},
		"another team's private incident, 404": {login: "omar", service: "Card processor", set: func(s *pagerduty.Settings) { s.Hidden = "404" },
			status: []int{404}, says: []string{"You don't have access to this incident"}},
		"another team's private incident, lost access": {login: "omar", service: "Card processor", set: func(s *pagerduty.Settings) { s.Hidden = "403-resolved" },
			status: []int{403}, says: []string{"You don't have permission"}},
		"observer":    {login: "olga", service: "Payments API", status: []int{403}, says: []string{"your role or team"}, but: []string{"subscribe", "unsubscribe"}},
		"stakeholder": {login: "stan", service: "Payments API", status: []int{403}, says: []string{"your role or team"}, but: []string{"subscribe", "unsubscribe"}},
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
			if got := p.Get(apptest.Incidents(110)); got.Find("[data-press=create]").Length() != 0 {
				t.Error("creation is offered")
			}
		})
	}
}

package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/simulator/pagerduty"
)

// ownNote is an incident with a note of each of some people, and what the form of the
// first one sends.
func ownNote(s *apptest.Stand, people ...string) (id string, form url.Values) {
	id = s.PD.AddIncident("lee", "Payments API", "Noted", "Zendesk_acme_101").ID
	for _, who := range people {
		s.PD.AddNote(who, id, "By "+who)
	}
	first := s.PD.Incident(id).Notes[0]
	return id, url.Values{"note": {first.ID}, "was": {incident.Note{Content: first.Content}.Mark()}, "text": {"Better said"}}
}

func contents(s *apptest.Stand, id string) (list []string) {
	for _, n := range s.PD.Incident(id).Notes {
		list = append(list, n.Content)
	}
	return list
}

func TestChangeOwnNote(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	id, form := ownNote(s, "jane", "lee")
	shown := p.Get(cardOf(id) + "/notes")
	for _, action := range []string{"edit-note", "delete-note"} {
		if n := shown.Find("form[data-act=" + action + "]").Length(); n != 1 {
			t.Errorf("%d forms for %s; want one, for Jane's own", n, action)
		}
	}
	if was := shown.Find("[name=was]").AttrOr("value", ""); was != form.Get("was") {
		t.Errorf("the form says %q", was)
	}
	s.PD.ClearHistory()
	got := p.Post(cardOf(id)+"/edit-note", form)
	says(t, "edit", got, []int{200}, []string{"Note saved."})
	if got := contents(s, id); !slices.Equal(got, []string{"Better said", "By lee"}) || len(s.PD.Paths()) != 3 {
		t.Errorf("%q after %v", got, s.PD.Paths())
	}
	form.Set("was", got.Find("[name=was]").AttrOr("value", ""))
	says(t, "the same again", p.Post(cardOf(id)+"/edit-note", form), []int{422}, []string{"You made no changes"})
	says(t, "delete", p.Post(cardOf(id)+"/delete-note", form), []int{200}, []string{"Note deleted."})
	if got := contents(s, id); !slices.Equal(got, []string{"By lee"}) {
		t.Errorf("%q", got)
	}
	if got := actions(t, s); !slices.Equal(got, []string{"9001 edit-note done", "9001 delete-note done"}) {
		t.Errorf("the audit trail: %v", got)
	}
}

// Somebody changed or deleted it meanwhile: nothing is sent, and what was typed stays.
func TestChangeNoteMeanwhile(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	id, form := ownNote(s, "jane")
	s.PD.EditNote(id, form.Get("note"), "Changed elsewhere")
	got := p.Post(cardOf(id)+"/edit-note", form)
	says(t, "edit", got, []int{409}, []string{"Your text is kept"})
	if got.Find("details[open] textarea").Text() != "Better said" || got.Find(".text").Text() != "Changed elsewhere" {
		t.Errorf("it shows %s", got.HTML)
	}
	says(t, "delete", p.Post(cardOf(id)+"/delete-note", form), []int{409}, []string{"changed or deleted in the meantime"})
	form.Set("was", got.Find("[name=was]").AttrOr("value", ""))
	says(t, "edit once more", p.Post(cardOf(id)+"/edit-note", form), []int{200}, []string{"Note saved."})
	s.PD.EditNote(id, form.Get("note"), "")
	says(t, "edit what is gone", p.Post(cardOf(id)+"/edit-note", form), []int{409}, []string{"you can add it as a new note"})
	says(t, "delete what is gone", p.Post(cardOf(id)+"/delete-note", form), []int{409}, []string{"changed or deleted in the meantime"})
}

// Nobody changes another's note, whatever the page sends, and no answer of PagerDuty's
// makes a change be sent twice.
func TestChangeNoteRefusals(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	p := connected(t, s, mia, "jane")
	id, form := ownNote(s, "lee")
	for _, action := range []string{"edit-note", "delete-note"} {
		s.PD.ClearHistory()
		says(t, action, p.Post(cardOf(id)+"/"+action, form), []int{403}, []string{"Only the author"})
		if calls := s.PD.Paths(); len(calls) != 1 {
			t.Errorf("%s asked %v", action, calls)
		}
	}
	for _, c := range []struct {
		fault  pagerduty.Fault
		status int
		words  string
		done   bool
	}{
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 403}, 403, "You don't have permission", false},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 404}, 404, "You don't have access", false},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 429, Header: map[string]string{"ratelimit-reset": "17"}}, 429, "in 17 s", false},
		{pagerduty.Fault{Kind: pagerduty.Status, Status: 503}, 502, "most likely not made", false},
		{pagerduty.Fault{Kind: pagerduty.Lost}, 200, "but we checked: your change was made", true},
	} {
		for action, method := range map[string]string{"edit-note": "PUT", "delete-note": "DELETE"} {
			id, form := ownNote(s, "jane")
			c.fault.Method, c.fault.Path = method, "/incidents/*/notes/*"
			s.PD.ClearHistory()
			s.PD.Fault(c.fault)
			says(t, action, p.Post(cardOf(id)+"/"+action, form), []int{c.status}, []string{c.words})
			s.PD.ClearFaults()
			if changed := !slices.Equal(contents(s, id), []string{"By jane"}); changed != c.done {
				t.Errorf("%s after %d: %q", action, c.fault.Status, contents(s, id))
			}
			if sent := s.PD.Calls(method, "/incidents/"+id+"/notes/"+form.Get("note")); sent != 1 {
				t.Errorf("%s after %d was sent %d times", action, c.fault.Status, sent)
			}
		}
	}
}

func TestChangeNoteNotAllowed(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]func(*app.Settings, *app.Options){
		"read-only":   func(set *app.Settings, _ *app.Options) { set.ReadOnly = true },
		"not allowed": func(set *app.Settings, _ *app.Options) { set.AllowedActions = []string{"note"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := apptest.Start(t, rule)
			p := connected(t, s, mia, "jane")
			id, form := ownNote(s, "jane")
			for _, action := range []string{"edit-note", "delete-note"} {
				if got := p.Post(cardOf(id)+"/"+action, form); got.Status != http.StatusForbidden {
					t.Errorf("%s: %d", action, got.Status)
				}
				if p.Get(cardOf(id)+"/details").Find("form[data-act="+action+"]").Length() != 0 {
					t.Errorf("%s is offered", action)
				}
			}
			if got := contents(s, id); !slices.Equal(got, []string{"By jane"}) {
				t.Errorf("%q", got)
			}
		})
	}
}

package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/simulator/pagerduty"
)

func links(ticket int) string { return "/tickets/" + strconv.Itoa(ticket) + "/links" }

func TestLinks(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	in := s.PD.AddIncident("lee", "Payments API", "Known trouble", "")
	second := s.PD.AddIncident("lee", "Checkout web", "Other trouble", "Zendesk_acme_140")
	for _, ticket := range []int{101, 110, 112} { // several tickets on one incident
		got := jane.Send(http.MethodPut, links(ticket)+"/"+in.ID, nil)
		if got.Status != 200 || got.State() != "linked" || !strings.Contains(got.Text(), "linked to this ticket") {
			t.Fatalf("%d: %d %s", ticket, got.Status, got.Text())
		}
	}
	if got := jane.Send(http.MethodPut, links(101)+"/"+in.ID, nil); got.Status != 200 {
		t.Errorf("a second time: %d", got.Status)
	}
	jane.Send(http.MethodPut, links(101)+"/"+second.ID, nil) // several incidents on one ticket
	panel := jane.Get(apptest.Incidents(101))
	if n := panel.Find(".cards > .card").Length(); n != 2 || panel.State() != "several" {
		t.Errorf("%d cards, %s", n, panel.State())
	}
	first := panel.Find(".card[data-id=" + in.ID + "]")
	if text := first.Text(); !strings.Contains(text, "Also linked to 2 other tickets") || first.Find("[data-press=unlink]").Length() != 1 {
		t.Errorf("the card of three tickets: %s", text)
	}
	// The other one belongs to ticket 140 by its key.
	if text := panel.Find(".card[data-id=" + second.ID + "]").Text(); !strings.Contains(text, "Also linked to 1 other ticket") {
		t.Errorf("the card of another ticket's incident: %s", text)
	}
	home := jane.Get(apptest.Incidents(140)).Find(".card[data-id=" + second.ID + "]")
	if text := home.Text(); !strings.Contains(text, "Also linked to 1 other ticket") || home.Find("[data-press=unlink]").Length() != 0 {
		t.Errorf("that ticket's own card: %s", text)
	}
	// An action's answer keeps saying both.
	acted := jane.Post(cardOf(in.ID)+"/acknowledge", nil)
	if !strings.Contains(acted.Text(), "2 other tickets") || acted.Find("[data-press=unlink]").Length() != 1 {
		t.Errorf("after an action: %s", acted.Text())
	}
	if got := jane.Send(http.MethodDelete, links(101)+"/"+in.ID, nil); got.Status != 200 {
		t.Errorf("unlink: %d %s", got.Status, got.Text())
	}
	if panel := jane.Get(apptest.Incidents(101)); panel.Find(".card").Length() != 1 {
		t.Errorf("after unlinking: %s", panel.Text())
	}
	if panel := jane.Get(apptest.Incidents(110)); !strings.Contains(panel.Text(), "Also linked to 1 other ticket") {
		t.Errorf("the others keep it: %s", panel.Text())
	}
	// Its own ticket needs no link.
	jane.Send(http.MethodPut, links(140)+"/"+second.ID, nil)
	if home := jane.Get(apptest.Incidents(140)); home.Find("[data-press=unlink]").Length() != 0 || !strings.Contains(home.Text(), "Also linked to 1 other ticket") {
		t.Errorf("linked to its own ticket: %s", home.Text())
	}
}

// A link says nothing to who may not see the incident: neither what it is, nor
// can they make or drop one.
func TestLinksOfPrivateTeams(t *testing.T) {
	t.Parallel()
	for _, hidden := range []string{"403", "403-resolved", "404"} {
		s := apptest.Start(t)
		s.PD.Set(func(set *pagerduty.Settings) { set.Hidden = hidden })
		jane, omar := connected(t, s, mia, "jane"), connected(t, s, tom, "omar")
		in := s.PD.AddIncident("lee", "Card processor", "Secret trouble", "")
		if got := omar.Send(http.MethodPut, links(101)+"/"+in.ID, nil); got.Status == 200 {
			t.Errorf("%s: an outsider linked it", hidden)
		}
		if got := jane.Send(http.MethodPut, links(101)+"/"+in.ID, nil); got.Status != 200 {
			t.Fatalf("%s: %d %s", hidden, got.Status, got.Text())
		}
		panel := omar.Get(apptest.Incidents(101))
		if panel.Status != 200 || panel.Find(".card").Length() != 0 || strings.Contains(panel.HTML, in.ID) || strings.Contains(panel.HTML, "Secret") ||
			!strings.Contains(panel.Text(), "Linked incidents hidden because you don't have access in PagerDuty: 1") {
			t.Errorf("%s: the outsider's panel: %d %s", hidden, panel.Status, panel.HTML)
		}
		if got := omar.Send(http.MethodDelete, links(101)+"/"+in.ID, nil); got.Status == 200 {
			t.Errorf("%s: an outsider unlinked it", hidden)
		}
		if got := omar.Get(links(101) + "?q=Secret"); strings.Contains(got.HTML, in.ID) {
			t.Errorf("%s: an outsider found it", hidden)
		}
		if got := omar.Get(links(101) + "?q=%23" + strconv.Itoa(in.Number)); strings.Contains(got.HTML, in.ID) ||
			!strings.Contains(got.Text(), "That incident doesn't exist, or you don't have access to it.") {
			t.Errorf("%s: by number: %s", hidden, got.Text())
		}
		if panel := jane.Get(apptest.Incidents(101)); panel.State() != "one" {
			t.Errorf("%s: jane sees %s", hidden, panel.State())
		}
	}
}

// Links are of one PagerDuty account and one Zendesk account.
func TestLinksStayInTheirAccounts(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	in := s.PD.AddIncident("lee", "Payments API", "Known trouble", "")
	jane.Send(http.MethodPut, links(101)+"/"+in.ID, nil)
	globex := s.NewBrowser(t).Panel(s.ZD.Account("globex"), s.ZD.Account("globex").Agents()[0].ID)
	globex.Connect("jane")
	if panel := globex.Get(apptest.Incidents(101)); strings.Contains(panel.HTML, in.ID) {
		t.Errorf("another Zendesk account's ticket 101 shows it: %s", panel.Text())
	}
	globex.Send(http.MethodPut, links(7)+"/"+in.ID, nil)
	if panel := jane.Get(apptest.Incidents(101)); strings.Contains(panel.Text(), "other ticket") {
		t.Errorf("another Zendesk account's tickets are counted: %s", panel.Text())
	}
	eva := connected(t, s, tom, "eva") // another PagerDuty account
	s.PD.ClearHistory()
	if panel := eva.Get(apptest.Incidents(101)); strings.Contains(panel.HTML, in.ID) || strings.Contains(panel.Text(), "have access") || len(s.PD.Paths()) != 1 {
		t.Errorf("another PagerDuty account is asked %v: %s", s.PD.Paths(), panel.Text())
	}
}

func TestSearchToLink(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	in := s.PD.AddIncident("lee", "Payments API", "Needle in the haystack", "")
	old := s.PD.AddIncident("lee", "Payments API", "Needle of old", "")
	s.PD.SetStatus("lee", old.ID, "resolved")
	for _, c := range []struct {
		typed string
		ids   []string
		says  string
	}{
		{"needle", []string{in.ID}, "most recent open incidents you have access to"},
		{"NEEDLE payments", []string{in.ID}, "most recent open"},
		{"needle nowhere", nil, "No matches"},
		{strconv.Itoa(in.Number), []string{in.ID}, ""},
		{"#" + strconv.Itoa(old.Number), []string{old.ID}, "Resolved"}, // a number finds older ones
		{"https://acme.pagerduty.com/incidents/" + in.ID, []string{in.ID}, ""},
		{"https://acme.pagerduty.com/incidents/" + in.ID + "/timeline?x=1#y", []string{in.ID}, ""},
		{"https://acme.eu.pagerduty.com/incidents/" + in.ID, []string{in.ID}, ""},
		{"https://app.pagerduty.com/incidents/" + in.ID, []string{in.ID}, ""},
		{"https://nordwind.pagerduty.com/incidents/" + in.ID, nil, "is in the PagerDuty account “nordwind”, but you're connected to “acme”"},
		{"https://acme.pagerduty.com/services/PSVC", nil, "That's not the URL of a PagerDuty incident"},
		{"https://acme.pagerduty.com/incidents/../users/me", nil, "That's not the URL of a PagerDuty incident"},
		{"https://evil.example/incidents/" + in.ID, nil, "That's not the URL of a PagerDuty incident"},
		{"https://pagerduty.com.evil.example/incidents/" + in.ID, nil, "That's not the URL of a PagerDuty incident"},
		{"http://[::1", nil, "That's not the URL of a PagerDuty incident"},
		{"99999999", nil, "That incident doesn't exist, or you don't have access to it."},
	} {
		s.PD.ClearHistory()
		got := jane.Get(links(101) + "?q=" + strings.NewReplacer("#", "%23", " ", "+", "?", "%3F").Replace(c.typed))
		var ids []string
		got.Find("[data-put]").Each(func(_ int, b *goquery.Selection) {
			put := b.AttrOr("data-put", "")
			ids = append(ids, put[strings.LastIndex(put, "/")+1:])
		})
		if strings.Join(ids, " ") != strings.Join(c.ids, " ") || !strings.Contains(got.Text(), c.says) {
			t.Errorf("%q: %d %v %s; want %v and %q", c.typed, got.Status, ids, got.Text(), c.ids, c.says)
		}
		if n := len(s.PD.Paths()); n > 1 {
			t.Errorf("%q asked PagerDuty %v", c.typed, s.PD.Paths())
		}
	}
	jane.Send(http.MethodPut, links(101)+"/"+in.ID, nil)
	if got := jane.Get(links(101) + "?q=needle"); got.Find("[data-put]").Length() != 0 || !strings.Contains(got.Text(), "Already linked to this ticket") {
		t.Errorf("a linked one: %s", got.Text())
	}
}

func TestManyLinks(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	jane := connected(t, s, mia, "jane")
	for range incident.MaxLinks {
		if got := jane.Send(http.MethodPut, links(101)+"/"+s.PD.AddIncident("lee", "Payments API", "One of many", "").ID, nil); got.Status != 200 {
			t.Fatalf("%d %s", got.Status, got.Text())
		}
	}
	got := jane.Send(http.MethodPut, links(101)+"/"+s.PD.AddIncident("lee", "Payments API", "One too many", "").ID, nil)
	if got.Status != 422 || !strings.Contains(got.Text(), "This ticket already has 20 linked incidents") {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	// One of them cannot be read this time: the others are shown, and it is said.
	s.PD.Fault(pagerduty.Fault{Method: "GET", Path: "/incidents/*", Kind: pagerduty.Status, Status: 429})
	panel := jane.Get(apptest.Incidents(101))
	if panel.Find(".card").Length() != incident.MaxLinks-1 || !strings.Contains(panel.Text(), "Linked incidents that could not be loaded: 1. PagerDuty is limiting requests") {
		t.Errorf("%d cards: %s", panel.Find(".card").Length(), panel.Text())
	}
}

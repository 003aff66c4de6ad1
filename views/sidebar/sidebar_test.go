package sidebar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/connect"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
)

// offered is what a card's buttons and its menu offer.
func offered(card *goquery.Document) string {
	var all []string
	card.Find("button").Each(func(_ int, b *goquery.Selection) {
		for _, name := range []string{"data-act", "data-open", "data-press"} {
			if value, ok := b.Attr(name); ok {
				all = append(all, value)
			}
		}
	})
	return strings.Join(all, " ")
}

// A card offers what may be done with its incident, each thing once, and what is done
// most outside of the menu.
func TestCardOffers(t *testing.T) {
	for name, c := range map[string]struct {
		card sidebar.Card
		want string
	}{
		"triggered": {sidebar.Card{Status: "triggered", Can: []string{"acknowledge", "resolve", "note", "edit"}},
			"acknowledge resolve more edit notes details"},
		"acknowledged": {sidebar.Card{Status: "acknowledged", Can: []string{"resolve", "note", "snooze"}},
			"resolve more snooze notes details"},
		"updates":         {sidebar.Card{Status: "triggered", Can: []string{"update", "subscribe"}}, "update subscribe details"},
		"resolved":        {sidebar.Card{Status: "resolved", Can: []string{"note"}}, "more details notes"},
		"linked":          {sidebar.Card{Status: "triggered", Can: []string{"unlink"}}, "unlink details"},
		"nothing allowed": {sidebar.Card{Status: "triggered"}, "details"},
	} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return sidebar.CardCore(tx, c.card) })
		if got := offered(doc); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// An incident of another ticket is not resolved with this one.
func TestResolveOnSolve(t *testing.T) {
	for from, boxes := range map[string]int{"": 1, "4690": 0} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
			return sidebar.CardCore(tx, sidebar.Card{Status: "triggered", Can: []string{"resolve"}, From: from})
		})
		if got := doc.Find("[data-onsolve]").Length(); got != boxes {
			t.Errorf("from ticket %q: %d boxes, want %d", from, got, boxes)
		}
	}
}

// A panel offers a creation as its first thing, and as another one below cards.
func TestPanelOffers(t *testing.T) {
	list := sidebar.List{State: "no-incident", Ticket: "1", CanCreate: true, CanLink: true, Poll: time.Minute,
		Account: connect.Account{Name: "Jane Miller"}}
	show := func(l sidebar.List) *goquery.Document {
		return viewstest.Render(t, func(tx *text.Texts) templ.Component { return sidebar.ListPanel(tx, l) })
	}
	if first := show(list).Find("[data-press=create]"); first.Length() != 1 || first.HasClass("quiet") {
		t.Error("an empty panel does not offer to create an incident first")
	}
	list.Cards = []sidebar.Card{{ID: "Q1", Status: "triggered"}}
	if another := show(list).Find("[data-press=create]"); !another.HasClass("quiet") {
		t.Error("a panel with a card offers another incident before it")
	}
	list.ReadOnly = true
	if show(list).Find("[data-press=create], [data-get]").Length() != 0 {
		t.Error("a panel that is read only offers to write")
	}
}

// The form comes back as it was filled, with the focus on what is wrong.
func TestFormComesBack(t *testing.T) {
	f := sidebar.Form{Ticket: "1", ServiceID: "P1", ServiceName: "Payments API", Title: "Typed", Description: "two\nlines",
		Urgency: "low", Target: "user:P2", TargetName: "Ana", PriorityID: "P3", Priorities: []views.Option{{Value: "P3", Text: "P1"}},
		Wrong: "title", MaxTitle: 1024, Notice: &views.Notice{Kind: "bad", Text: "x"}}
	doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return sidebar.CreateForm(tx, f) })
	for selector, want := range map[string]string{
		"[name=service]": "P1", "[name=service_name]": "Payments API", "[name=title]": "Typed",
		"[name=target]": "user:P2", "[name=target_name]": "Ana",
		"[name=urgency] [selected]": "low", "[name=priority] [selected]": "P3",
	} {
		if got := doc.Find(selector).AttrOr("value", ""); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	if focus := doc.Find("[data-focus]"); focus.Length() != 1 || focus.AttrOr("name", "") != "title" || doc.Find("[aria-invalid]").Length() != 1 {
		t.Error("the focus is not on what is wrong alone")
	}
	if button := doc.Find("[data-submit]").Text(); !strings.Contains(button, "Payments API") {
		t.Errorf("the button reads %q", button)
	}
}

// A choice without options has nothing to send.
func TestNothingToSend(t *testing.T) {
	for options, buttons := range map[int]int{0: 0, 1: 1} {
		for _, show := range []func(*text.Texts) templ.Component{
			func(tx *text.Texts) templ.Component { return sidebar.WorkflowForm(tx, make([]views.Option, options)) },
			func(tx *text.Texts) templ.Component {
				return sidebar.MergeForm(tx, make([]sidebar.LinkOption, options))
			},
		} {
			if got := viewstest.Render(t, show).Find("form button.main").Length(); got != buttons {
				t.Errorf("with %d options there are %d buttons", options, got)
			}
		}
	}
}

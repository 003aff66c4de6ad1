package window_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
	"zendesk-pagerduty/views/window"
)

// rendered is a page of the window with its document.
func rendered(t *testing.T, show func(views.Document) templ.Component) *goquery.Document {
	t.Helper()
	return viewstest.Render(t, func(tx *text.Texts) templ.Component {
		return show(views.Document{T: tx, Script: views.Asset{Path: "/assets/confirm.js", Integrity: "sha384-x"}})
	})
}

// The confirmation says whose login it is. Its button begins disabled, and has no
// id, which an opener could move the focus to.
func TestConfirm(t *testing.T) {
	for purpose, title := range map[string]string{"sidebar": "window.confirm.title", "integration": "window.confirm.integration.title"} {
		var want string
		doc := rendered(t, func(d views.Document) templ.Component {
			want = d.T.S(title)
			return window.Confirm(window.View{Document: d, Purpose: purpose, Subdomain: "acme", User: "9001", Attempt: "A1"})
		})
		button := doc.Find("button")
		if _, disabled := button.Attr("disabled"); !disabled || button.AttrOr("data-confirm", "") != "A1" || button.Is("[id]") {
			html, _ := goquery.OuterHtml(button)
			t.Errorf("the button is %s", html)
		}
		if got := doc.Find("h1").Text(); got != want || !strings.Contains(doc.Find("dl").Text(), "acme") || !strings.Contains(doc.Find("dl").Text(), "9001") {
			t.Errorf("%s: %q, want %q, and whose login it is", purpose, got, want)
		}
	}
}

// The code is there to be typed, and to be handed over, for what it was made.
func TestDone(t *testing.T) {
	for purpose, kind := range map[string]string{"sidebar": "login", "integration": "integration"} {
		doc := rendered(t, func(d views.Document) templ.Component {
			return window.Done(window.View{Document: d, Purpose: purpose, Attempt: "A1", Code: "K7QM-2XRD"})
		})
		box := doc.Find("[data-attempt=A1]")
		if box.AttrOr("data-kind", "") != kind || box.AttrOr("data-code", "") != "K7QM-2XRD" || doc.Find("p.code").Text() != "K7QM-2XRD" {
			t.Errorf("%s: %s", purpose, doc.Text())
		}
	}
}

// A failure runs no script.
func TestFailed(t *testing.T) {
	doc := rendered(t, func(d views.Document) templ.Component { return window.Failed(d, "<b>Why</b>") })
	if doc.Find("script, b").Length() != 0 || !strings.Contains(doc.Find("main").Text(), "<b>Why</b>") {
		t.Errorf("%s", doc.Text())
	}
}

// Each page has at most one live region, for what changes after it was loaded; the
// one of a failure is hidden until then.
func TestLiveRegions(t *testing.T) {
	for name, c := range map[string]struct {
		show func(views.Document) templ.Component
		want []string
	}{
		"confirm": {
			func(d views.Document) templ.Component { return window.Confirm(window.View{Document: d, Attempt: "A1"}) },
			[]string{"alert, hidden"},
		},
		"done": {
			func(d views.Document) templ.Component {
				return window.Done(window.View{Document: d, Attempt: "A1", Code: "K7QM-2XRD"})
			},
			[]string{"status"},
		},
		"failed": {func(d views.Document) templ.Component { return window.Failed(d, "Why") }, nil},
	} {
		var got []string
		rendered(t, c.show).Find("[role], [aria-live], output").Each(func(_ int, region *goquery.Selection) {
			what := region.AttrOr("role", region.AttrOr("aria-live", ""))
			if region.Is("[hidden]") {
				what += ", hidden"
			}
			got = append(got, what)
		})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

package views_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
)

// A notice offers what was asked for and no more. It is no live region: the page
// announces it once, whatever it is.
func TestNoticeBox(t *testing.T) {
	for _, c := range []struct {
		notice  *views.Notice
		buttons string
	}{
		{&views.Notice{Kind: "bad", Text: "x"}, ""},
		{&views.Notice{Kind: "warn", Text: "x", Again: true}, "again"},
		{&views.Notice{Kind: "info", Text: "x", Login: true}, "login"},
		{&views.Notice{Kind: "warn", Text: "x", Resolve: 3}, "resolve-all leave-open"},
		{&views.Notice{Kind: "warn", Text: "x", Act: "resolve", ActText: "Resolve"}, "resolve leave"},
	} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return views.NoticeBox(tx, c.notice) })
		var buttons []string
		doc.Find("button").Each(func(_ int, b *goquery.Selection) {
			buttons = append(buttons, b.AttrOr("data-press", b.AttrOr("data-act", "")))
		})
		box := doc.Find(".note")
		if got := strings.Join(buttons, " "); got != c.buttons {
			t.Errorf("%+v: offers %q, want %q", c.notice, got, c.buttons)
		}
		if live := box.Filter("[role], [aria-live]"); live.Length() != 0 {
			t.Errorf("%+v: announces itself", c.notice)
		}
	}
	if none := viewstest.Render(t, func(tx *text.Texts) templ.Component { return views.NoticeBox(tx, nil) }); none.Find("*").Length() != 3 {
		t.Error("no notice has a box") // besides html, head and body
	}
}

// A panel with nothing to show looks again by itself, but not before the time that
// PagerDuty has asked for.
func TestTrouble(t *testing.T) {
	for seconds, poll := range map[int]string{0: "15000", 18: "0"} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
			return views.Trouble(tx, "limited", &views.Notice{Kind: "warn", Text: "18 s", Seconds: seconds}, false)
		})
		if got := doc.Find(".view").AttrOr("data-poll", ""); got != poll || doc.Find("[data-countdown]").Length() != min(seconds, 1) {
			t.Errorf("with %d s to wait it looks again after %s ms, want %s", seconds, got, poll)
		}
	}
}

// PagerDuty's words for a status become no class of the style sheet.
func TestStatus(t *testing.T) {
	for status, class := range map[string]string{"triggered": "triggered", "resolved": "resolved", "x hidden": "plain", "": "plain"} {
		if got := views.StatusClass(status); got != class {
			t.Errorf("%q is %q, want %q", status, got, class)
		}
	}
	doc := viewstest.Render(t, func(*text.Texts) templ.Component {
		return views.When(time.Date(2026, 11, 28, 9, 5, 0, 0, time.FixedZone("", 3600)))
	})
	if got := doc.Find("time").AttrOr("datetime", ""); got != "2026-11-28T08:05:00Z" {
		t.Errorf("the time reads %s", got)
	}
}

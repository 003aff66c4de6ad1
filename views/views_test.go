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

// A notice is announced as urgently as it is bad, and offers what was asked for
// and no more.
func TestNoticeBox(t *testing.T) {
	for _, c := range []struct {
		notice  *views.Notice
		role    string
		buttons string
	}{
		{&views.Notice{Kind: "bad", Text: "x"}, "alert", ""},
		{&views.Notice{Kind: "warn", Text: "x", Again: true}, "alert", "again"},
		{&views.Notice{Kind: "info", Text: "x", Login: true}, "status", "login"},
		{&views.Notice{Kind: "warn", Text: "x", Resolve: true}, "alert", "resolve-all leave-open"},
		{&views.Notice{Kind: "warn", Text: "x", Act: "resolve", ActText: "Resolve"}, "alert", "resolve leave"},
	} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return views.NoticeBox(tx, c.notice) })
		var buttons []string
		doc.Find("button").Each(func(_ int, b *goquery.Selection) {
			buttons = append(buttons, b.AttrOr("data-press", b.AttrOr("data-act", "")))
		})
		box := doc.Find(".note")
		if got := strings.Join(buttons, " "); box.AttrOr("role", "") != c.role || got != c.buttons {
			t.Errorf("%+v: %s with %q, want %s with %q", c.notice, box.AttrOr("role", ""), got, c.role, c.buttons)
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

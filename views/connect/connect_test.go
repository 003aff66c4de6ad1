package connect_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"zendesk-pagerduty/views/connect"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/views/viewstest"
)

// A login under way is looked after, can be ended, and begins no other; without one
// there is a button for it.
func TestPanel(t *testing.T) {
	for state, running := range map[string]bool{
		"not-connected": false, "lapsed": false, "failed": false, "connecting": true, "typed-code": true,
	} {
		doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return connect.Panel(tx, connect.View{State: state}) })
		if got := doc.Find(".view").Is("[data-login-running]"); got != running || doc.Find(".view").AttrOr("data-state", "") != state {
			t.Errorf("%s: running is %v", state, got)
		}
		if doc.Find("[data-post='/login/cancel']").Length() > 0 != running || doc.Find("[data-press=login]").Length() > 0 == running {
			t.Errorf("%s: %s", state, doc.Text())
		}
	}
}

// A code that was typed wrong is there to be put right.
func TestTypedCode(t *testing.T) {
	doc := viewstest.Render(t, func(tx *text.Texts) templ.Component {
		return connect.Panel(tx, connect.View{State: "typed-code", Code: "K7QM-2XRD"})
	})
	if got := doc.Find("[name=code]").AttrOr("value", ""); got != "K7QM-2XRD" {
		t.Errorf("the field holds %q", got)
	}
}

// Dismissing the notice of shared logins dismisses those that it shows, and none
// that came later.
func TestSharedLogins(t *testing.T) {
	first := time.UnixMilli(1_790_000_000_000)
	list := []connect.SharedLogin{{Subdomain: "globex", User: "1", Since: first}, {Subdomain: "initech", User: "2", Since: first.Add(time.Hour)}}
	doc := viewstest.Render(t, func(tx *text.Texts) templ.Component { return connect.SharedLogins(tx, list) })
	if got := doc.Find("[name=until]").AttrOr("value", ""); got != "1790003600000" || !strings.Contains(doc.Text(), "globex") {
		t.Errorf("until %s: %s", got, doc.Text())
	}
}

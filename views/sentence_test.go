package views_test

import (
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
)

// A sentence holds its elements where the language wants them, and text from
// elsewhere can neither be an element nor take the place of one.
func TestSentence(t *testing.T) {
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tx, at := catalog.For("en"), time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	const moment = `<time datetime="2026-11-24T10:00:00Z">24 Nov 2026 10:00 UTC</time>`
	for _, c := range []struct {
		id   string
		args text.Args
		with views.Elements
		want string
	}{
		{"card.escalates", nil, views.Elements{"At": views.Moment(at)}, "escalates " + moment},
		{
			"before.wakes", nil, views.Elements{"Who": views.Name("<b>\x00At\x00")},
			"Notifies <b><bdi dir=\"auto\" lang=\"\">&lt;b&gt;\x00At\x00</bdi></b>",
		},
		{
			"shared.who", text.Args{"Subdomain": "\x00At\x00<i>", "User": "7"}, views.Elements{"At": views.Moment(at)},
			"Another Zendesk user (At&lt;i&gt;, user 7) also uses your PagerDuty login. They logged in " + moment + ".",
		},
	} {
		var b strings.Builder
		if err := views.Sentence(tx, c.id, c.args, c.with).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("%s:\n%q\nwant\n%q", c.id, b.String(), c.want)
		}
	}
}

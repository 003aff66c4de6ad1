package web_test

import (
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views/text"
)

// Names are listed as the language does.
func TestNames(t *testing.T) {
	t.Parallel()
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	jane, lee := incident.Ref{ID: "P1", Name: "Jane Miller"}, incident.Ref{ID: "P2", Name: "Lee Park"}
	for lang, want := range map[string]string{"en": "Jane Miller, you", "de": "Jane Miller, you", "ja": "Jane Miller、you"} {
		tx, _ := catalog.Language(lang)
		if got := web.Names(tx, []incident.Ref{jane, lee}, "P2", "you"); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

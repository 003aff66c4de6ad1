package setup

import (
	"slices"
	"testing"

	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk/trigger"
)

func english(t *testing.T) *text.Texts {
	t.Helper()
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts.For("en")
}

// Urgent tickets page in any case, the most urgent are named first, and limits by
// their names in Zendesk.
func TestWhoIsPaged(t *testing.T) {
	in := request{Groups: []record{{ID: "7", Name: "Escalations"}}}
	v := pagesView(english(t), in, trigger.Choices{
		Severity: map[string]string{"low": "info", "high": "error"},
		Only:     map[string]string{"group_id": "7", "brand_id": "8", "current_tags": "vip"},
	}, "Payments API")
	if v.Service != "Payments API" {
		t.Errorf("service %q", v.Service)
	}
	for name, c := range map[string]struct{ got, want []string }{
		"priorities": {v.Priorities, []string{"Urgent", "High", "Low"}},
		"severities": {v.Severities, []string{"critical (Urgent)", "error (High)", "info (Low)"}},
		"limits":     {v.Only, []string{"the group Escalations", "the brand 8", "the tag vip"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	if v := pagesView(english(t), in, trigger.Choices{}, ""); len(v.Only) != 0 || !slices.Equal(v.Priorities, []string{"Urgent"}) {
		t.Errorf("without choices: %+v", v)
	}
}

package trigger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/zendesk/trigger"
)

// A test is found again with its time, and told apart by the key that it was for.
func TestTested(t *testing.T) {
	const key, other = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	at := time.Date(2026, 11, 29, 6, 30, 0, 123, time.FixedZone("CET", 3600))
	w := trigger.Webhook{ID: "01J", Description: "Ours since 2019"}
	for range 2 { // the second test replaces the first one's mark
		step := trigger.TestedStep(w, key, at)
		if step.Method != "PATCH" || step.Path != "/api/v2/webhooks/01J" || strings.Contains(string(step.Body), key[:8]) {
			t.Fatalf("%s %s %s", step.Method, step.Path, step.Body)
		}
		var body struct{ Webhook map[string]string }
		if err := json.Unmarshal(step.Body, &body); err != nil || len(body.Webhook) != 1 {
			t.Fatalf("%v: %s changes more than the description", err, step.Body)
		}
		w.Description = body.Webhook["description"]
		at = at.Add(time.Hour)
	}
	if got, same := trigger.Tested(w, key); !same || !got.Equal(at.Add(-time.Hour).Truncate(time.Second)) {
		t.Errorf("%v %v of %q", got, same, w.Description)
	}
	if _, same := trigger.Tested(w, other); same || !strings.HasPrefix(w.Description, "Ours since 2019 [") || strings.Count(w.Description, "[") != 1 {
		t.Errorf("another key: %v, %q", same, w.Description)
	}
	for _, text := range []string{
		"", "[zendesk-pagerduty tested]", "[zendesk-pagerduty tested 2026-13-99T99:99:99Z 0123abcd]",
		"[zendesk-pagerduty tested 2026-11-29T06:30:00Z <script>]",
	} {
		if got, same := trigger.Tested(trigger.Webhook{Description: text}, key); !got.IsZero() || same {
			t.Errorf("%q: %v %v", text, got, same)
		}
	}
}

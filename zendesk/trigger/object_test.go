package trigger_test

import (
	"encoding/json"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
)

// A fix sends an admin's own conditions back: each as it was.
func TestConditionsComeBack(t *testing.T) {
	for _, value := range []string{`"urgent"`, `null`, `["1","2"]`, `{"a":1}`, `"[1]"`, `5`, `12345678901234567890`, `true`, `false`} {
		var c trigger.Condition
		raw := `{"field":"custom_status_id","operator":"includes","value":` + value + `}`
		if err := json.Unmarshal([]byte(raw), &c); err != nil {
			t.Fatal(err)
		}
		if back, err := json.Marshal(c); err != nil || string(back) != raw {
			t.Errorf("%s became %s, %v", raw, back, err)
		}
	}
}

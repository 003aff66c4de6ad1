package check_test

import (
	"encoding/json"
	"testing"

	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

func asJSON(f trigger.Found) string {
	raw, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func copied(f trigger.Found) (to trigger.Found) {
	if err := json.Unmarshal([]byte(asJSON(f)), &to); err != nil {
		panic(err)
	}
	return to
}

func (a *account) apply(t *testing.T, steps []trigger.Step) {
	t.Helper()
	if err := a.do(steps); err != nil {
		t.Fatal(err)
	}
}

// do does what Zendesk does with some steps.
func (a *account) do(steps []trigger.Step) (err error) {
	a.Found, err = check.Applied(a.Found, steps)
	return err
}

package trigger

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"zendesk-pagerduty/zendesk/trigger/event"
)

// A test that found its incident leaves its time in the webhook's description: in
// Zendesk, where whoever opens the page next finds it, and where it goes with the
// webhook. Webhooks may have a description ("Webhooks", JSON format).
var testedForm = regexp.MustCompile(`\[zendesk-pagerduty tested (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([0-9a-f]{8})\]`)

// keyPrint tells keys apart, and says nothing of one: a key is 32 letters and digits
// by chance.
func keyPrint(key string) string {
	sum := sha256.Sum256([]byte("tested " + key))
	return fmt.Sprintf("%x", sum[:4])
}

// Tested is when a webhook was tested last, as far as its description says, and
// whether that was with a key; the zero time where it was not.
func Tested(w Webhook, key string) (at time.Time, same bool) {
	m := testedForm.FindStringSubmatch(w.Description)
	if m == nil {
		return time.Time{}, false
	}
	at, err := time.Parse("2006-01-02T15:04:05Z", m[1])
	if err != nil {
		return time.Time{}, false
	}
	return at, m[2] == keyPrint(key)
}

// TestedStep notes a test in a webhook's description; what else that says stays.
func TestedStep(w Webhook, key string, at time.Time) Step {
	mark := fmt.Sprintf("[zendesk-pagerduty tested %s %s]", at.UTC().Format("2006-01-02T15:04:05Z"), keyPrint(key))
	rest := strings.TrimSpace(testedForm.ReplaceAllString(w.Description, ""))
	body := map[string]any{"webhook": map[string]string{"description": strings.TrimSpace(rest + " " + mark)}}
	return Step{Method: http.MethodPatch, Path: "/api/v2/webhooks/" + string(w.ID), Body: []byte(event.JSON(body))}
}

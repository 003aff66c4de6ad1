package app_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
)

// A program that is killed while it closes may lose a pair of tokens that it
// still carries: docs/operate.md says how long to wait.
func TestDocsSayHowLongClosingTakes(t *testing.T) {
	const documented, sentence = 3 * time.Minute, "it takes up to three minutes"
	page, err := os.ReadFile("../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(string(page)), " ") // whatever its lines are
	if app.CloseAtMost > documented || !strings.Contains(words, sentence) {
		t.Errorf("closing takes up to %v; docs/operate.md should say so where it says %q", app.CloseAtMost, sentence)
	}
}

package app_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
)

// A program that is killed while it closes may lose a pair of tokens that it
// still carries: the README says how long to wait.
func TestReadmeSaysHowLongClosingTakes(t *testing.T) {
	const documented, sentence = 3 * time.Minute, "it takes up to three minutes"
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if app.CloseAtMost > documented || !strings.Contains(string(readme), sentence) {
		t.Errorf("closing takes up to %v; the README should say so where it says %q", app.CloseAtMost, sentence)
	}
}

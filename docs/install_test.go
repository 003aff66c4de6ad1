package docs

import (
	"regexp"
	"strconv"
	"testing"
)

var step = regexp.MustCompile(`(?m)^## ([0-9]+)\. `)

// From nothing to the first incident in at most twelve steps, and nobody types JSON.
func TestInstallSteps(t *testing.T) {
	page := read(t, "install.md")
	steps := step.FindAllStringSubmatch(page, -1)
	for i, m := range steps {
		if m[1] != strconv.Itoa(i+1) {
			t.Errorf("step %d is called %s", i+1, m[1])
		}
	}
	if len(steps) == 0 || len(steps) > 12 {
		t.Errorf("%d steps; want at most 12", len(steps))
	}
	if json := regexp.MustCompile("```json|\\{\"|curl .*(-d|--data)").FindString(page); json != "" {
		t.Errorf("somebody has to type JSON: %s", json)
	}
}

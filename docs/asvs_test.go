package docs

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	verdict = regexp.MustCompile(`(?m)^\| (V[^|]+) \| ([^|]*) \| .+ \|$`)
	items   = regexp.MustCompile(`(V[0-9.]+)(?: to (V[0-9.]+))?`)
)

// asvs.md has a verdict for each item of levels 1 and 2, and for no other.
func TestASVSIsWhole(t *testing.T) {
	var all []string
	for line := range strings.Lines(read(t, "testdata/asvs-5.0.0.txt")) {
		if !strings.HasPrefix(line, "#") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	if len(all) < 200 {
		t.Fatalf("only %d items in the list", len(all))
	}
	judged := map[string]bool{}
	for _, row := range verdict.FindAllStringSubmatch(read(t, "asvs.md"), -1) {
		if !slices.Contains([]string{"met", "not met", "n/a"}, row[2]) {
			t.Errorf("%s is %q; want met, not met or n/a", row[1], row[2])
		}
		for _, m := range items.FindAllStringSubmatch(row[1], -1) {
			first := slices.Index(all, m[1])
			last := first
			if m[2] != "" {
				last = slices.Index(all, m[2])
			}
			if first < 0 || last < first {
				t.Errorf("asvs.md has %s, which is no item or range of levels 1 and 2", m[0])
				continue
			}
			for _, id := range all[first : last+1] {
				if judged[id] {
					t.Errorf("asvs.md judges %s twice", id)
				}
				judged[id] = true
			}
		}
	}
	for _, id := range all {
		if !judged[id] {
			t.Errorf("asvs.md does not judge %s", id)
		}
	}
}

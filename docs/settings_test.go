package docs

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/views/text"
)

// runtimeSettings are what Go's runtime reads, and no setting of the program.
var runtimeSettings = []string{"GOGC", "GOMEMLIMIT"}

var (
	row  = regexp.MustCompile(`(?m)^\| (.+?) \| (.*) \| (.*) \|$`)
	code = regexp.MustCompile("`([^`]+)`")
)

// docs/settings.md has every setting of the program, with its default, and no other.
func TestSettingsAreThePrograms(t *testing.T) {
	want := map[string]app.Setting{}
	for _, setting := range app.AllSettings() {
		want[setting.Name] = setting
	}
	for _, name := range runtimeSettings {
		want[name] = app.Setting{}
	}
	long := slices.Collect(maps.Values(app.Defaults())) // named there, and not repeated
	seen := map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(read(t, "settings.md"), -1) {
		names, defaults := code.FindAllStringSubmatch(m[1], -1), m[3]
		for _, n := range names {
			name := n[1]
			setting, known := want[name]
			if !known {
				t.Errorf("settings.md has %s, which the program does not know", name)
			}
			if seen[name] {
				t.Errorf("settings.md has %s twice", name)
			}
			seen[name] = true
			value := setting.Default
			if value != "" && !slices.Contains(long, value) && !strings.Contains(defaults, "`"+value+"`") {
				t.Errorf("settings.md has %s with the default %s; the program's is %s", name, defaults, value)
			}
			if setting.Secret != strings.Contains(defaults, "secret") {
				t.Errorf("settings.md has %s with %q; it is a secret: %v", name, defaults, setting.Secret)
			}
		}
	}
	var missing []string
	for name := range want {
		if !seen[name] {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("settings.md lacks %s", strings.Join(missing, ", "))
	}
}

// docs/settings.md names each language that TEXT_LANGUAGE takes.
func TestSettingsNameTheLanguages(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(read(t, "settings.md"), "| `TEXT_LANGUAGE` |")
	line, _, _ = strings.Cut(line, "\n")
	for _, tag := range texts.Languages() {
		if !strings.Contains(line, "`"+tag+"`") {
			t.Errorf("settings.md lacks the language %s", tag)
		}
	}
}

package docs

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zendesk-pagerduty/app"
)

// The settings that are no field of app.Settings: secrets, which have no flags, and
// what Go's runtime reads.
var notFields = []string{"SECRET_KEYS", "PAGERDUTY_CLIENT_SECRET", "GOGC", "GOMEMLIMIT"}

// fields are the settings of a type by their names in the environment, with the
// defaults that are written there.
func fields(of reflect.Type, into map[string]string) {
	for field := range of.Fields() {
		if name := field.Tag.Get("env"); name != "" {
			into[name] = field.Tag.Get("default")
		} else if field.Type.Kind() == reflect.Struct {
			fields(field.Type, into)
		}
	}
}

var (
	row  = regexp.MustCompile(`(?m)^\| (.+?) \| (.*) \| (.*) \|$`)
	code = regexp.MustCompile("`([^`]+)`")
)

// docs/settings.md has every setting of the program, with its default, and no other.
func TestSettingsAreThePrograms(t *testing.T) {
	want := map[string]string{}
	fields(reflect.TypeFor[app.Settings](), want)
	for _, name := range notFields {
		want[name] = ""
	}
	seen := map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(read(t, "settings.md"), -1) {
		names, defaults := code.FindAllStringSubmatch(m[1], -1), m[3]
		for _, n := range names {
			name := n[1]
			value, known := want[name]
			if !known {
				t.Errorf("settings.md has %s, which the program does not know", name)
			}
			if seen[name] {
				t.Errorf("settings.md has %s twice", name)
			}
			seen[name] = true
			// What is long is named there, and not repeated.
			if value != "" && !strings.HasPrefix(value, "$") && !strings.Contains(defaults, "`"+value+"`") {
				t.Errorf("settings.md has %s with the default %s; the program's is %s", name, defaults, value)
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

package app

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Setting is a setting as the environment names it.
type Setting struct {
	Name    string // of the variable
	Default string // with its placeholders filled in; "" for none
	Help    string
	Secret  bool // read from the environment, or from the file that NAME_FILE names, alone
}

// AllSettings are those of serve, in the order of [Settings].
func AllSettings() []Setting {
	all := []Setting{
		{Name: "SECRET_KEYS", Help: "Seals cookies and tokens: comma-separated id:base64(32 bytes). The first seals, all open.", Secret: true},
		{Name: "PAGERDUTY_CLIENT_SECRET", Help: "Client secret of the app registered in PagerDuty.", Secret: true},
	}
	return append(all, settingsOf(reflect.TypeFor[Settings](), Defaults())...)
}

func settingsOf(t reflect.Type, defaults map[string]string) (all []Setting) {
	for i := range t.NumField() {
		field := t.Field(i)
		if name := field.Tag.Get("env"); name != "" {
			value := field.Tag.Get("default")
			if key, ok := strings.CutPrefix(value, "${"); ok {
				value = defaults[strings.TrimSuffix(key, "}")]
			}
			help := strings.ReplaceAll(field.Tag.Get("help"), "${actions}", defaults["actions"])
			all = append(all, Setting{Name: name, Default: value, Help: help})
		} else if field.Type.Kind() == reflect.Struct {
			all = append(all, settingsOf(field.Type, defaults)...)
		}
	}
	return all
}

// withFiles may be given as a file whose name is in NAME_FILE.
var withFiles = []string{"SECRET_KEYS", "PAGERDUTY_CLIENT_SECRET", "DATABASE_URL"}

// families are how settings begin, of which no other program's variables are known.
var families = []string{"PAGERDUTY_", "ZENDESK_", "DATABASE_", "SECRET_", "LIMIT_", "AUDIT_", "ZAF_"}

// linked is what Kubernetes sets for each service, such as one that is called
// "database" (Kubernetes, "Service", environment variables).
var linked = regexp.MustCompile(`_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)$`)

// UnknownSettings finds variables of the environment that look like settings and
// are none. One that is a slip away from a setting is an error: what it was to
// restrict, such as the accounts that may be connected, would be open. environ holds
// NAME=value; values are never repeated.
func UnknownSettings(environ []string) (unknown []string, err error) {
	known := map[string]bool{}
	for _, s := range AllSettings() {
		known[s.Name] = true
	}
	for _, name := range withFiles {
		known[name+"_FILE"] = true
	}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if known[name] || value == "" {
			continue
		}
		if meant := meantBy(name, known); meant != "" {
			return nil, &SettingError{Name: name, Err: fmt.Errorf("there is no such setting: want %s", meant)}
		}
		if slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(name, f) }) && !linked.MatchString(name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown, nil
}

// meantBy is the setting that a name is one slip of the keyboard away from, whatever
// its case.
func meantBy(name string, known map[string]bool) string {
	found := ""
	for k := range known {
		if slip(strings.ToUpper(name), k) && (found == "" || k < found) {
			found = k
		}
	}
	return found
}

// slip says whether two texts are equal, or differ by one letter that is missing,
// too much, another one, or changed places with its neighbour.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) > 1:
		return false
	case len(b) > len(a):
		return a[i:] == b[i+1:]
	case i == len(a):
		return true
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ourPrefixes begin names of settings, and no other program's variables that are known.
var ourPrefixes = []string{"PAGERDUTY_", "ZENDESK_", "DATABASE_", "SECRET_", "LIMIT_", "AUDIT_", "ZAF_"}

// kubernetesVariable is what Kubernetes sets for each service, such as one that is called
// "database" (Kubernetes, "Service", environment variables).
var kubernetesVariable = regexp.MustCompile(`_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)$`)

// UnknownSettings finds variables of the environment that look like settings and
// are none. One that is a slip away from a setting is an error: what it was to
// restrict, such as the accounts that may be connected, would be open. environ holds
// NAME=value; values are never repeated.
func UnknownSettings(environ []string) (unknown []string, err error) {
	known := map[string]bool{}
	for _, s := range AllSettings() {
		known[s.Name] = true
		if s.inFile() {
			known[s.Name+"_FILE"] = true
		}
	}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if known[name] || value == "" {
			continue
		}
		if meant := meantBy(name, known); meant != "" {
			return nil, &SettingError{Name: name, Err: fmt.Errorf("there is no such setting: want %s", meant)}
		}
		if slices.ContainsFunc(ourPrefixes, func(f string) bool { return strings.HasPrefix(name, f) }) && !kubernetesVariable.MatchString(name) {
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

package account

import (
	"math"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"
)

// CustomField is one of an account's custom fields of incidents.
type CustomField struct {
	ID, Name, Display string
	Description       any    // nil is possible
	Data              string // "string", "integer", "boolean", "url"
	Kind              string // "single_value", "single_value_fixed", "multi_value_fixed"
	Options           []string
	Created           time.Time
}

func (f *CustomField) multi() bool { return f.Kind == "multi_value" || f.Kind == "multi_value_fixed" }

// The limits of a value (API reference, "Custom Field Value").
const (
	longestValue = 200
	mostValues   = 10
)

// Accepts reports whether a value, as JSON decodes it, fits the field; nil
// takes the value away and always fits.
func (f *CustomField) Accepts(value any) bool {
	if value == nil {
		return true
	}
	if !f.multi() {
		return f.takes(value)
	}
	values, ok := value.([]any)
	if !ok || len(values) > mostValues {
		return false
	}
	for n, v := range values {
		if !f.takes(v) || slices.Contains(values[:n], v) {
			return false
		}
	}
	return true
}

func (f *CustomField) takes(value any) bool {
	switch f.Data {
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "integer":
		n, ok := value.(float64)
		return ok && n == math.Trunc(n)
	}
	s, ok := value.(string)
	if !ok || utf8.RuneCountInString(s) > longestValue || f.Options != nil && !slices.Contains(f.Options, s) {
		return false
	}
	if f.Data == "url" {
		u, err := url.Parse(s)
		return err == nil && u.Scheme != "" // any scheme: that is for the reader to mind
	}
	return true
}

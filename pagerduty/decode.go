package pagerduty

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient takes from PagerDuty what encoding/json takes: a name twice, of which
// the last one counts, and bytes that are not UTF-8, which become U+FFFD. One
// odd title must not hide a ticket's other incidents.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decode reads an answer. Every open panel asks for a ticket's incidents over
// and over, and most of an answer is not shown: encoding/json takes three times
// as long as this package, which the standard library takes up as
// encoding/json/v2. Names match by their case.
func decode(raw []byte, into any) error { return json.Unmarshal(raw, into, lenient) }

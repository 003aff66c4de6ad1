package openapi

import (
	"net/http"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/internal/control"
)

// What was corrected passes, and what it stands beside is still found.
func TestAmendments(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if s == nil {
		t.Logf("%s is not set: PagerDuty's description was NOT read", Variable)
		return
	}
	line := func(members string) string {
		return `{"log_entries":[{"id":"R1","summary":"x","created_at":"2026-01-01T00:00:00Z","agent":{"id":"P1","type":"user_reference"},"channel":{"type":"api"},` + members +
			`}],"limit":25,"offset":0,"more":false,"total":null}`
	}
	field := func(value string) string {
		return `{"custom_fields":[{"id":"P1","type":"field_value","name":"x","display_name":"X","description":null,"data_type":"string","field_type":"single_value","value":` + value +
			`}]}`
	}
	const lines, fields = "/incidents/Q1/log_entries", "/incidents/Q1/custom_fields/values"
	for name, tt := range map[string]struct {
		method, path, sent, answer string
		status                     int
		find                       string
	}{
		"an Acknowledgement":       {"GET", lines, "", line(`"type":"acknowledge_log_entry"`), 200, ""},
		"a kind that is not known": {"GET", lines, "", line(`"type":"bananas_log_entry"`), 200, ""},
		"a kind that is none":      {"GET", lines, "", line(`"type":"bananas"`), 200, "log_entries/0"},
		"a known kind, its note wrong": {
			"GET", lines, "", line(`"type":"resolve_log_entry","note":1`), 200, "log_entries/0",
		},
		"a channel without a type": {
			"GET", lines, "", strings.Replace(line(`"type":"resolve_log_entry"`), `{"type":"api"}`, `{}`, 1), 200,
			"log_entries/0",
		},
		"a text":                    {"GET", fields, "", field(`"x"`), 200, ""},
		"no value":                  {"GET", fields, "", field(`null`), 200, ""},
		"several":                   {"GET", fields, "", field(`["x","y"]`), 200, ""},
		"a value that is an object": {"GET", fields, "", field(`{"value":"x"}`), 200, "value"},
		"set by name": {
			"PUT", fields, `{"custom_fields":[{"name":"x","value":true}]}`, field(`true`), 201, "",
		},
		"set by id": {
			"PUT", fields, `{"custom_fields":[{"id":"P1","value":null}]}`, field(`null`), 201, "",
		},
		"set by neither": {
			"PUT", fields, `{"custom_fields":[{"value":"x"}]}`, field(`"x"`), 201, "request PUT",
		},
		"an incident with its body": {
			"GET", "/incidents/Q1?include[]=body", "",
			`{"incident":{"id":"Q1","type":"incident","body":{"type":"incident_body","details":"x"}}}`, 200, "",
		},
		"an incident with what is none": {
			"GET", "/incidents/Q1?include[]=nonsense", "", `{"incident":{}}`, 200, "request GET",
		},
	} {
		path, query, _ := strings.Cut(tt.path, "?")
		e := control.Entry{
			Method:       tt.method,
			Path:         path,
			Query:        query,
			Body:         tt.sent,
			Status:       tt.status,
			ResponseBody: tt.answer,
			Done:         true,
			Header: http.Header{
				"Content-Type": {"application/json"},
				"Accept":       {"application/vnd.pagerduty+json;version=2"},
			},
			ResponseHeader: http.Header{"Content-Type": {"application/json"}},
		}
		err := s.Check(e)
		if (err == nil) != (tt.find == "") || err != nil && !strings.Contains(err.Error(), tt.find) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

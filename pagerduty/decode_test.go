package pagerduty

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const listAnswer = `{"incidents":[{"id":"Q1","incident_number":1001,"title":"Caf\u00e9 \"down\" \ud83d\ude00","html_url":"https://acme.pagerduty.com/incidents/Q1",
	"incident_key":"Zendesk_acme_102","status":"acknowledged","urgency":"high","priority":{"id":"P1","type":"priority","summary":"P1","html_url":null,"color":"a8171c"},
	"service":{"id":"S1","type":"service_reference","summary":"Payments","html_url":"https://acme.pagerduty.com/services/S1"},
	"escalation_policy":{"id":"E1","type":"escalation_policy_reference","summary":"On call","html_url":"https://acme.pagerduty.com/e/E1"},
	"created_at":"2026-11-24T12:11:00Z","last_status_change_at":"2026-11-24T14:12:00+02:00",
	"assignments":[{"at":"2026-11-24T12:11:00Z","assignee":{"id":"U1","type":"user_reference","summary":"Jane","html_url":"https://acme.pagerduty.com/users/U1"}},{}],
	"pending_actions":[{"type":"escalate","at":"2026-11-24T13:00:00Z"},{"type":"unacknowledge","at":null}],
	"resolve_reason":{"type":"merge_resolve_reason","incident":{"id":"Q2","type":"incident_reference","summary":"[#2] Other","html_url":"https://acme.pagerduty.com/incidents/Q2"}},
	"teams":[{"id":"T1"}],"alert_counts":{"all":0}},{"id":"Q3"}],"limit":100,"more":true,"offset":0,"total":null}`

// bothWays reads as encoding/json does, and fails where that fails.
func bothWays(t *testing.T, raw string) {
	t.Helper()
	var want, got wireIncidents
	wantErr, gotErr := json.Unmarshal([]byte(raw), &want), decode([]byte(raw), &got)
	if (wantErr == nil) != (gotErr == nil) {
		t.Errorf("%s\nencoding/json: %v; here: %v", raw, wantErr, gotErr)
	}
	if diff := cmp.Diff(want, got); wantErr == nil && diff != "" {
		t.Errorf("%s\n%s", raw, diff)
	}
}

func TestDecodesAsEncodingJSON(t *testing.T) {
	var whole wireIncidents
	if err := decode([]byte(listAnswer), &whole); err != nil {
		t.Fatal(err)
	}
	for v, i := reflect.ValueOf(whole.Incidents[0]), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("the answer of this test lacks %s", v.Type().Field(i).Name)
		}
	}
	bothWays(t, listAnswer)
	for _, raw := range []string{
		``, `null`, `{}`, `[]`, `{"incidents":null}`, `{"incidents":[]}`, `{"incidents":{}}`, `{"incidents":[null]}`, `{"more":"yes"}`, `{"more":null}`,
		`{"incidents":[]}x`, `{"incidents":[]} {}`, " {\"incidents\" : [ ] }\n", `{"incidents":[}`, `{"incidents":[],}`, `<html>`,
		`{"incidents":["Q1"]}`, `{"incidents":[{"id":1}]}`, `{"incidents":[{"incident_number":"1"}]}`, `{"incidents":[{"incident_number":1.5}]}`,
		`{"incidents":[{"created_at":"yesterday"}]}`, `{"incidents":[{"created_at":null}]}`, `{"incidents":[{"last_status_change_at":"yesterday"}]}`,
		`{"incidents":[{"last_status_change_at":{"at":1}}]}`, `{"incidents":[{"title":"\ud83d"}]}`, "{\"incidents\":[{\"title\":\"\xff\"}]}", "{\"incidents\":[{\"title\":\"a\x00b\"}]}",
		`{"incidents":[{"service":"S1"}]}`, `{"incidents":[{"service":null,"assignments":null,"pending_actions":null,"resolve_reason":null,"incident_key":null}]}`,
		`{"incidents":[{"unknown":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}]}`, `{"unknown":]}`, `{"unknown":}`, `{"unknown":,"more":true}`,
		`{"more":true "id":1}`, `{"more" true}`, `{more:true}`, `{"more":True}`, `{"incidents":[{"title":"a\"}]}`, `{"incidents":[{"title":"a\\"}]}`,
		`{"incidents":[{},]}`, `{"incidents":[{}{}]}`,
		`{"incidents":[{"title":"a","title":"b"}]}`, `{"incidents":[{"title":"a\u0000\uDEAD b"}]}`, "{\"incidents\":[{\"t\xff\":1,\"title\":\"a\"}]}",
		`{"more":true,"more":false}`, `{"incidents":[{"incident_number":9223372036854775808}]}`, `{"incidents":[{"incident_number":1e3}]}`, `{"incidents":[{"id":true}]}`,
	} {
		bothWays(t, raw)
	}
	for _, name := range []string{"id", "incident_number", "title", "html_url", "incident_key", "status", "urgency", "priority", "service",
		"escalation_policy", "created_at", "last_status_change_at", "assignments", "pending_actions", "resolve_reason"} {
		bothWays(t, strings.Replace(listAnswer, `"`+name+`":`, `"`+name+`":null,"was":`, 1))
	}
	for i := range len(listAnswer) { // cut off on the way
		bothWays(t, listAnswer[:i])
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(listAnswer)
	f.Fuzz(func(t *testing.T, raw string) {
		var want, got wireIncidents
		other, err := json.Unmarshal([]byte(raw), &want), decode([]byte(raw), &got)
		if other == nil && err != nil && !strings.Contains(raw, "created_at") { // its time is read by RFC 3339, to the letter
			t.Errorf("encoding/json reads %s; here: %v", raw, err)
		}
	})
}

func BenchmarkList(b *testing.B) {
	for name, read := range map[string]func(*wireIncidents) error{
		"here": func(w *wireIncidents) error { return decode([]byte(listAnswer), w) },
		"json": func(w *wireIncidents) error { return json.Unmarshal([]byte(listAnswer), w) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := read(new(wireIncidents)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package openapi

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/internal/control"
)

// description is one in the manner of PagerDuty's, with its oddities: a
// reference into the middle of another component, over a further reference, one
// that leads nowhere, and paths that do not matter.
const description = `{"openapi":"3.0.2","info":{"title":"t","version":"1"},
"paths":{
 "/priorities":{"get":{
  "parameters":[{"name":"limit","in":"query","schema":{"type":"integer"}},
   {"name":"Content-Type","in":"header","schema":{"type":"string","enum":["application/json"]}}],
  "responses":{"200":{"description":"ok","content":{"application/json":{"schema":{
   "type":"object","required":["priorities"],"properties":{"priorities":{"type":"array","items":{"$ref":"#/components/schemas/Priority"}},
   "odd":{"$ref":"#/components/schemas/Nowhere/allOf/7"}}}}}}}}},
 "/unused":{"get":{"responses":{"200":{"$ref":"#/components/responses/Unused"}}}}},
"components":{"responses":{"Unused":{"description":"unused"}},"schemas":{
 "Alias":{"$ref":"#/components/schemas/Tag"},
 "Tag":{"allOf":[{"type":"object","properties":{"id":{"type":"string"},"self":{"type":"string","nullable":true}}},{"type":"object","required":["label"]}]},
 "Priority":{"allOf":[{"$ref":"#/components/schemas/Alias/allOf/0"},{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}]}}}}`

func entry(query, body string) control.Entry {
	return control.Entry{Method: "GET", Path: "/priorities", Query: query, Header: http.Header{}, Status: 200,
		ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: body, Done: true}
}

func TestCheck(t *testing.T) {
	s, err := parse([]byte(description))
	if err != nil {
		t.Fatal(err)
	}
	disturbed := entry("", `<html>`)
	disturbed.Fault = control.Garbage
	refused := entry("", `{"error":"x"}`)
	refused.Status = 403
	elsewhere := entry("", "")
	elsewhere.Path = "/oauth/token"
	unknown := entry("", "")
	unknown.Path = "/unused"
	typed := func(contentType string) control.Entry {
		e := entry("", `{"priorities":[]}`)
		e.Header.Set("Content-Type", contentType)
		return e
	}
	for name, tt := range map[string]struct {
		entry control.Entry
		find  string // part of the finding; none if empty
	}{
		"good":                    {entry("limit=5", `{"priorities":[{"id":"P1","name":"P1","self":null}],"odd":7}`), ""},
		"a query that is wrong":   {entry("limit=many", `{"priorities":[]}`), "request GET"},
		"a missing member":        {entry("", `{"priorities":[{"id":"P1"}]}`), "name"},
		"a member of the middle":  {entry("", `{"priorities":[{"id":1,"name":"P1"}]}`), "id"},
		"a null where is none":    {entry("", `{"priorities":[{"id":"P1","name":null}]}`), "name"},
		"a list that is not":      {entry("", `{}`), "priorities"},
		"the type with a charset": {typed("application/json; charset=utf-8"), ""},
		"another type":            {typed("text/plain; charset=utf-8"), "Content-Type"},
		"disturbed by a fault":    {disturbed, ""},
		"refused":                 {refused, ""},
		"not of the REST API":     {elsewhere, ""},
		"a path that is not kept": {unknown, "/unused"},
	} {
		err := s.Check(tt.entry)
		if (err == nil) != (tt.find == "") || err != nil && !strings.Contains(err.Error(), tt.find) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The real description, where it is there: every kept path is one of its own,
// and references into the middle of components are not lost.
func TestPagerDutysDescription(t *testing.T) {
	path := os.Getenv(Variable)
	if path == "" {
		t.Logf("%s is not set: PagerDuty's description was NOT read", Variable)
		return
	}
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kept {
		routed := false
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
			r, err := http.NewRequest(method,
				"http://localhost"+strings.NewReplacer("{id}", "P1", "{type_id_or_name}", "incident_default").Replace(k), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.router.FindRoute(r); err == nil {
				routed = true
			}
		}
		if !routed {
			t.Errorf("%s: it has no such path", k)
		}
	}
	if err := s.Check(entry("",
		`{"priorities":[{"id":1,"type":"priority"}],"limit":25,"offset":0,"more":false,"total":null}`)); err == nil {
		t.Error("an id that is a number passes")
	}
}

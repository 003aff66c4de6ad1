package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"zendesk-pagerduty/simulator/internal/control"
)

// Variable names the file with PagerDuty's description of its REST API.
const Variable = "PAGERDUTY_OPENAPI"

// kept are the paths that matter here; the whole description takes long to
// read and has references that lead nowhere.
var kept = []string{
	"/users/me", "/users", "/users/{id}", "/services", "/services/{id}",
	"/maintenance_windows", "/maintenance_windows/{id}",
	"/services/{id}/integrations", "/services/{id}/integrations/{integration_id}",
	"/incidents", "/incidents/{id}", "/incidents/{id}/notes", "/incidents/{id}/notes/{note_id}", "/incidents/{id}/alerts", "/incidents/{id}/log_entries",
	"/incidents/{id}/snooze", "/incidents/{id}/merge", "/incidents/{id}/responder_requests",
	"/incidents/{id}/responder_requests/cancel",
	"/incidents/{id}/status_updates", "/incidents/{id}/status_updates/subscribers",
	"/incidents/{id}/status_updates/unsubscribe",
	"/incidents/{id}/custom_fields/values", "/incidents/types/{type_id_or_name}/custom_fields",
	"/incident_workflows/triggers", "/incident_workflows/{id}/instances",
	"/priorities", "/escalation_policies", "/oncalls", "/teams", "/teams/{id}/members", "/abilities", "/abilities/{id}",
}

// Spec is the description, read.
type Spec struct{ router routers.Router }

// Load reads the file that PAGERDUTY_OPENAPI names; it returns nil where the
// variable is unset.
func Load() (*Spec, error) {
	path := os.Getenv(Variable)
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(raw)
}

func parse(raw []byte) (*Spec, error) {
	var whole map[string]any
	if err := json.Unmarshal(raw, &whole); err != nil {
		return nil, err
	}
	small, err := json.Marshal(trim(whole))
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(small)
	if err != nil {
		return nil, err
	}
	doc.Servers = nil // the simulator is somewhere else
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	return &Spec{router}, nil
}

// Check holds one entry against the description. Requests that are not of the
// REST API pass, and so do answers other than 2xx and those that a fault has disturbed.
func (s *Spec) Check(e control.Entry) error {
	if outside(e.Path) {
		return nil
	}
	req, err := http.NewRequest(e.Method, "http://localhost"+e.Path+"?"+e.Query, strings.NewReader(e.Body))
	if err != nil {
		return err
	}
	req.Header = e.Header.Clone()
	// The description lists one value for this header. PagerDuty's own client
	// (pdjs) adds "; charset=utf-8", which means the same (RFC 9110, 8.3).
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err == nil {
		req.Header.Set("Content-Type", kind)
	}
	route, params, err := s.router.FindRoute(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", e.Method, e.Path, err)
	}
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		// The description requires the id of a reference in a request and calls
		// it read-only in the same breath.
		ExcludeReadOnlyValidations: true,
	}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		return fmt.Errorf("request %s %s?%s: %w", e.Method, e.Path, e.Query, firstLines(err))
	}
	if e.Fault != "" || e.Status/100 != 2 || e.Status == http.StatusNoContent {
		return nil
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in,
		Status:                 e.Status,
		Header:                 e.ResponseHeader,
		Options:                options,
		Body:                   io.NopCloser(bytes.NewReader([]byte(e.ResponseBody))),
	}
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		return fmt.Errorf("answer to %s %s?%s: %w", e.Method, e.Path, e.Query, firstLines(err))
	}
	return nil
}

// outside says that a path is identity's, the Events API's or a page's.
func outside(path string) bool {
	for _, prefix := range []string{
		"/oauth/", "/global/", "/login", "/logout", "/sso", "/web/", "/v2/enqueue", "/favicon",
	} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/"
}

// firstLines keeps an error readable: the library repeats the schema.
func firstLines(err error) error {
	text := err.Error()
	if i := strings.Index(text, "Schema:"); i > 0 {
		text = text[:i]
	}
	return errors.New(strings.TrimSpace(strings.ReplaceAll(text, "\n", " ")))
}

// T is the part of testing.TB that CheckT uses.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

var warned sync.Once // the loud line, once in a test binary

// read is the description, once in a test binary: reading it costs more than
// most tests do.
var read = sync.OnceValues(Load)

// CheckT holds a history against the description, and says loudly that it did
// not where the description is not there.
func CheckT(t T, history []control.Entry) {
	t.Helper()
	s, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if s == nil {
		sentence := Variable + " is not set: what was sent to PagerDuty was NOT checked against its description"
		warned.Do(func() { fmt.Fprintln(os.Stderr, sentence) })
		t.Logf("%s", sentence)
		return
	}
	for _, e := range history {
		if err := s.Check(e); err != nil {
			t.Errorf("%v", err)
		}
	}
}

package app_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/simulator/pagerduty"
)

// answer is all that went out for one request.
type answer struct {
	path   string
	status int
	header http.Header
	body   bytes.Buffer
	http.ResponseWriter
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.body.Write(p)
	return a.ResponseWriter.Write(p)
}

// sentAnswers keeps everything that the program sends.
type sentAnswers struct {
	mu   sync.Mutex
	list []*answer
}

func (all *sentAnswers) around(_ *app.Settings, opt *app.Options) {
	opt.Around = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Accept-Encoding") // to be read as it is
			a := &answer{path: r.Method + " " + r.URL.Path, ResponseWriter: w}
			next.ServeHTTP(a, r)
			a.header = w.Header().Clone()
			all.mu.Lock()
			defer all.mu.Unlock()
			all.list = append(all.list, a)
		})
	}
}

// An integration key pages whoever is on call, without a login. It goes to
// Zendesk by the admin's page, and nowhere else: to no page, header, address,
// log or table, whatever is asked for and however it fails.
func TestSetupKeysStayAway(t *testing.T) {
	t.Parallel()
	all := &sentAnswers{}
	s, p := setUp(t, "lee", all.around)
	typed := strings.Repeat("Typ3", 8) // as a person types one
	wrong := "WRONGKEY" + strings.Repeat("x", 40)
	service := s.PD.Service(supportDesk).ID

	send := func(key string, form url.Values) {
		p.plan("make", form)
		p.steps("make", form, key)
		p.ask("/setup/look", p.read.with("form", form))
	}
	// misplaced is a key that is pasted where it does not belong.
	misplaced := func(key string) {
		for _, form := range []url.Values{
			byKey(s, key, "severity_urgent", "fatal"),
			byKey(s, key, "details", key), byKey(s, key, "details", "Key = "+key), byKey(s, key, "region", key), byKey(s, key, "severity_low", key),
			byKey(s, key, "only_group_id", key), byKey(s, key, "also_severity", key), filled("service", "service", key, "integration", key), filled(key, "key", "", "region", ""),
			filled("service", "service", s.PD.Service("Payments API").ID, "integration", key), byKey(s, key, "also", key),
		} {
			send(key, form)
		}
		p.postJSON("/setup/plan", []byte(`{"form":{"key":"`+key+`"}}`))
		p.postJSON("/setup/steps", []byte(`{"what":"test","ticket":{"`+key+`":1}}`))
	}
	everything := func() {
		p.load()
		p.Get("/setup/connection?login=1")
		for _, name := range []string{"Payments API", "Status page", supportDesk, "Mail intake", "Card processor"} {
			p.Get("/setup/services?q=" + url.QueryEscape(name))
			p.Get("/setup/services/" + s.PD.Service(name).ID)
			shown := p.plan("make", byService(s, name))
			p.steps("make", byService(s, name), planID(shown))
			p.steps("make", byService(s, name), "another")
		}
		for _, key := range []string{typed, wrong, s.PD.Orchestration().Key, s.PD.Service("Checkout web").Key} {
			send(key, byKey(s, key))
			send(key, byKey(s, key, "region", "https://evil.example"))
			p.ask("/setup/steps", p.read.with("what", "fix").with("finding", key).with("form", byKey(s, key)))
		}
		p.plan("remove", nil)
		p.trial(109)
		p.trialSteps(109)
		p.Get(foundPath(109))
		p.integrate(service, "", "")
		p.Post("/setup/link", nil)
		p.Post("/setup/arrived/109", nil)
	}
	everything() // nothing is there
	misplaced(typed)
	misplaced(wrong)
	attempt, code := p.stepUp("lee")
	p.integrate(service, attempt, code)
	p.handedOut("make", byKey(s, typed))
	p.read = p.madeByKey(typed)
	everything() // a made-up key is in use
	misplaced(typed)
	p.handedOut("make", byKey(s, s.PD.Orchestration().Key))
	p.handedOut("make", byService(s, supportDesk))
	p.read = p.madeFor(supportDesk)
	everything() // a service's key is in use
	misplaced(s.PD.Service("Checkout web").Key)
	tested(s, supportDesk)
	p.Get(foundPath(109))
	for _, fault := range []pagerduty.Fault{
		{Path: "/**", Kind: pagerduty.Cut, Times: -1}, {Path: "/**", Kind: pagerduty.Status, Status: 500, After: true, Times: -1},
		{Path: "/**", Kind: pagerduty.Status, Status: 401, Times: -1},
		// An error that quotes the service, and one that says nothing else.
		{Path: "/services/**", Kind: pagerduty.Status, Status: 400, Times: -1,
			Body: `{"error":{"message":"no","errors":["it is what it is"]},"integration_key":"` + s.PD.Service(supportDesk).Key + `"}`},
	} {
		s.PD.ClearFaults()
		s.PD.Fault(fault)
		p.load()
		p.Get("/setup/services/" + service)
		p.plan("make", byService(s, "Payments API"))
		p.integrate(s.PD.Service("Mail intake").ID, "", "")
	}
	s.PD.ClearFaults()
	stored := dump(t, database(t, s))
	if err := s.App.Close(); err != nil { // all answers are out, and kept
		t.Fatal(err)
	}

	keys := map[string]string{"a typed one": typed, "one that does not do": wrong[:32], "an orchestration's": s.PD.Orchestration().Key}
	for _, name := range []string{"Payments API", "Checkout web", "Status page", supportDesk, "Card processor"} {
		for i, in := range s.PD.Service(name).Integrations {
			if in.Key != "" {
				keys[fmt.Sprint(name, " ", i)] = in.Key
			}
		}
	}
	if len(keys) < 9 {
		t.Fatalf("only %d keys", len(keys))
	}
	seen, routes := map[string]bool{}, map[string]bool{}
	for _, a := range all.list {
		routes[a.path] = true
		for what, key := range keys {
			if strings.Contains(fmt.Sprint(a.header), key) {
				t.Errorf("a header of %s holds %s", a.path, what)
			}
			if !strings.Contains(a.body.String(), key) {
				continue
			}
			seen[what] = true
			if a.path != "POST /setup/steps" || a.header.Get("Content-Type") != "application/json" || a.header.Get("Cache-Control") != "no-store" || a.status != http.StatusOK {
				t.Errorf("%s (%d) holds %s: %v", a.path, a.status, what, a.header)
			}
		}
		if strings.HasPrefix(a.path, "POST /setup/") && a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", a.path, a.header.Get("Cache-Control"))
		}
	}
	if !seen["Payments API 0"] || !seen[supportDesk+" 0"] || !seen["a typed one"] || !seen["an orchestration's"] || seen["one that does not do"] {
		t.Errorf("the steps held %v", seen)
	}
	for _, route := range []string{
		"POST /setup", "GET /setup/connection", "POST /setup/look", "POST /setup/plan", "POST /setup/steps", "GET /setup/services", "GET /setup/services/" + service,
		"POST /setup/services/" + service + "/integration", "POST /setup/link", "POST /setup/test", "GET /setup/found/109", "POST /setup/arrived/109",
	} {
		if !routes[route] {
			t.Errorf("%s was not asked for", route)
		}
	}
	for what, key := range keys {
		if strings.Contains(s.Log.String(), key) {
			t.Errorf("the log holds %s", what)
		}
		if strings.Contains(stored, key) {
			t.Errorf("the database holds %s", what)
		}
	}
	if !strings.Contains(stored, "integration") || !strings.Contains(s.Log.String(), "setup") {
		t.Error("there is nothing to look through")
	}
	noSecrets(t, s)
}

// dump is all that a database holds, as text.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	query := func(statement string) (all [][]any) {
		rows, err := db.Query(statement)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			all = append(all, values)
		}
		return all
	}
	var b strings.Builder
	for _, table := range query(`SELECT name FROM sqlite_master WHERE type = 'table'`) {
		for _, row := range query(`SELECT * FROM "` + fmt.Sprint(table[0]) + `"`) {
			fmt.Fprintf(&b, "%s\n", row) // bytes as text
		}
	}
	return b.String()
}

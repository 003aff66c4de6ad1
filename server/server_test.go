package server_test

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/prometheus/client_golang/prometheus"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// fake is PagerDuty as one agent's client meets it: one incident, one note, and
// an error in place of any answer. What it does not know panics.
type fake struct {
	web.PagerDuty
	incident incident.Incident
	note     incident.Note
	reads    error // of whatever is read
	writes   error // of whatever is changed
	wrote    []string
}

func (f *fake) IncidentsByKey(context.Context, string) ([]incident.Incident, bool, error) {
	if f.incident.ID == "" || f.reads != nil {
		return nil, false, f.reads
	}
	return []incident.Incident{f.incident}, false, nil
}

func (f *fake) Role(context.Context) (string, error) { return "", incident.Slow }

func (f *fake) Incident(context.Context, string) (incident.Incident, error) {
	return f.incident, f.reads
}

func (f *fake) Update(_ context.Context, _ string, u incident.Update) (incident.Incident, error) {
	f.wrote = append(f.wrote, "update")
	if f.writes == nil {
		f.incident.Status = incident.Status(u.Status)
	}
	return f.incident, f.writes
}

func (f *fake) CreateIncident(_ context.Context, n incident.Draft) (incident.Incident, error) {
	f.wrote = append(f.wrote, "create")
	if f.writes != nil {
		return incident.Incident{}, f.writes
	}
	f.incident = incident.Incident{ID: "PNEW01", Number: 7, Title: n.Title, Key: n.Key, Status: incident.Triggered}
	return f.incident, nil
}

func (f *fake) Notes(context.Context, string) ([]incident.Note, error) {
	return []incident.Note{f.note}, f.reads
}

func (f *fake) AddNote(context.Context, string, string) (incident.Note, error) {
	f.wrote = append(f.wrote, "note")
	return f.note, f.writes
}

func (f *fake) Priorities(context.Context) ([]incident.Ref, error) { return nil, f.reads }

// files stand for the built ones.
type files struct{ http.Handler }

func (files) Path(name string) string { return "/assets/" + name }
func (files) Integrity(string) string { return "sha384-x" }

// fixture is the handlers with one agent's session, a database, and no network.
type fixture struct {
	t       *testing.T
	pd      *fake
	store   *store.Store
	handler http.Handler
	session seal.Secret
}

const ticket = "/tickets/101/incidents"

// open is an agent of acme who is connected as Jane Miller, unless change says
// otherwise.
func open(t *testing.T, change func(*server.Server)) *fixture {
	t.Helper()
	key := base64.StdEncoding.EncodeToString(make([]byte, 32))
	ring, err := seal.ParseRing("test:" + key)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), ring.Box("tokens"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	provider := &oauth.Provider{ClientID: "client", APIURLs: []string{"https://api.pagerduty.test"}, Now: time.Now}
	revoker := &oauth.Revoker{Provider: provider, Store: db, Log: log, Now: time.Now}
	d := &fixture{t: t, store: db, pd: &fake{incident: incident.Incident{
		ID: "PINC01", Number: 42, Title: "Checkout fails", Key: "Zendesk_acme_101", Status: incident.Triggered,
		Urgency: "high", Service: incident.Ref{ID: "PSVC01", Name: "Payments API"}, CreatedAt: time.Now(),
	}}}
	s := &server.Server{
		Verifier:    &zendesk.Verifier{Registry: db, Now: time.Now},
		Sessions:    &zendesk.Sessions{Store: db, Box: ring.Box("session"), Now: time.Now},
		Logins:      &oauth.Logins{Provider: provider, Store: db, Box: ring.Box("login"), Revoker: revoker, Log: log, Now: time.Now},
		Tokens:      &oauth.Tokens{Provider: provider, Store: db, Revoker: revoker, Log: log, Now: time.Now, Count: func(oauth.Event) {}},
		Connections: db,
		Links:       db,
		Audit:       db,
		LastUsed:    db,
		Preferences: db,
		Panels:      db,
		As:          func(oauth.Connection) (web.PagerDuty, error) { return d.pd, nil },
		Texts:       texts,
		Written:     texts.For("en"),
		Assets:      files{http.NotFoundHandler()},
		Ring:        ring,
		EventsURL:   func(string) string { return "https://events.pagerduty.test" },
		PublicURL:   &url.URL{Scheme: "https", Host: "sidebar.test"},
		SDKURL:      "https://sdk.test/sdk.js",
		Allowed:     incident.Actions,
		TicketNotes: true,
		Log:         log,
		Now:         time.Now,
		Ready:       func(ctx context.Context) error { return db.Ready(ctx, "replica", time.Now()) },
		Metrics:     prometheus.NewRegistry(),
	}
	if change != nil {
		change(s)
	}
	d.handler = s.Handler()
	in := zendesk.Installation{Subdomain: "acme", AppID: 1, InstallationID: 2, PublicKeyPEM: "none", Origin: "https://acme.zendesk.com"}
	if err := db.AddInstallation(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	agent := zendesk.Agent{Subdomain: "acme", UserID: "9001"}
	session, value, err := s.Sessions.Start(t.Context(), zendesk.Launch{
		Agent: agent, Installation: in, TokenHash: seal.Random(16), Expires: time.Now().Add(time.Hour),
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	d.session = value
	d.connect(s.Logins, session)
	return d
}

// connect stores what a finished login would.
func (d *fixture) connect(logins *oauth.Logins, session zendesk.Session) {
	d.t.Helper()
	now := time.Now()
	a, err := logins.Begin(d.t.Context(), session, oauth.ForSidebar)
	if err != nil {
		d.t.Fatal(err)
	}
	const window = "window"
	if _, err := d.store.ConfirmAttempt(d.t.Context(), a.ID, window, now); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.store.ConsumeAttempt(d.t.Context(), a.ID, window, now); err != nil {
		d.t.Fatal(err)
	}
	g := oauth.Grant{
		Access: "access", Refresh: "refresh", Expires: now.Add(24 * time.Hour), RefreshAfter: now.Add(23 * time.Hour),
		APIBase: "https://api.pagerduty.test", UserID: "PJANE01", AccountID: "PACME01", Account: "acme",
		DelegationID: "D1", Name: "Jane Miller", Email: "jane@acme.test",
	}
	if err := d.store.GrantAttempt(d.t.Context(), a.ID, g, "code", now); err != nil {
		d.t.Fatal(err)
	}
	proof := oauth.Proof{Hash: func(string) string { return "code" }}
	if _, err := d.store.ClaimAttempt(d.t.Context(), session.Agent, proof, now); err != nil {
		d.t.Fatal(err)
	}
}

// answer is a fragment.
type answer struct {
	status int
	header http.Header
	html   string
	*goquery.Document
}

func (a answer) text() string { return strings.Join(strings.Fields(a.Document.Text()), " ") }

func (a answer) state() string { return a.Find("[data-state]").First().AttrOr("data-state", "") }

// ask sends a request with the agent's session.
func (d *fixture) ask(method, path string, form url.Values) answer {
	d.t.Helper()
	return d.send(method, path, form, "Sidebar-Session", d.session.Reveal())
}

// send sends a request of a page of ours with headers, as "name", "value", ….
func (d *fixture) send(method, path string, form url.Values, headers ...string) answer {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, "https://sidebar.test"+path, strings.NewReader(form.Encode()))
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://sidebar.test")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	document, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		d.t.Fatal(err)
	}
	return answer{w.Code, w.Header(), w.Body.String(), document}
}

// audited is the audit trail of actions, as "action outcome"; logins are audited
// as well, and are not what is looked for here.
func (d *fixture) audited() []string {
	d.t.Helper()
	var all []string
	err := d.store.AuditEntries(d.t.Context(), time.Time{}, func(e incident.AuditEntry) error {
		if slices.Contains(incident.Actions, e.Action) {
			all = append(all, string(e.Action)+" "+e.Outcome)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

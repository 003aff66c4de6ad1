package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
)

func TestSetupLaunch(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	acme, globex := s.ZD.Account("acme"), s.ZD.Account("globex")
	b := s.NewBrowser(t)
	page := launchSetup(s, b, acme, acme.Token(sara, simzendesk.AtLocation("nav_bar")))
	if page.Status != http.StatusOK || page.Find("body.setup #panel").AttrOr("data-session", "") == "" || !strings.Contains(page.Text(), "Ticket events") {
		t.Fatalf("%d %s", page.Status, page.Text())
	}
	// It may be framed, and may run, what the sidebar may.
	sidebar := b.Launch(acme, acme.Token(sara))
	for _, name := range []string{"Content-Security-Policy", "Cache-Control", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options",
		"Permissions-Policy", "Cross-Origin-Opener-Policy"} {
		if got, want := page.Header.Get(name), sidebar.Header.Get(name); got != want {
			t.Errorf("%s is %q; the sidebar's is %q", name, got, want)
		}
	}
	if csp := page.Header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "frame-ancestors "+acme.Origin) || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	page.Find("script").Each(func(_ int, script *goquery.Selection) {
		if src := script.AttrOr("src", ""); src == "" || strings.TrimSpace(script.Text()) != "" {
			t.Errorf("a script without an address: %s", script.Text())
		}
	})
	for name, c := range map[string]struct {
		token, code, sentence string
	}{
		"unsigned":                {acme.Token(sara, simzendesk.Unsigned()), "launch.forged", "could not be verified"},
		"expired":                 {acme.Token(sara, simzendesk.Expired()), "launch.expired", "has expired"},
		"signed by the neighbour": {acme.Token(sara, simzendesk.SignedBy(globex)), "launch.forged", "could not be verified"},
		"another audience":        {acme.Token(sara, simzendesk.Audience("acme", acme.InstallationID+1)), "launch.unregistered", "installation add acme"},
		"no token":                {"", "launch.missing", "signedUrls"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, launchSetup(s, s.NewBrowser(t), acme, c.token), http.StatusForbidden, c.code, c.sentence)
		})
	}
	t.Run("foreign origin", func(t *testing.T) {
		elsewhere := *acme
		elsewhere.Origin = globex.Origin
		refused(t, launchSetup(s, s.NewBrowser(t), &elsewhere, acme.Token(sara)), http.StatusForbidden, "launch.origin", acme.Origin)
	})
	if got := b.Get(s.URL + "/setup"); got.Status != http.StatusOK || !strings.Contains(got.Text(), "This page sets up paging from Zendesk tickets") ||
		strings.Contains(got.HTML, "data-session") {
		t.Errorf("GET: %d %s", got.Status, got.Text())
	}
}

func TestSetupBody(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	ready := p.load()
	if ready.Status != http.StatusOK || ready.State() != "ready" || ready.Find("[data-made], [data-press=remove], form[data-test]").Length() != 0 {
		t.Fatalf("%d %s", ready.Status, ready.HTML)
	}
	if role := ready.Find("[data-role]").Text(); !strings.Contains(role, "You're signed in to Zendesk (acme) as Admin") || !strings.Contains(role, "Your PagerDuty role: Manager.") ||
		strings.Contains(role, "requires a Manager") {
		t.Errorf("the roles: %s", role)
	}
	for name, want := range map[string]string{"severity_urgent": "critical", "severity_high": "", "region": s.PD.URL} {
		if got := ready.Find("[name="+name+"] [selected]").AttrOr("value", ""); got != want {
			t.Errorf("%s is %q; want %q", name, got, want)
		}
	}
	for selector, want := range map[string]int{
		"[name=only_group_id] option": 3, "[name=only_brand_id] option": 3, "[name=only_ticket_form_id] option": 3, "[name=also]": 2,
		"[name=key_from][value=service][checked]": 1, "[name=key_from][value=same]": 0, "[name=resolve][checked]": 1, "[name=acknowledge][checked]": 0, "[name=heed][checked]": 0,
	} {
		if got := ready.Find(selector).Length(); got != want {
			t.Errorf("%s: %d; want %d", selector, got, want)
		}
	}
	p.read = p.madeFor("Payments API")
	made := p.load()
	if made.State() != "made" || made.Find("[data-made] li").Length() != 4 || made.Find("form[data-test]").Length() != 1 || made.Find("[data-press=remove]").Length() != 1 {
		t.Errorf("%s", made.HTML)
	}
}

// Who one is, in Zendesk and in PagerDuty.
func TestSetupRoles(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	for who, c := range map[string]struct {
		role string
		less bool
	}{
		"ana": {"Account Owner", false}, "lee": {"Manager", false}, "jane": {"Responder", true}, "olga": {"Observer", true},
		"stan": {"Full Stakeholder", true}, "rita": {"Restricted Access", true},
	} {
		p := setupOf(t, s, "acme", sara)
		p.Connect(who)
		role := p.load().Find("[data-role]").Text()
		if !strings.Contains(role, "Your PagerDuty role: "+c.role+".") || strings.Contains(role, "requires a Manager") != c.less {
			t.Errorf("%s: %s", who, role)
		}
	}
	p := setupOf(t, s, "acme", mia)
	read := setupBody{"denied": true, "found": struct{}{}} // as Zendesk's 403 is sent on
	for role, says := range map[string]string{"agent": "(acme) as Agent.", "end-user": "(acme) as End user.", "": "(acme) as ",
		"custom <b>role</b>": "(acme) as custom <b>role</b>."} {
		got := p.ask("/setup/look", read.with("role", role))
		if got.Status != http.StatusOK || got.State() != "not-admin" || !strings.Contains(got.Text(), says) || !strings.Contains(got.Text(), "Ask an admin") {
			t.Errorf("%q: %d %s", role, got.Status, got.Text())
		}
		if got.Find("form, button, [data-check], b").Length() != 0 {
			t.Errorf("%q can do something: %s", role, got.HTML)
		}
	}
	if got := p.ask("/setup/look", read.with("denied", false).with("role", strings.Repeat("x", 5000))); got.Status != http.StatusOK || len(got.Find("[data-role]").Text()) > 600 {
		t.Errorf("a long role: %d, %d bytes", got.Status, len(got.HTML))
	}
}

// Titles and names of the account, which anybody in it may have written.
func TestSetupHostileNames(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert("title")</script>`
	s, p := setUp(t, "lee")
	p.read = p.madeByKey(s.PD.Service("Payments API").Key)
	for _, trigger := range p.read["found"].(map[string]any)["triggers"].([]any) {
		trigger := trigger.(map[string]any)
		trigger["title"] = hostile + "\u202e" + fmt.Sprint(trigger["id"])
	}
	records := []map[string]any{{"id": 1, "name": hostile}, {"id": hostile, "name": hostile, "subdomain": hostile}}
	read := p.read.with("role", hostile).with("groups", records).with("brands", records).with("forms", records)
	plan := filled("same", "key", "", "region", "", "severity_urgent", "warning")
	for path, asked := range map[string]setupBody{
		"/setup/look": read, "/setup/plan": read.with("what", "make").with("form", plan),
	} {
		got := p.ask(path, asked)
		if got.Status != http.StatusOK || got.Find("script, img").Length() != 0 || !strings.Contains(got.Document.Text(), hostile) {
			t.Errorf("%s: %d %s", path, got.Status, got.HTML)
		}
	}
	removal := p.ask("/setup/plan", read.with("what", "remove"))
	if removal.Status != http.StatusOK || removal.Find("script").Length() != 0 || !strings.Contains(removal.Document.Text(), hostile) {
		t.Errorf("the removal: %d %s", removal.Status, removal.HTML)
	}
	for _, field := range []string{"only_group_id", "only_current_tags", "details", "severity_high", "also_severity"} {
		form := byKey(s, s.PD.Service("Payments API").Key, field, hostile)
		if got := p.plan("make", form); got.Status != http.StatusUnprocessableEntity || got.Find("script").Length() != 0 || planShown(got) {
			t.Errorf("%s: %d %s", field, got.Status, got.HTML)
		}
	}
}

// Without a login the page works, by a pasted key.
func TestSetupWithoutLogin(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "")
	if got := p.Get("/setup/connection"); got.State() != "not-connected" || !strings.Contains(got.Text(), "Without logging in, you can paste an integration key") {
		t.Errorf("the login: %s %s", got.State(), got.Text())
	}
	got := p.load()
	if got.State() != "ready" || got.Find("[name=key_from][value=service][disabled]").Length() != 1 || got.Find("[name=key_from][value=key][checked]").Length() != 1 ||
		strings.Contains(got.Text(), "Your PagerDuty role") {
		t.Errorf("%s %s", got.State(), got.HTML)
	}
	for _, path := range []string{"/setup/services/" + s.PD.Service("Payments API").ID, "/setup/found/109"} {
		if got := p.Get(path); got.Status != http.StatusConflict || !strings.Contains(got.Text(), "This requires your PagerDuty login") {
			t.Errorf("%s: %d %s", path, got.Status, got.Text())
		}
	}
	if got := p.plan("make", byService(s, "Payments API")); got.Status != http.StatusConflict || !strings.Contains(got.Text(), "This requires your PagerDuty login") ||
		planShown(got) {
		t.Errorf("by service: %d %s", got.Status, got.Text())
	}
	if got := p.integrate(s.PD.Service("Support desk").ID, "", ""); got.Status != http.StatusConflict {
		t.Errorf("an integration: %d %s", got.Status, got.Text())
	}
	if got := p.plan("make", byKey(s, s.PD.Service("Payments API").Key)); !planShown(got) {
		t.Errorf("by a key: %d %s", got.Status, got.Text())
	}
	p.read = p.madeByKey(s.PD.Service("Payments API").Key)
	if got := p.load(); got.State() != "made" || got.Find("form[data-test]").Length() != 0 || !strings.Contains(got.Text(), "Log in to PagerDuty above to test it") {
		t.Errorf("%s %s", got.State(), got.Text())
	}
	if got := p.ask("/setup/test", p.read.with("ticket", 109)); got.Status != http.StatusConflict {
		t.Errorf("a test: %d %s", got.Status, got.Text())
	}
	if n := len(s.PD.Paths()); n != 0 {
		t.Errorf("PagerDuty was asked: %v", s.PD.Paths())
	}
}

func TestSetupWithALapsedLogin(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API")
	s.PD.RevokePerson("lee")
	got := p.load()
	if got.Status != http.StatusOK || got.State() != "made" || strings.Contains(got.Text(), "Your PagerDuty role") {
		t.Errorf("%d %s", got.Status, got.Text())
	}
	// By now the refusal is known.
	if got := p.load(); got.State() != "made" || got.Find("form[data-test]").Length() != 0 || got.Find("[name=key_from][value=service][disabled]").Length() != 1 {
		t.Errorf("%d %s", got.Status, got.HTML)
	}
	if got := p.Get("/setup/connection"); got.State() != "lapsed" || !strings.Contains(got.Text(), "has expired") {
		t.Errorf("%s %s", got.State(), got.Text())
	}
	if got := p.plan("make", filled("same", "key", "", "region", "", "severity_high", "error")); !planShown(got) {
		t.Errorf("what needs no login: %d %s", got.Status, got.Text())
	}
}

// What PagerDuty's silence costs is what comes from PagerDuty.
func TestSetupWhilePagerDutyIsDown(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API")
	same := filled("same", "key", "", "region", "", "severity_high", "error")
	for name, fault := range map[string]pagerduty.Fault{
		"503": {Path: "/**", Kind: pagerduty.Status, Status: 503, Times: -1}, "429": {Path: "/**", Kind: pagerduty.Status, Status: 429, Times: -1},
		"garbage": {Path: "/**", Kind: pagerduty.Garbage, Times: -1}, "no answer": {Path: "/**", Kind: pagerduty.Lost, Times: -1},
	} {
		s.PD.ClearFaults()
		s.PD.Fault(fault)
		got := p.load()
		if got.Status != http.StatusOK || got.State() != "made" || got.Find("form[data-choices]").Length() != 1 || strings.Contains(got.Text(), "Your PagerDuty role") {
			t.Errorf("%s: %d %s", name, got.Status, got.Text())
		}
		if got := p.plan("make", same); !planShown(got) {
			t.Errorf("%s: a plan: %d %s", name, got.Status, got.Text())
		}
		if got := p.Get("/setup/services/" + s.PD.Service("Support desk").ID); got.Status < 400 || got.Find(".note.bad").Length() != 1 {
			t.Errorf("%s: the integrations: %d %s", name, got.Status, got.HTML)
		}
		if got := p.ask("/setup/test", p.read.with("ticket", 109)); got.Status < 400 || got.Find(".note.bad").Length() != 1 || got.Find("[data-press=test-send]").Length() != 0 {
			t.Errorf("%s: a test: %d %s", name, got.Status, got.HTML)
		}
	}
}

// Nor is the page lost while the login cannot be renewed.
func TestSetupWhileTheLoginCannotBeRenewed(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	p.read = p.madeFor("Payments API")
	s.Forward(t, 25*time.Hour)
	s.PD.Fault(pagerduty.Fault{Path: "/oauth/token", Kind: pagerduty.Status, Status: 503, Times: -1})
	read := p.read
	p = setupOf(t, s, "acme", sara)
	p.read = read
	got := p.load()
	if got.Status != http.StatusOK || got.State() != "made" || got.Find("form[data-choices]").Length() != 1 {
		t.Errorf("the page: %d %s", got.Status, got.Text())
	}
	for _, form := range []url.Values{byKey(s, s.PD.Service("Checkout web").Key), filled("same", "key", "", "region", "", "severity_high", "error")} {
		if got := p.plan("make", form); !planShown(got) {
			t.Errorf("%s: %d %s", form.Get("key_from"), got.Status, got.Text())
		}
	}
	if got := p.plan("make", byService(s, "Checkout web")); got.Status != http.StatusBadGateway || planShown(got) {
		t.Errorf("by service: %d %s", got.Status, got.Text())
	}
}

// What Zendesk has in triggers that are none of ours: lists as the values of conditions, numbers,
// booleans and null where other triggers have texts.
func TestSetupReadsAnyTrigger(t *testing.T) {
	t.Parallel()
	_, p := setUp(t, "")
	var found map[string]any
	if err := json.Unmarshal([]byte(`{"webhooks":[{"id":"01H","name":null,"status":"active",
			"endpoint":"https://events.pagerduty.com/v2/enqueue","http_method":"POST","request_format":"json","subscriptions":null}],
		"targets":[{"id":7,"title":null,"type":"email_target","active":true}],
		"triggers":[{"id":9007199254740993,"title":"Odd","description":null,"active":true,
			"conditions":{"all":[{"field":"custom_status_id","operator":"includes","value":["1","2"]},
				{"field":"custom_fields_1","operator":"is","value":true},{"field":"via_id","operator":"is","value":4},{"field":"x","operator":"changed"}],"any":null},
			"actions":[{"field":"notification_user","value":["requester_id","a","b"]},{"field":"custom_fields_1","value":true},{"field":"priority","value":null},
				{"field":"side_conversation","value":["a",{"b":1}]}]}]}`), &found); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/setup/look", "/setup/plan"} {
		got := p.ask(path, setupBody{"role": "admin", "found": found, "what": "remove"})
		if got.Status != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.Status, got.Text())
		}
	}
}

func TestSetupBadInput(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "lee")
	b := s.NewBrowser(t)
	paths := []string{"/setup/look", "/setup/plan", "/setup/steps", "/setup/test"}
	for _, path := range paths {
		for _, body := range []string{"", "{", "null", "[]", `"x"`, `{"found":5}`, `{"form":{"key_from":"key"}}`, `{"ticket":"109"}`,
			`{"found":{"triggers":[{"id":{}}]}}`, "\xff\xfe", "key_from=key"} {
			got := p.postJSON(path, []byte(body))
			if body == "null" { // as good as nothing at all
				if got.Status >= 500 {
					t.Errorf("%s of %q: %d %s", path, body, got.Status, got.Text())
				}
				continue
			}
			if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), "What this page sent could not be read") || strings.Contains(got.Text(), "json") {
				t.Errorf("%s of %q: %d %s", path, body, got.Status, got.Text())
			}
		}
		whole, _ := json.Marshal(map[string]any{"role": strings.Repeat("x", 3<<20)})
		if got := p.postJSON(path, whole); got.Status != http.StatusRequestEntityTooLarge || !strings.Contains(got.Text(), "The maximum is 2097152 bytes") {
			t.Errorf("3 MB to %s: %d %s", path, got.Status, got.Text())
		}
		fits, _ := json.Marshal(map[string]any{"role": strings.Repeat("x", 2_000_000)})
		if got := p.postJSON(path, fits); got.Status == http.StatusRequestEntityTooLarge {
			t.Errorf("2 MB to %s: %d %s", path, got.Status, got.Text())
		}
	}
	service := "/setup/services/" + s.PD.Service("Support desk").ID + "/integration"
	for _, path := range append(paths, service, "/setup/link") {
		for _, header := range [][]string{{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"}} {
			if got := p.postJSON(path, []byte("{}"), header...); got.Status != http.StatusForbidden || !strings.Contains(got.Text(), "came from another site") {
				t.Errorf("%s, cross-site %v: %d %s", path, header, got.Status, got.Text())
			}
		}
		if got := b.Post(s.URL+path, nil); got.Status != http.StatusUnauthorized {
			t.Errorf("%s without a session: %d", path, got.Status)
		}
		if got := p.postJSON(path, []byte("{}"), "Sidebar-Session", "test."+strings.Repeat("A", 60)); got.Status != http.StatusUnauthorized || got.State() != "session-ended" {
			t.Errorf("%s with a made-up session: %d %s", path, got.Status, got.State())
		}
	}
	for _, path := range []string{"/setup/connection", "/setup/services?q=x", "/setup/services/" + s.PD.Service("Support desk").ID, "/setup/found/109"} {
		if got := b.Get(s.URL + path); got.Status != http.StatusUnauthorized {
			t.Errorf("%s without a session: %d", path, got.Status)
		}
	}
	if got := p.postJSON(service, []byte(strings.Repeat("x", 20<<10))); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("20 kB to %s: %d", service, got.Status)
	}
	for _, id := range []string{"..%2Fusers", "PX%2F..", "with%20blank", "%00", strings.Repeat("P", 200)} {
		s.PD.ClearHistory()
		for _, got := range []apptest.Page{p.Get("/setup/services/" + id), p.integrate(id, "", "")} {
			if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), "Select a service from the list") {
				t.Errorf("service %q: %d %s", id, got.Status, got.Text())
			}
		}
		if calls := s.PD.Paths(); len(calls) != 0 {
			t.Errorf("service %q went to PagerDuty: %v", id, calls)
		}
	}
	if n := len(s.PD.Service("Support desk").Integrations); n != 0 {
		t.Errorf("%d integrations were made", n)
	}
	if got := p.load(); got.State() != "ready" {
		t.Errorf("after all that: %d %s", got.Status, got.Text())
	}
}

// The list of services is the sidebar's, without a ticket.
func TestSetupServices(t *testing.T) {
	t.Parallel()
	s, p := setUp(t, "omar")
	got := p.Get("/setup/services?q=Payments")
	if got.Status != http.StatusOK || got.Find("[data-name='Payments API']").AttrOr("data-id", "") != s.PD.Service("Payments API").ID {
		t.Errorf("%d %s", got.Status, got.HTML)
	}
	if got := p.Get("/setup/services?q=Card"); strings.Contains(got.HTML, "Card processor") {
		t.Errorf("a private team's service: %s", got.HTML)
	}
	hidden := p.Get("/setup/services/" + s.PD.Service("Card processor").ID)
	if hidden.Status != http.StatusForbidden || strings.Contains(hidden.HTML, "Events API v2") || hidden.Find(".note.bad").Length() != 1 {
		t.Errorf("its integrations: %d %s", hidden.Status, hidden.HTML)
	}
}

package app_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"zendesk-pagerduty/app/apptest"
	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// sara is acme's admin.
const sara = int64(9003)

// setupBody is a request's body of the set-up page.
type setupBody map[string]any

// with is a copy with one more field.
func (a setupBody) with(name string, value any) setupBody {
	a = maps.Clone(a)
	a[name] = value
	return a
}

// setupPage is a launched set-up page as the server meets it: a session, and what
// the page read of the Zendesk account, which is a recording here. What the page's
// script does with the answers is tested in e2e/setup, with the script.
type setupPage struct {
	*apptest.Panel
	t     *testing.T
	stand *apptest.Stand
	b     *apptest.Browser
	read  setupBody
}

// setUp is a stand with a set-up page of acme's admin. who is their login at
// PagerDuty; empty for none.
func setUp(t *testing.T, who string, changes ...apptest.Change) (*apptest.Stand, *setupPage) {
	t.Helper()
	s := apptest.Start(t, changes...)
	p := setupOf(t, s, "acme", sara)
	if who != "" {
		p.Connect(who)
	}
	return s, p
}

// setupOf is the set-up page of a user, in an account where nothing is set up.
func setupOf(t *testing.T, s *apptest.Stand, account string, user int64) *setupPage {
	t.Helper()
	b := s.NewBrowser(t)
	zd := s.ZD.Account(account)
	page := launchSetup(s, b, zd, zd.Token(user, simzendesk.AtLocation("nav_bar")))
	session, ok := page.Find("#panel").Attr("data-session")
	if !ok || page.Status != http.StatusOK {
		t.Fatalf("launch: %d %s", page.Status, page.Text())
	}
	return &setupPage{b.PanelOf(session), t, s, b, recorded(t, "fresh")}
}

// launchSetup posts a token for the set-up page, as Zendesk does.
func launchSetup(s *apptest.Stand, b *apptest.Browser, account *simzendesk.Account, token string) apptest.Page {
	query := url.Values{"origin": {account.Origin}, "app_guid": {"guid"}, "colorScheme": {"light"}}
	return b.Post(s.URL+"/setup?"+query.Encode(), url.Values{"token": {token}}, "Origin", account.Origin, "Sec-Fetch-Site", "cross-site")
}

// recorded is what the page read of an account. e2e/setup/read.test.mjs holds the
// files against the page. pairs are texts in the file and what stands for them.
func recorded(t *testing.T, name string, pairs ...string) (a setupBody) {
	t.Helper()
	raw, err := os.ReadFile("testdata/setup/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(strings.NewReplacer(pairs...).Replace(string(raw))), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// madeFor is an account that is set up for a service.
func (p *setupPage) madeFor(service string, pairs ...string) setupBody {
	p.t.Helper()
	in := p.stand.PD.Service(service)
	return p.made(in.Integrations[0].Key, append(pairs, "SERVICE", in.ID)...)
}

// madeByKey is an account that is set up with a key, whosever it is.
func (p *setupPage) madeByKey(key string) setupBody {
	p.t.Helper()
	return p.made(key, " for the PagerDuty service SERVICE", "")
}

func (p *setupPage) made(key string, pairs ...string) setupBody {
	p.t.Helper()
	return recorded(p.t, "made", append(pairs, "EVENTS", p.stand.PD.URL, "KEY", key)...)
}

// ask posts a request to the server.
func (p *setupPage) ask(path string, in setupBody) apptest.Page {
	p.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.postJSON(path, raw)
}

// postJSON sends a body as it is.
func (p *setupPage) postJSON(path string, raw []byte, header ...string) apptest.Page {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.stand.URL+path, bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sidebar-Session", p.Session)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return p.b.Do(req)
}

func (p *setupPage) load() apptest.Page {
	p.t.Helper()
	return p.ask("/setup/look", p.read)
}

// plan asks what would be done.
func (p *setupPage) plan(what string, form url.Values) apptest.Page {
	p.t.Helper()
	return p.ask("/setup/plan", p.read.with("what", what).with("form", form))
}

// planID is the id in a shown plan.
func planID(shown apptest.Page) string { return shown.Find("[data-plan]").AttrOr("data-plan", "") }

// planShown says whether an answer offers to do something.
func planShown(got apptest.Page) bool { return planID(got) != "" }

// steps asks for the requests of a plan.
func (p *setupPage) steps(what string, form url.Values, plan string) apptest.Page {
	p.t.Helper()
	return p.ask("/setup/steps", p.read.with("what", what).with("form", form).with("plan", plan))
}

// handedOut is the steps of a plan that was shown, as they are answered.
func (p *setupPage) handedOut(what string, form url.Values) []trigger.Step {
	p.t.Helper()
	return stepsIn(p.t, p.steps(what, form, planID(p.plan(what, form))))
}

// stepsIn reads the requests of an answer.
func stepsIn(t *testing.T, answer apptest.Page) []trigger.Step {
	t.Helper()
	var got struct{ Steps []trigger.Step }
	if err := json.Unmarshal([]byte(answer.HTML), &got); err != nil || answer.Status != http.StatusOK {
		t.Fatalf("no steps: %d %s %v", answer.Status, answer.Text(), err)
	}
	return got.Steps
}

// webhookIn is the address of the webhook that steps make or change.
func webhookIn(t *testing.T, steps []trigger.Step) string {
	t.Helper()
	for _, step := range steps {
		if strings.HasPrefix(step.Path, "/api/v2/webhooks") {
			var in struct{ Webhook struct{ Endpoint string } }
			if err := json.Unmarshal(step.Body, &in); err != nil {
				t.Fatal(err)
			}
			return in.Webhook.Endpoint
		}
	}
	t.Fatalf("no webhook in %+v", steps)
	return ""
}

// trial asks who would be woken.
func (p *setupPage) trial(ticket any) apptest.Page {
	p.t.Helper()
	return p.ask("/setup/test", p.read.with("ticket", ticket))
}

// trialSteps asks for the request by which Zendesk tests the webhook.
func (p *setupPage) trialSteps(ticket any) apptest.Page {
	p.t.Helper()
	return p.ask("/setup/steps", p.read.with("what", "test").with("ticket", ticket))
}

// byKey is a filled form with a pasted key.
func byKey(s *apptest.Stand, key string, pairs ...string) url.Values {
	return filled("key", "key", key, "region", s.PD.URL, pairs...)
}

// byService is a filled form with a chosen service.
func byService(s *apptest.Stand, name string, pairs ...string) url.Values {
	service := s.PD.Service(name)
	integration := ""
	if len(service.Integrations) > 0 {
		integration = service.Integrations[0].ID
	}
	return filled("service", "service", service.ID, "integration", integration, pairs...)
}

// asNow is a form that keeps the key that is in use.
func asNow(pairs ...string) url.Values {
	return filled("same", "key", "", "region", "", pairs...)
}

func filled(from, name, value, other, otherValue string, pairs ...string) url.Values {
	form := url.Values{
		"key_from": {from}, name: {value}, other: {otherValue},
		"severity_urgent": {"critical"}, "resolve": {"on"}, "also_severity": {"critical"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// stepUpWindow opens the window of the login for one integration: our
// confirmation.
func (p *setupPage) stepUpWindow(b *apptest.Browser) apptest.Page {
	p.t.Helper()
	return b.Post(p.stand.URL+"/login", url.Values{"session": {p.Session}, "for": {"integration"}})
}

// stepUp goes through that login as a person of PagerDuty.
func (p *setupPage) stepUp(login string) (attempt, code string) {
	p.t.Helper()
	window := p.stand.NewBrowser(p.t)
	return apptest.Granted(p.t, window.AtPagerDuty(p.stepUpWindow(window), login))
}

// integrate asks for a service's integration, with the proof of a step up or
// with none.
func (p *setupPage) integrate(service, attempt, code string) apptest.Page {
	p.t.Helper()
	proof := url.Values{}
	if attempt != "" {
		proof.Set("attempt", attempt)
	}
	if code != "" {
		proof.Set("code", code)
	}
	return p.Post("/setup/services/"+service+"/integration", proof)
}

package apptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	simzendesk "zendesk-pagerduty/simulator/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// LaunchSetup posts a token for the set-up page, as Zendesk does.
func (b *Browser) LaunchSetup(account *simzendesk.Account, token string) Page {
	b.t.Helper()
	query := url.Values{"origin": {account.Origin}, "app_guid": {"guid"}, "colorScheme": {"light"}}
	return b.Post(b.stand.URL+"/setup?"+query.Encode(), url.Values{"token": {token}}, "Origin", account.Origin, "Sec-Fetch-Site", "cross-site")
}

// SetupPage is a launched set-up page: what its script does, without a window.
// It reads and changes the simulated Zendesk as its user.
type SetupPage struct {
	*Panel
	t       *testing.T
	stand   *Stand
	account *simzendesk.Account
	user    int64
}

// SetupPage launches one for a user of acme.
func (s *Stand) SetupPage(t *testing.T, user int64) *SetupPage {
	t.Helper()
	return s.SetupPageOf(t, s.ZD.Account("acme"), user)
}

// SetupPageOf is the set-up page of an admin of any account.
func (s *Stand) SetupPageOf(t *testing.T, account *simzendesk.Account, user int64) *SetupPage {
	t.Helper()
	b := s.NewBrowser(t)
	page := b.LaunchSetup(account, account.Token(user, simzendesk.AtLocation("nav_bar")))
	session, ok := page.Find("#panel").Attr("data-session")
	if !ok || page.Status != http.StatusOK {
		t.Fatalf("launch: %d %s", page.Status, page.Text())
	}
	return &SetupPage{&Panel{b, session}, t, s, account, user}
}

// Asked is a request's body, as the page builds it.
type Asked map[string]any

// With adds fields.
func (a Asked) With(name string, value any) Asked {
	a = maps.Clone(a)
	a[name] = value
	return a
}

// Read is what the page reads in Zendesk before each request.
func (p *SetupPage) Read() Asked {
	p.t.Helper()
	list := func(path, name string) (json.RawMessage, int) {
		var all map[string]json.RawMessage
		status := p.Zendesk(p.user, http.MethodGet, "/api/v2/"+path, nil, &all)
		return all[name], status
	}
	me := struct{ User struct{ Role string } }{}
	p.Zendesk(p.user, http.MethodGet, "/api/v2/users/me.json", nil, &me)
	found := map[string]json.RawMessage{}
	for _, name := range []string{"webhooks", "triggers", "targets", "trigger_categories"} {
		got, status := list(name, name)
		if status == http.StatusForbidden {
			return Asked{"role": me.User.Role, "denied": true, "found": struct{}{}}
		}
		found[name] = got
	}
	asked := Asked{"role": me.User.Role, "found": found}
	for field, name := range map[string]string{"brands": "brands", "groups": "groups", "forms": "ticket_forms"} {
		asked[field], _ = list(name, name)
	}
	return asked
}

// Ask posts a request to the server.
func (p *SetupPage) Ask(path string, asked Asked) Page {
	p.t.Helper()
	raw, err := json.Marshal(asked)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.PostJSON(path, raw)
}

// PostJSON sends a body as it is.
func (p *SetupPage) PostJSON(path string, raw []byte, header ...string) Page {
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

// Look draws the page.
func (p *SetupPage) Look() Page {
	p.t.Helper()
	return p.Ask("/setup/look", p.Read())
}

// Plan asks what would be done.
func (p *SetupPage) Plan(what string, form url.Values) Page {
	p.t.Helper()
	return p.Ask("/setup/plan", p.Read().With("what", what).With("form", form))
}

// PlanID is the id in a shown plan.
func PlanID(shown Page) string { return shown.Find("[data-plan]").AttrOr("data-plan", "") }

// Steps asks for the requests of a plan.
func (p *SetupPage) Steps(what string, form url.Values, plan string) Page {
	p.t.Helper()
	return p.Ask("/setup/steps", p.Read().With("what", what).With("form", form).With("plan", plan))
}

// StepsIn reads the requests of an answer.
func StepsIn(t *testing.T, answer Page) []trigger.Step {
	t.Helper()
	var got struct{ Steps []trigger.Step }
	if err := json.Unmarshal([]byte(answer.HTML), &got); err != nil || answer.Status != http.StatusOK {
		t.Fatalf("no steps: %d %s %v", answer.Status, answer.Text(), err)
	}
	return got.Steps
}

// Do looks at a plan and makes it. It returns the plan as it was shown.
func (p *SetupPage) Do(what string, form url.Values) Page {
	p.t.Helper()
	shown := p.Plan(what, form)
	if PlanID(shown) == "" {
		p.t.Fatalf("no plan: %d %s", shown.Status, shown.Text())
	}
	p.Run(StepsIn(p.t, p.Steps(what, form, PlanID(shown))))
	return shown
}

// Run makes requests in the simulated Zendesk, and returns the last answer.
func (p *SetupPage) Run(steps []trigger.Step) (last json.RawMessage) {
	p.t.Helper()
	webhook := ""
	for _, step := range steps {
		body := bytes.ReplaceAll(step.Body, []byte(trigger.WebhookID), []byte(webhook))
		var in any
		if len(body) > 0 {
			in = json.RawMessage(body)
		}
		last = nil
		path := strings.ReplaceAll(step.Path, trigger.WebhookID, webhook)
		if status := p.Zendesk(p.user, step.Method, path, in, &last); status >= 300 {
			p.t.Fatalf("%s %s: %d %s", step.Method, path, status, last)
		}
		var made struct{ Webhook struct{ ID string } }
		if json.Unmarshal(last, &made) == nil && made.Webhook.ID != "" {
			webhook = made.Webhook.ID
		}
	}
	return last
}

// Found is the account's webhooks and triggers.
func (p *SetupPage) Found() trigger.Found {
	p.t.Helper()
	var f trigger.Found
	for _, name := range []string{"webhooks", "triggers", "targets"} {
		p.Zendesk(p.user, http.MethodGet, "/api/v2/"+name, nil, &f)
	}
	return f
}

// Ours is the triggers that were made here, by their marks.
func (p *SetupPage) Ours() map[string]trigger.Trigger {
	p.t.Helper()
	ours := map[string]trigger.Trigger{}
	for _, t := range p.Found().Triggers {
		if mark := t.Marked(); mark != "" {
			ours[mark] = t
		}
	}
	return ours
}

// Marks are their names, in order.
func (p *SetupPage) Marks() []string {
	p.t.Helper()
	return slices.Sorted(maps.Keys(p.Ours()))
}

// Save changes a ticket as an agent and waits until Zendesk has made its calls.
func (p *SetupPage) Save(agent int64, ticket int, change map[string]any) {
	p.t.Helper()
	path := fmt.Sprintf("/api/v2/tickets/%d.json", ticket)
	var got json.RawMessage
	if status := p.Zendesk(agent, http.MethodPut, path, map[string]any{"ticket": change}, &got); status >= 300 {
		p.t.Fatalf("%s: %d %s", path, status, got)
	}
	var all json.RawMessage
	p.call(p.stand.ZD.ControlURL+"/invocations/acme", agent, http.MethodGet, nil, &all)
}

// Zendesk asks the simulated account's REST API.
func (p *SetupPage) Zendesk(agent int64, method, path string, in, out any) int {
	p.t.Helper()
	return p.call(p.account.Origin+path, agent, method, in, out)
}

func (p *SetupPage) call(address string, agent int64, method string, in, out any) int {
	p.t.Helper()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			p.t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, address, body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Simulated-Agent", fmt.Sprint(agent))
	res, err := p.b.Client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(raw) > 0 && out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			p.t.Fatalf("%s %s: %d %.200s: %v", method, address, res.StatusCode, raw, err)
		}
	}
	return res.StatusCode
}

// StepUpWindow opens the window of the login for one integration: our
// confirmation.
func (p *SetupPage) StepUpWindow(b *Browser) Page {
	p.t.Helper()
	return b.Post(p.stand.URL+"/login", url.Values{"session": {p.Session}, "for": {"integration"}})
}

// StepUp goes through that login as a person of PagerDuty.
func (p *SetupPage) StepUp(login string) (attempt, code string) {
	p.t.Helper()
	window := p.stand.NewBrowser(p.t)
	return Granted(p.t, window.AtPagerDuty(p.StepUpWindow(window), login))
}

// Integrate asks for a service's integration, with the proof of a step up or
// with none.
func (p *SetupPage) Integrate(service, attempt, code string) Page {
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

package zendesk

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
)

// launch is what the page needs to load the app once.
type launch struct{ Action, GUID, Token string }

func TestLaunchNamesOriginInstanceAndScheme(t *testing.T) {
	sim := RunT(t)
	if err := sim.SetAppURL("http://localhost:8080/"); err != nil {
		t.Fatal(err)
	}
	globex := sim.Account("globex")
	var got launch
	if status := ask(t, globex, "7001", "POST", "/launches", `{"location":"ticket_sidebar","colorScheme":"dark"}`, &got); status != http.StatusOK {
		t.Fatalf("launch: %d", status)
	}
	action, err := url.Parse(got.Action)
	if err != nil {
		t.Fatal(err)
	}
	query := action.Query()
	if action.Host != "localhost:8080" || action.Path != "/sidebar" || query.Get("origin") != globex.Origin ||
		query.Get("app_guid") != got.GUID || query.Get("colorScheme") != "dark" {
		t.Errorf("launch goes to %s", got.Action)
	}
	claims, err := parse(globex, got.Token)
	if err != nil {
		t.Fatal(err)
	}
	if claims["sub"] != "https://globex.zendesk.com/api/v2/users/7001.json" {
		t.Errorf("sub %v", claims["sub"])
	}
}

func TestLaunchRefusals(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	body := `{"location":"ticket_sidebar","colorScheme":"light"}`
	if status := ask(t, acme, "9001", "POST", "/launches", body, nil); status != http.StatusConflict {
		t.Errorf("without an app: %d, want 409", status)
	}
	if err := sim.SetAppURL("http://localhost:8080"); err != nil {
		t.Fatal(err)
	}
	if status := ask(t, acme, "", "POST", "/launches", body, nil); status != http.StatusUnauthorized {
		t.Errorf("nobody: %d, want 401", status)
	}
	if status := ask(t, acme, "9001", "POST", "/launches", `{"location":"modal"}`, nil); status != http.StatusBadRequest {
		t.Errorf("unknown location: %d, want 400", status)
	}
	for _, address := range []string{"localhost:8080", "ftp://localhost", "http://", "::"} {
		if err := sim.SetAppURL(address); err == nil {
			t.Errorf("app address %q is taken", address)
		}
	}
}

func TestStartRefusesWrongOptions(t *testing.T) {
	for _, o := range []Options{
		{Listen: []string{"127.0.0.1:0"}},
		{AppURL: "nonsense"},
		{Listen: []string{"127.0.0.1:0", "300.0.0.1:0"}},
	} {
		if sim, err := Start(o); err == nil {
			_ = sim.Close()
			t.Errorf("%+v: started", o)
		}
	}
}

func TestEachPageNamesItsAgentInACookieOfItsAccount(t *testing.T) {
	sim := RunT(t)
	res, err := http.Get(sim.Account("acme").TicketURL(101) + "?agent=9002")
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	cookies := res.Cookies()
	if len(cookies) != 1 || cookies[0].Name != "agent_acme" || cookies[0].Value != "9002" {
		t.Errorf("cookies %v", cookies)
	}
	if !strings.Contains(string(page), `"name":"Tom Weber"`) {
		t.Error("the page is not Tom's")
	}
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src *") {
		t.Errorf("policy %q does not let the page frame an app", policy)
	}
}

func TestSDKIsForAnyOrigin(t *testing.T) {
	sim := RunT(t)
	res, err := http.Get(sim.SDKURL)
	if err != nil {
		t.Fatal(err)
	}
	script, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.Header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("headers %v", res.Header)
	}
	want := "ZAFClient"
	if !SDKBuilt() {
		want = "go run ./simulator/zendesk/sdk"
	}
	if !strings.Contains(string(script), want) {
		t.Errorf("script has no %q", want)
	}
}

func TestControlServer(t *testing.T) {
	sim := RunT(t)
	post := func(path, body string) (int, string) {
		t.Helper()
		res, err := http.Post(sim.ControlURL+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		answer, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(answer)
	}
	if status, _ := post("/app", `{"url":"http://localhost:1"}`); status != http.StatusNoContent ||
		sim.AppURL() != "http://localhost:1" {
		t.Errorf("app: %d, now at %s", status, sim.AppURL())
	}
	var got struct{ Token string }
	_, answer := post("/token", `{"account":"acme","user":9001}`)
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		t.Fatal(err)
	}
	if _, err := parse(sim.Account("acme"), got.Token); err != nil {
		t.Errorf("token of the control server: %v", err)
	}
	for _, spoil := range []string{"expired", "audience", "unsigned", "public-key", "other-account", "no-exp", "future"} {
		_, answer := post("/token", `{"account":"acme","user":9001,"spoil":"`+spoil+`"}`)
		if err := json.Unmarshal([]byte(answer), &got); err != nil {
			t.Fatal(err)
		}
		claims, err := parse(sim.Account("acme"), got.Token)
		if spoil == "audience" {
			// An app knows its own installation; parse knows only the account.
			if claims["aud"] != "https://acme.zendesk.com/api/v2/apps/installations/2002.json" {
				t.Errorf("audience: %v", claims["aud"])
			}
			continue
		}
		if err == nil {
			t.Errorf("spoil %s: verifies", spoil)
		}
	}
	if status, answer := post("/token", `{"account":"acme","user":9001,"spoil":"milk"}`); status != http.StatusBadRequest ||
		!strings.Contains(answer, "milk") {
		t.Errorf("unknown spoil: %d %s", status, answer)
	}
}

func TestFaultsHistoryAndReset(t *testing.T) {
	sim := RunT(t)
	acme := sim.Account("acme")
	sim.Fault(control.Fault{Kind: control.Status, Status: 503, Server: "acme", Path: "/api/v2/tickets/*"})
	if status := ask(t, acme, "9001", "GET", "/api/v2/tickets/101.json", "", nil); status != http.StatusServiceUnavailable {
		t.Errorf("with a fault: %d, want 503", status)
	}
	ask(t, acme, "9001", "PUT", "/api/v2/tickets/101.json", `{"ticket":{"subject":"changed"}}`, nil)
	ask(t, acme, "9001", "GET", "/static/host/main.js", "", nil)
	history := sim.History()
	if len(history) != 2 || history[0].Fault != control.Status || history[1].Method != "PUT" ||
		history[1].Server != "acme" {
		t.Errorf("history %+v", history)
	}
	sim.Reset()
	if ticket, _ := acme.Ticket(101); ticket.Subject != "Checkout fails for EU customers with saved cards" {
		t.Errorf("after reset the subject is %q", ticket.Subject)
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	sim, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	res, err := client.Get(sim.Account("acme").TicketURL(101))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if stacks := running("control.(*Server)"); stacks == "" {
		t.Fatal("the listeners' goroutines are not to be seen while they run")
	}
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	client.CloseIdleConnections()
	// A goroutine that has done all its work may still be on its way out.
	deadline := time.Now().Add(5 * time.Second)
	for running("control.(*Server)") != "" && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if stacks := running("control.(*Server)"); stacks != "" {
		t.Errorf("still running after Close:\n%s", stacks)
	}
	if _, err := client.Get(sim.SDKURL); err == nil {
		t.Error("a closed simulator answers")
	}
}

// running is the stacks of all goroutines in which a function is.
func running(function string) string {
	all := make([]byte, 1<<20)
	all = all[:runtime.Stack(all, true)]
	var found []string
	for _, stack := range strings.Split(string(all), "\n\n") {
		if strings.Contains(stack, function) {
			found = append(found, stack)
		}
	}
	return strings.Join(found, "\n\n")
}

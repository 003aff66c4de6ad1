package pagerduty_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
)

// A login for one thing more asks for that scope alone: the token has it and
// openid, the one from before is as it was, and consent is asked for.
func TestStepUp(t *testing.T) {
	sim, c := newLogin(t)
	wide, narrow := authorization(sim, "incidents.read services.read teams.read"), authorization(sim, "services.write")
	remember := url.Values{"decision": {"allow"}, "remember": {"on"}}
	first := exchange(t, sim, login(t, sim, c, "lee", wide, remember).Get("code"), nil)

	toApp, page, _ := visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+narrow.Encode(), nil)
	if toApp != nil || !strings.Contains(page, "<li>openid</li><li>services.write</li></ul>") {
		t.Fatalf("the consent page: %v %s", toApp, page)
	}
	toApp, _, _ = visit(t, c, http.MethodPost, sim.URL+"/oauth/consent?"+narrow.Encode(), remember)
	got := exchange(t, sim, toApp.Get("code"), nil)
	if got.status != 200 || got.Scope != "openid services.write" {
		t.Fatalf("%+v", got)
	}
	desk := sim.URL + "/services/" + sim.Service("Support desk").ID
	if r := ask(t, got.Access, "POST", desk+"/integrations", newIntegration(eventsV2, "Zendesk")); r.status != 201 {
		t.Errorf("creating with it: %d %s", r.status, r.text)
	}
	if r := ask(t, got.Access, "GET", desk, nil); r.status != 403 {
		t.Errorf("reading with it: %d", r.status)
	}
	if r := ask(t, first.Access, "POST", desk+"/integrations", newIntegration(eventsV2, "Zendesk")); r.status != 403 {
		t.Errorf("creating with the first: %d", r.status)
	}
	if r := ask(t, first.Access, "GET", desk, nil); r.status != 200 {
		t.Errorf("reading with the first: %d", r.status)
	}
	// The wider consent is still remembered.
	if toApp, _, _ = visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+wide.Encode(), nil); toApp.Get("code") == "" {
		t.Error("a narrower consent took the wider one back")
	}
}

// What an app must know before it gives such a token back: a revocation may end
// everything that the person granted to it.
func TestRevokingAStepUp(t *testing.T) {
	for ends, works := range map[string]bool{"delegation": false, "family": true, "token": true} {
		sim := pagerduty.RunT(t)
		sim.Set(func(s *pagerduty.Settings) { s.RevokeEnds = ends })
		first, _ := sim.MintToken("lee", allScopes...)
		_, second := sim.MintToken("lee", "services.write")
		res, err := http.PostForm(sim.RevokeURL, url.Values{"token": {second}, "client_id": {sim.ClientID}, "client_secret": {sim.ClientSecret}})
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != 200 {
			t.Errorf("%s: revoked: %d %v", ends, res.StatusCode, err)
		}
		if r := ask(t, first, "GET", sim.URL+"/incidents", nil); (r.status == 200) != works {
			t.Errorf("%s: the first token: %d", ends, r.status)
		}
	}
}

package identity_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

// A login for one thing more asks for that scope alone: the token has it and
// openid, the one from before is as it was, and consent is asked for.
func TestStepUp(t *testing.T) {
	sim, c := pagerdutytest.NewLogin(t)
	wide, narrow := pagerdutytest.Authorization(sim, "incidents.read services.read teams.read"), pagerdutytest.Authorization(sim,
		"services.write")
	remember := url.Values{"decision": {"allow"}, "remember": {"on"}}
	first := pagerdutytest.Exchange(t, sim, pagerdutytest.Login(t, sim, c, "lee", wide, remember).Get("code"), nil)

	toApp, page, _ := pagerdutytest.Visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+narrow.Encode(), nil)
	if toApp != nil || !strings.Contains(page, "<li>openid</li><li>services.write</li></ul>") {
		t.Fatalf("the consent page: %v %s", toApp, page)
	}
	toApp, _, _ = pagerdutytest.Visit(t, c, http.MethodPost, sim.URL+"/oauth/consent?"+narrow.Encode(), remember)
	got := pagerdutytest.Exchange(t, sim, toApp.Get("code"), nil)
	if got.Status != 200 || got.Scope != "openid services.write" {
		t.Fatalf("%+v", got)
	}
	supportDesk := sim.URL + "/services/" + sim.Service("Support desk").ID
	if r := pagerdutytest.Ask(t, got.Access, "POST", supportDesk+"/integrations",
		pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Zendesk")); r.Status != 201 {
		t.Errorf("creating with it: %d %s", r.Status, r.Text)
	}
	if r := pagerdutytest.Ask(t, got.Access, "GET", supportDesk, nil); r.Status != 403 {
		t.Errorf("reading with it: %d", r.Status)
	}
	if r := pagerdutytest.Ask(t, first.Access, "POST", supportDesk+"/integrations",
		pagerdutytest.NewIntegration(pagerdutytest.EventsV2, "Zendesk")); r.Status != 403 {
		t.Errorf("creating with the first: %d", r.Status)
	}
	if r := pagerdutytest.Ask(t, first.Access, "GET", supportDesk, nil); r.Status != 200 {
		t.Errorf("reading with the first: %d", r.Status)
	}
	// The wider consent is still remembered.
	if toApp, _, _ = pagerdutytest.Visit(t, c, http.MethodGet, sim.AuthorizeURL+"?"+wide.Encode(), nil); toApp.Get("code") == "" {
		t.Error("a narrower consent took the wider one back")
	}
}

// What an app must know before it gives such a token back: a revocation may end
// everything that the person granted to it.
func TestRevokingAStepUp(t *testing.T) {
	for ends, works := range map[string]bool{"delegation": false, "family": true, "token": true} {
		sim := pagerduty.RunT(t)
		sim.Set(func(s *pagerduty.Settings) { s.RevokeEnds = ends })
		first, _ := sim.MintToken("lee", pagerdutytest.AllScopes...)
		_, second := sim.MintToken("lee", "services.write")
		res, err := http.PostForm(sim.RevokeURL, url.Values{
			"token":         {second},
			"client_id":     {sim.ClientID},
			"client_secret": {sim.ClientSecret},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != 200 {
			t.Errorf("%s: revoked: %d %v", ends, res.StatusCode, err)
		}
		if r := pagerdutytest.Ask(t, first, "GET", sim.URL+"/incidents", nil); (r.Status == 200) != works {
			t.Errorf("%s: the first token: %d", ends, r.Status)
		}
	}
}

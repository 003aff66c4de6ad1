package identity_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/pagerdutytest"
)

func TestRevocation(t *testing.T) {
	for ends, want := range map[string][3]int{ // token itself, its kin, another login of the person
		"delegation": {401, 401, 401}, "family": {401, 401, 200}, "token": {401, 200, 200},
	} {
		sim := pagerduty.RunT(t)
		sim.Set(func(s *pagerduty.Settings) { s.RevokeEnds = ends })
		access, second := sim.MintToken("jane", "incidents.read")
		other, _ := sim.MintToken("jane", "incidents.read")
		form := url.Values{"token": {access}, "client_id": {sim.ClientID}, "client_secret": {sim.ClientSecret}}
		for _, secret := range []string{"wrong", sim.ClientSecret} {
			form.Set("client_secret", secret)
			res, err := http.PostForm(sim.RevokeURL, form)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if want := map[bool]int{true: 200, false: 401}[secret == sim.ClientSecret]; res.StatusCode != want {
				t.Errorf("%s: %d; want %d", ends, res.StatusCode, want)
			}
		}
		status := func(token string) int { return pagerdutytest.Ask(t, token, "GET", sim.URL+"/incidents", nil).Status }
		got := [3]int{status(access), 200, status(other)}
		if s, _ := refresh(t, sim, second); s != 200 {
			got[1] = 401
		}
		if got != want {
			t.Errorf("%s: %v; want %v", ends, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	sim := pagerduty.RunT(t)
	token, _ := sim.MintToken("jane", "incidents.read")
	if r := pagerdutytest.Ask(t, token, "GET", sim.URL+"/priorities", nil); r.Status != 403 || r.Code() != 0 ||
		!strings.Contains(r.Text, "required_scopes") {
		t.Errorf("missing scope: %d %s", r.Status, r.Text)
	}
	if r := pagerdutytest.Ask(t, token, "GET", sim.EUURL+"/incidents", nil); r.Status != 401 || r.Body != nil {
		t.Errorf("the wrong region: %d %s; want 401 as text", r.Status, r.Text)
	}
	if r := pagerdutytest.Ask(t, "pdus+_0nonsense", "GET", sim.URL+"/incidents", nil); r.Status != 401 {
		t.Errorf("nonsense: %d", r.Status)
	}
	if err := sim.Clock.Forward(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if r := pagerdutytest.Ask(t, token, "GET", sim.URL+"/incidents", nil); r.Status != 401 {
		t.Errorf("after a day: %d", r.Status)
	}
}

func refresh(t *testing.T, sim *pagerduty.Simulator, token string) (status int, next string) {
	t.Helper()
	res, err := http.PostForm(sim.TokenURL, url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {token},
		"client_id":     {sim.ClientID},
		"client_secret": {sim.ClientSecret},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Refresh string `json:"refresh_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer.Refresh
}

func TestReplayEndsTheFamily(t *testing.T) {
	sim := pagerduty.RunT(t)
	_, first := sim.MintToken("jane", "incidents.read")
	status, second := refresh(t, sim, first)
	if status != 200 || second == first {
		t.Fatalf("refresh: %d, and the token rotated: %v", status, second != first)
	}
	if status, _ := refresh(t, sim, first); status != 400 {
		t.Errorf("a replay: %d", status)
	}
	if status, _ := refresh(t, sim, second); status != 400 {
		t.Errorf("its successor after the replay: %d; the family ends", status)
	}
}

package app_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

// keyRing writes SECRET_KEYS.
func keyRing(ids ...string) seal.Secret {
	for i, id := range ids {
		ids[i] = id + ":" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat(id[:1], 32)))
	}
	return seal.Secret(strings.Join(ids, ","))
}

// The four steps of a key rotation, with two replicas that change one after the
// other: whatever one sealed, the other opens, and nobody is logged out.
func TestRotateKeys(t *testing.T) {
	s := apptest.Simulators(t)
	s.Settings.SecretKeys = keyRing("old")
	first := s.Replica(t)
	second := s.Replica(t)
	agents := []int64{mia, tom}
	acme := s.ZD.Account("acme")
	s.PD.AllowRedirect(first.URL + "/login/callback")
	for i, agent := range agents {
		first.NewBrowser(t).Panel(acme, agent).Connect([]string{"jane", "omar"}[i])
	}

	// works looks as every agent at both, from a panel that each launched.
	works := func(step string) {
		t.Helper()
		for _, agent := range agents {
			for _, launched := range []*apptest.Stand{first, second} {
				session := launched.NewBrowser(t).Panel(acme, agent).Session
				for _, asked := range []*apptest.Stand{first, second} {
					p := asked.NewBrowser(t).Panel(acme, agent)
					p.Session = session
					if got := p.Get("/connection"); got.State() != "new-ticket" {
						t.Errorf("%s: agent %d finds %s: %s", step, agent, got.State(), got.Text())
					}
				}
			}
		}
	}
	// restart gives one after the other new keys, and looks in between.
	restart := func(step string, ids ...string) {
		t.Helper()
		s.Settings.SecretKeys = keyRing(ids...)
		first = s.Replica(t)
		works(step + ", one replica")
		second = s.Replica(t)
		works(step)
		// A late reload of a frame that the other replica launched is welcome:
		// its cookie opens.
		token, b := acme.Token(mia), first.NewBrowser(t)
		b.Launch(acme, token)
		s.Forward(t, zendesk.RepeatWindow+time.Second)
		other := second.NewBrowser(t)
		other.Client.Jar = b.Client.Jar
		if got := other.Launch(acme, token); got.Status != 200 {
			t.Errorf("%s: a repeat: %d %s", step, got.Status, got.Text())
		}
	}
	works("before")
	restart("the new key last", "old", "new")
	kept := first.NewBrowser(t).Panel(acme, mia) // sealed with the old key, and open for the rest
	restart("the new key first", "new", "old")
	did, err := first.App.Store.Reseal(t.Context(), func(store.Resealed) {})
	if err != nil || did.Changed == 0 || len(did.Dead) != 0 {
		t.Errorf("reseal: %+v %v", did, err)
	}
	works("sealed anew")
	if got := kept.Get("/connection"); got.State() != "new-ticket" {
		t.Errorf("a panel from before: %s", got.Text())
	}
	s.Forward(t, zendesk.SessionLife) // open panels of the old key end
	restart("the old key dropped", "new")
	if log := s.Log.String(); !strings.Contains(log, `"seals":"new","only_open":["old"]`) || strings.Contains(log, strings.Repeat("n", 32)) {
		t.Error("the start does not say which key seals, or says too much")
	}
}

package main

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

func TestResealCommand(t *testing.T) {
	env := good(t)
	old := env["SECRET_KEYS"]
	fresh := "new:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, 32))
	begin := func(keys, id string) {
		t.Helper()
		ring, err := app.ParseKeys(seal.Secret(keys))
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), env["DATABASE_URL"], ring.Box("tokens"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		a := oauth.Attempt{ID: id, Agent: zendesk.Agent{Subdomain: "acme", UserID: "1"}, Purpose: oauth.ForSidebar, Verifier: "secret",
			Stage: oauth.StageOpen, Began: time.Now(), Expires: time.Now().Add(time.Hour)}
		if err := s.CreateAttempt(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	begin(old, "a1")
	begin("gone:"+strings.SplitN(fresh, ":", 2)[1], "a2") // by a key that is not there any more
	env["SECRET_KEYS"] = fresh + "," + old
	for _, want := range []string{"1 values sealed anew", "0 values sealed anew"} { // the second time there is nothing to do
		code, out, errs := command(t, env, "reseal")
		if code != 0 || !strings.HasPrefix(errs, "database: sqlite:") || strings.Count(errs, "\n") != 1 {
			t.Fatalf("%d %s", code, errs)
		}
		for _, part := range []string{
			"sealing with key new\n", want, "key new: 1 values\n", "key gone: 1 values, of which 1 do not open",
			"key k is no longer needed by the database", "another 24 hours",
		} {
			if !strings.Contains(out, part) {
				t.Errorf("it does not say %q:\n%s", part, out)
			}
		}
		if strings.Contains(out, "secret") || strings.Contains(out, strings.SplitN(fresh, ":", 2)[1]) {
			t.Errorf("it says too much:\n%s", out)
		}
	}
	if code, _, errs := command(t, map[string]string{"DATABASE_URL": env["DATABASE_URL"], "SECRET_KEYS": ""}, "reseal"); code != 2 ||
		!strings.Contains(errs, "SECRET_KEYS is not set") {
		t.Errorf("without keys: %d %s", code, errs)
	}
}

// A replica that still seals with the old key is told of.
func TestOldKeyStillNeeded(t *testing.T) {
	var out bytes.Buffer
	err := tellKeys(&out, []string{"new", "old", "older"}, map[string]int{"new": 5, "old": 2, "older": 1}, map[string]int{"older": 1})
	if err == nil || !strings.Contains(err.Error(), "key old is still needed") || strings.Contains(out.String(), "no longer") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

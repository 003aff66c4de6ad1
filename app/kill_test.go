package app_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// It is here and not in package apptest, which is for tests: what it tests is
// the whole of package app, as a program of its own that can be killed. Kills of
// replicas, at more points and at random, are in deploy/kill_test.go, which make
// test-deploy runs.

// A kill between PagerDuty's yes to a creation and our answer, then asking
// again, leaves one incident, shown.
func TestKillInTheMiddleOfACreation(t *testing.T) {
	t.Parallel()
	s := apptest.Simulators(t)
	binary := filepath.Join(t.TempDir(), "zendesk-pagerduty")
	build := exec.Command("scripts/program.sh", binary) // as make build compiles it, so that its packages are in Go's cache
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env := append(
		os.Environ(),
		"LISTEN="+s.Settings.Listen,
		"ADMIN_LISTEN="+apptest.FreeAddress(t),
		"PUBLIC_URL="+s.URL,
		"DATABASE_URL="+s.Settings.DatabaseURL,
		"PAGERDUTY_CLIENT_ID="+s.Settings.ClientID,
		"PAGERDUTY_CLIENT_SECRET="+s.Settings.ClientSecret.Reveal(),
		"SECRET_KEYS="+s.Settings.SecretKeys.Reveal(),
		"PAGERDUTY_AUTHORIZE_URL="+s.Settings.AuthorizeURL,
		"PAGERDUTY_TOKEN_URL="+s.Settings.TokenURL,
		"PAGERDUTY_REVOKE_URL="+s.Settings.RevokeURL,
		"PAGERDUTY_JWKS_URL="+s.Settings.JWKSURL,
		"PAGERDUTY_ISSUERS="+strings.Join(s.Settings.Issuers, ","),
		"PAGERDUTY_API_URLS="+strings.Join(s.Settings.APIURLs, ","),
		"PAGERDUTY_EVENTS_URLS="+strings.Join(s.Settings.EventsURLs, ","),
		"ZAF_SDK_URL="+s.Settings.SDKURL,
		"LOG_FORMAT=text",
	)
	serve := func() *exec.Cmd {
		t.Helper()
		cmd := exec.Command(binary, "serve")
		cmd.Env = env
		cmd.Stderr = s.Log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		answers(t, s.URL+"/sidebar")
		return cmd
	}
	first := serve()
	acme := s.ZD.Account("acme")
	add := exec.Command(binary, "installation", "add", "acme", "--app", itoa(acme.AppID), "--installation", itoa(acme.InstallationID), "--origin", acme.Origin)
	add.Env = env
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := connected(t, s, mia, "jane")
	// PagerDuty has done the work and holds its answer back.
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: "/incidents", Kind: pagerduty.Hang, After: true})
	gone := make(chan error, 1)
	go func() {
		req, _ := http.NewRequest(http.MethodPost, s.URL+apptest.Incidents(101), strings.NewReader(s.NewIncident("Payments API").Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sidebar-Session", p.Session)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err == nil {
			res.Body.Close()
			err = errors.New("it was answered")
		}
		gone <- err
	}()
	eventually(t, "the incident exists", func() bool { return len(s.Made(101)) == 1 })
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	first.Wait()
	if err := <-gone; err == nil || strings.Contains(err.Error(), "answered") {
		t.Fatalf("the killed server: %v", err)
	}
	s.PD.ClearFaults()
	serve()
	got := p.Post(apptest.Incidents(101), s.NewIncident("Payments API"))
	if got.State() != "created" || !strings.Contains(got.Text(), "already has an open incident") || len(s.Made(101)) != 1 {
		t.Errorf("asking again: %d %s; %d incidents", got.Status, got.Text(), len(s.Made(101)))
	}
	if got := p.Get(apptest.Incidents(101)); got.State() != "one" {
		t.Errorf("the panel is %s", got.State())
	}
}

func answers(t *testing.T, address string) {
	t.Helper()
	eventually(t, address+" answers", func() bool {
		res, err := http.Get(address)
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	})
}

// eventually asks until it is so. A minute is an upper bound for a busy machine.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(5 * time.Millisecond); !so(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			t.Fatalf("not after a minute: %s", what)
		}
	}
}

package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"zendesk-pagerduty/app"
	"zendesk-pagerduty/app/apptest"
	"zendesk-pagerduty/simulator/pagerduty"
)

// admin asks the operator's address.
func admin(t *testing.T, s *apptest.Stand, path string) (status int, body string) {
	t.Helper()
	res, err := http.Get("http://" + s.App.AdminAddr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(raw))
}

// A program that stops says so first, and goes on answering until whoever spreads
// requests has noticed; each answer closes its connection. Then it takes no more, and
// what is under way ends.
func TestStopping(t *testing.T) {
	t.Parallel()
	stopping, goOn := make(chan time.Duration, 1), make(chan struct{})
	s := apptest.Start(t, func(set *app.Settings, opt *app.Options) {
		set.DrainDelay = time.Minute
		opt.Sleep = func(d time.Duration) { stopping <- d; <-goOn }
	})
	p := connected(t, s, mia, "jane")
	address := strings.TrimPrefix(s.URL, "http://")
	kept, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	answers := bufio.NewReader(kept)
	ask := func() *http.Response {
		t.Helper()
		fmt.Fprint(kept, "GET /sidebar HTTP/1.1\r\nHost: localhost\r\n\r\n")
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		return res
	}
	if res := ask(); res.Close {
		t.Error("a connection closes before the program stops")
	}
	// A creation is under way, whose answer PagerDuty holds back.
	s.PD.Fault(pagerduty.Fault{Method: "POST", Path: "/incidents", Kind: pagerduty.Hang, After: true})
	created := make(chan apptest.Page, 1)
	go func() { created <- p.Post(apptest.Incidents(101), s.NewIncident("Payments API")) }()
	eventually(t, "the incident exists", func() bool { return len(s.Made(101)) == 1 })

	closed := make(chan error, 1)
	go func() { closed <- s.App.Close() }()
	if d := <-stopping; d != time.Minute {
		t.Errorf("it goes on for %v", d)
	}
	if status, body := admin(t, s, "/ready"); status != http.StatusServiceUnavailable || body != "not ready: this replica is stopping" {
		t.Errorf("ready: %d %s", status, body)
	}
	if status, _ := admin(t, s, "/live"); status != http.StatusOK {
		t.Errorf("live: %d", status)
	}
	if n := counted(t, s, "server_ready"); n != 0 {
		t.Errorf("server_ready is %v", n)
	}
	if res := ask(); res.StatusCode != http.StatusOK || !res.Close {
		t.Errorf("on a connection that was kept: %d, and it closes: %v", res.StatusCode, res.Close)
	}
	if got := p.Get("/preferences"); got.Status != http.StatusOK {
		t.Errorf("on a new one: %d", got.Status)
	}
	close(goOn)
	eventually(t, "the listener is closed", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	s.PD.ClearFaults()
	if got := <-created; got.Status != http.StatusOK || got.State() != "created" {
		t.Errorf("what was under way: %d %s", got.Status, got.Text())
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if log := s.Log.String(); strings.Count(log, `"msg":"stopped"`) != 1 || !strings.Contains(log, `"unfinished":false`) {
		t.Errorf("no line says that all has ended: %s", log[max(0, len(log)-500):])
	}
}

package control

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serveCounted serves a handler that counts its work behind faults and history.
func serveCounted(t *testing.T) (d *Control, url string, worked *atomic.Int32) {
	t.Helper()
	d, worked = NewControl(), new(atomic.Int32)
	s, err := Listen("")
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(d.Wrap("us", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		worked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"answer":"`+strings.Repeat("x", 100)+`"}`)
	})))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		d.Close()
	})
	return d, s.URL("127.0.0.1"), worked
}

// post is never sent again by Go's client on its own, unlike a GET.
func post(ctx context.Context, url string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("in"))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer secret")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, string(raw), err
}

func TestFaultsOnTheWire(t *testing.T) {
	for _, c := range []struct {
		fault  Fault
		status int // 0 is no answer
		worked int32
		broken bool // the body does not come whole
	}{
		{fault: Fault{Kind: Delay, Delay: Duration(time.Millisecond)}, status: 200, worked: 1},
		{fault: Fault{Kind: Status, Status: 429}, status: 429},
		{fault: Fault{Kind: Status}, status: 500},
		{fault: Fault{Kind: Status, Status: 503, After: true}, status: 503, worked: 1},
		{fault: Fault{Kind: Garbage}, status: 200},
		{fault: Fault{Kind: Garbage, After: true, Body: `[]`}, status: 200, worked: 1},
		{fault: Fault{Kind: Cut}, status: 200, worked: 1, broken: true},
		{fault: Fault{Kind: Lost}, worked: 1},
	} {
		d, url, worked := serveCounted(t)
		d.Fault(c.fault)
		status, body, err := post(t.Context(), url)
		switch {
		case status != c.status || worked.Load() != c.worked:
			t.Errorf("%+v: status %d, worked %d, %v", c.fault, status, worked.Load(), err)
		case c.status == 0 && err == nil, c.broken != (err != nil) && c.status != 0:
			t.Errorf("%+v: %v, %q", c.fault, err, body)
		case c.broken && len(body) == 0:
			t.Errorf("%+v: nothing of the body came", c.fault)
		}
		e, err := d.Await(t.Context(), func(e Entry) bool { return e.Done })
		if err != nil || e.Fault != c.fault.Kind || e.Status != c.status {
			t.Errorf("%+v: the history has %s with %d, %v", c.fault, e.Fault, e.Status, err)
		}
		if status, body, err := post(t.Context(), url); status != 200 || err != nil || !json.Valid([]byte(body)) {
			t.Errorf("after %+v: %d %v", c.fault, status, err)
		}
	}
}

func TestHangIsReleased(t *testing.T) {
	for _, after := range []bool{false, true} {
		d, url, worked := serveCounted(t)
		d.Fault(Fault{Kind: Hang, After: after})
		done := make(chan int, 1)
		go func() {
			status, _, _ := post(context.WithoutCancel(t.Context()), url)
			done <- status
		}()
		if _, err := d.Await(t.Context(), func(e Entry) bool { return e.Fault == Hang }); err != nil {
			t.Fatal(err)
		}
		select {
		case <-done:
			t.Fatal("it was answered while it hung")
		default:
		}
		d.ClearFaults()
		if status := <-done; status != 200 || worked.Load() != 1 {
			t.Errorf("after %v: %d, worked %d", after, status, worked.Load())
		}
	}
}

func TestHangEndsWithTheClient(t *testing.T) {
	d, url, worked := serveCounted(t)
	d.Fault(Fault{Kind: Hang})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, _, err := post(ctx, url)
		done <- err
	}()
	if _, err := d.Await(t.Context(), func(e Entry) bool { return e.Fault == Hang }); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := d.Await(t.Context(), func(e Entry) bool { return e.Done }); err != nil || worked.Load() != 0 {
		t.Errorf("%v, worked %d", err, worked.Load())
	}
}

// Cleanup of serveCounted closes the simulator under a request that hangs; it must
// come back.
func TestCloseReleases(t *testing.T) {
	d, url, _ := serveCounted(t)
	d.Fault(Fault{Kind: Hang})
	done := make(chan error, 1)
	go func() {
		_, _, err := post(context.WithoutCancel(t.Context()), url)
		done <- err
	}()
	if _, err := d.Await(t.Context(), func(e Entry) bool { return e.Fault == Hang }); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if err := <-done; err == nil {
		t.Error("an answer came from a closed simulator")
	}
}

func TestHistoryIsCompleteWhenTheAnswerIsRead(t *testing.T) {
	d, url, _ := serveCounted(t)
	for n := range 20 {
		if _, _, err := post(t.Context(), url+"/incidents?n=1"); err != nil {
			t.Fatal(err)
		}
		entries := d.History()
		e := entries[len(entries)-1]
		if len(entries) != n+1 || !e.Done || e.Status != 200 || e.Body != "in" || e.Path != "/incidents" ||
			e.Query != "n=1" ||
			!strings.HasPrefix(e.ResponseBody, `{"answer"`) {
			t.Fatalf("%d: %+v", n, e)
		}
	}
}

func TestHistoryHidesTheToken(t *testing.T) {
	d, url, _ := serveCounted(t)
	if _, _, err := post(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(d.History())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "secret") || !strings.Contains(string(raw), Fingerprint("Bearer secret")) {
		t.Errorf("%s", raw)
	}
	if Fingerprint("Bearer secret") == Fingerprint("Bearer other") {
		t.Error("two tokens look the same")
	}
}

func TestBodiesAreBounded(t *testing.T) {
	_, url, worked := serveCounted(t)
	res, err := http.Post(url, "text/plain", strings.NewReader(strings.Repeat("x", bodyLimit+1)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge || worked.Load() != 0 {
		t.Errorf("%d, worked %d", res.StatusCode, worked.Load())
	}
}

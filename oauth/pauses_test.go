package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"zendesk-pagerduty/zendesk"
)

func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := &memory{c: expired()}, &answers{}
		down := true
		a.do = func(*http.Request, int) (*http.Response, error) {
			if down {
				return answer(503, "away"), nil
			}
			return nil, nil
		}
		tk, _ := tokens(m, a)
		for range 50 {
			if _, err := tk.Live(t.Context(), mia); !errors.Is(err, IdentityDown) {
				t.Fatal(err)
			}
		}
		if a.count() != 1 {
			t.Errorf("asked %d times", a.count())
		}
		// One that is due and still valid goes on being used.
		m.c.Expires = time.Now().Add(time.Hour)
		if c, err := tk.Live(t.Context(), mia); err != nil || c.Access.Reveal() != "old" {
			t.Errorf("still valid: %v", err)
		}
		tk.Wait()
		if a.count() != 1 {
			t.Errorf("asked %d times behind the request", a.count())
		}
		m.c.Expires, down = time.Time{}, false
		time.Sleep(2 * firstPause)
		if c, err := tk.Live(t.Context(), mia); err != nil || c.Generation != 2 {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestPausesAreBounded(t *testing.T) {
	p, now := &pauses{most: 10}, time.Now()
	for i := range 100 {
		p.failed(zendesk.Agent{UserID: fmt.Sprint(i)}, 1, now)
	}
	if len(p.of) > 10 {
		t.Errorf("%d entries", len(p.of))
	}
	if p.left(zendesk.Agent{UserID: "99"}, 1, now) == 0 || p.left(zendesk.Agent{UserID: "99"}, 2, now) != 0 {
		t.Error("the newest is kept, for its generation alone")
	}
}

package oauth

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"zendesk-pagerduty/seal"
)

// onlyAttempt is a store of one attempt, which does nothing for a caller who is
// gone.
type onlyAttempt struct {
	AttemptStore // nil: what is not defined below is not called
	a            Attempt
}

func (o *onlyAttempt) ConfirmAttempt(context.Context, string, string, time.Time) (Attempt, error) {
	return o.a, nil
}

func (o *onlyAttempt) ConsumeAttempt(context.Context, string, string, time.Time) (Attempt, error) {
	o.a.Stage = StageExchanging
	return o.a, nil
}

func (o *onlyAttempt) FailAttempt(ctx context.Context, _, outcome string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	o.a.Stage, o.a.Outcome = StageFailed, outcome
	return nil
}

// A code that is not answered in time ends the login, and the panel hears of it:
// it would wait for ten minutes else.
func TestExchangeThatHangs(t *testing.T) {
	ring, err := seal.ParseRing("k:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		service := &answers{do: func(r *http.Request, _ int) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}
		log := slog.New(slog.DiscardHandler)
		kept := &onlyAttempt{a: Attempt{ID: "a", Agent: mia, Purpose: ForSidebar, Stage: StageOpen}}
		l := &Logins{
			Provider: &Provider{ClientID: "id", TokenURL: "https://identity.example/token", Transport: service, Log: log, Now: time.Now},
			Store:    kept,
			Box:      ring.Box("login"),
			Log:      log,
			Now:      time.Now,
		}
		w, _, err := l.Confirm(t.Context(), "a", Window{})
		if err != nil {
			t.Fatal(err)
		}
		state := l.Box.Seal([]byte("a "+w.hash()), bindState)
		if _, err := l.Finish(t.Context(), Answer{State: state, Code: "c"}, w); !errors.Is(err, IdentityDown) {
			t.Errorf("got %v; want IdentityDown", err)
		}
		if kept.a.Stage != StageFailed || kept.a.Outcome != string(IdentityDown) {
			t.Errorf("the login is %s, %q", kept.a.Stage, kept.a.Outcome)
		}
	})
}

package oauth_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"zendesk-pagerduty/oauth"
)

func TestRefresh(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	first := s.connect(mia, jane)
	s.forward(first.RefreshAfter.Sub(s.now()))
	if c, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || c.Access != first.Access {
		t.Errorf("due, and still valid: %v; want it at once", err)
	}
	s.tokens.Wait()
	second, err := s.tokens.Live(t.Context(), mia.Agent)
	if err != nil || second.Access == first.Access || second.Generation != first.Generation+1 || second.UserID != jane.id || second.Email != "jane@example.com" {
		t.Errorf("refreshed behind the request: generation %d, %v", second.Generation, err)
	}
	s.forward(time.Hour)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			c, err := s.tokens.Live(t.Context(), mia.Agent)
			if err != nil || c.Generation != second.Generation+1 {
				t.Errorf("expired: generation %d, %v", c.Generation, err)
			}
		})
	}
	group.Wait()
	if n := s.pd.count("/token"); n != 3 { // the login's, and two
		t.Errorf("the token endpoint was asked %d times", n)
	}
	if n := s.counted(oauth.Refreshed); n != 2 {
		t.Errorf("counted %d", n)
	}
	// A 401 that an older token got says nothing of the one that is there now.
	if c, err := s.tokens.Renew(t.Context(), mia.Agent, second.Generation); err != nil || c.Generation != second.Generation+1 || s.pd.count("/token") != 3 {
		t.Errorf("generation %d, %v", c.Generation, err)
	}
	if c, err := s.tokens.Renew(t.Context(), mia.Agent, second.Generation+1); err != nil || c.Generation != second.Generation+2 {
		t.Errorf("generation %d, %v", c.Generation, err)
	}
}

// PagerDuty ended the login: it lapses, nobody asks again, and a new login works.
func TestDeadGrant(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	first := s.connect(mia, jane)
	clear(s.pd.live) // the person took the access back
	s.forward(time.Hour)
	for range 3 {
		_, err := s.tokens.Live(t.Context(), mia.Agent)
		s.refuses("a dead grant", err, oauth.Lapsed)
	}
	if n := s.pd.count("/token"); n != 2 {
		t.Errorf("asked %d times", n)
	}
	if n := s.counted(oauth.RefreshLapsed); n != 1 {
		t.Errorf("counted %d", n)
	}
	if strings.Contains(s.log.String(), first.Refresh.Reveal()) {
		t.Error("the log repeats the token")
	}
	_, err := s.tokens.Renew(t.Context(), mia.Agent, first.Generation)
	s.refuses("after a 401", err, oauth.Lapsed)
	again := s.connect(mia, jane)
	if c, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || c.Access != again.Access || c.Generation <= first.Generation {
		t.Errorf("after a new login: generation %d, %v", c.Generation, err)
	}
}

// What is not the grant's fault leaves the login as it is: the same refresh token
// works when the service does.
func TestRefreshThatFails(t *testing.T) {
	t.Parallel()
	for name, res := range map[string]func() *http.Response{
		"the service is away":      func() *http.Response { return answered(503, "away") },
		"too many":                 func() *http.Response { return answered(429, nil) },
		"our secret was changed":   func() *http.Response { return answered(401, map[string]string{"error": "invalid_client"}) },
		"a page in its place":      func() *http.Response { return answered(200, "<html>") },
		"an answer without tokens": func() *http.Response { return answered(200, map[string]string{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			first := s.connect(mia, jane)
			s.pd.instead = onPath("/token", res)
			s.forward(time.Hour)
			_, err := s.tokens.Live(t.Context(), mia.Agent)
			s.refuses("while it fails", err, oauth.IdentityDown)
			if n := s.counted(oauth.RefreshFailed); n != 1 {
				t.Errorf("counted %d", n)
			}
			s.pd.instead = nil
			s.forward(time.Hour) // any pause is over
			if c, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || c.Generation != first.Generation+1 {
				t.Errorf("afterwards: generation %d, %v", c.Generation, err)
			}
		})
	}
}

func TestLogOut(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.connect(mia, jane)
	s.connect(tom, jane) // the same person: one delegation
	if s.shared != 1 {
		t.Errorf("%d shared logins", s.shared)
	}
	w := s.finished(mia, lee) // and a login under way
	if err := s.logins.LogOut(t.Context(), mia, s.store); err != nil {
		t.Fatal(err)
	}
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Lee" {
		t.Errorf("revoked: %q; Jane's delegation is Tom's too", got)
	}
	_, err := s.tokens.Live(t.Context(), mia.Agent)
	s.refuses("logged out", err, oauth.NotConnected)
	_, err = s.logins.Claim(t.Context(), mia, w.Attempt, w.Code)
	s.refuses("the login that was under way", err, oauth.WrongCode)
	s.refuses("once more", s.logins.LogOut(t.Context(), mia, s.store), oauth.NotConnected)
	if _, err := s.tokens.Live(t.Context(), tom.Agent); err != nil {
		t.Errorf("Tom: %v", err)
	}
	if err := s.logins.LogOut(t.Context(), tom, s.store); err != nil {
		t.Fatal(err)
	}
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Jane Lee" {
		t.Errorf("revoked: %q", got)
	}
}

// A log-out in the middle of a refresh wins: what comes back is revoked.
func TestLogOutInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	first := s.connect(mia, jane)
	asked, goOn := make(chan struct{}), make(chan struct{})
	s.pd.instead = onPath("/token", func() *http.Response {
		close(asked)
		<-goOn
		return nil
	})
	failed := make(chan error, 1)
	go func() {
		_, err := s.tokens.Renew(t.Context(), mia.Agent, first.Generation)
		failed <- err
	}()
	<-asked
	s.revoker.Never = true // so that only the new pair is left to revoke
	if err := s.logins.LogOut(t.Context(), mia, s.store); err != nil {
		t.Fatal(err)
	}
	s.revoker.Never = false
	close(goOn)
	s.refuses("the refresh", <-failed, oauth.NotConnected)
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Jane" || len(s.pd.live) != 0 {
		t.Errorf("revoked: %q; %d refresh tokens are left", got, len(s.pd.live))
	}
	if n := s.counted(oauth.RefreshFenced); n != 1 {
		t.Errorf("counted %d", n)
	}
}

func TestSwitch(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	first := s.connect(mia, jane)
	second := s.connect(mia, jane) // again, with the same delegation
	s.revoker.Wait()
	if n := s.pd.count("/revoke"); n != 0 || second.Generation <= first.Generation {
		t.Errorf("%d revocations; generation %d after %d", n, second.Generation, first.Generation)
	}
	third := s.connect(mia, lee)
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Jane" {
		t.Errorf("revoked: %q", got)
	}
	if c, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || c.UserID != lee.id || c.Generation != third.Generation {
		t.Errorf("%s, %v", c.UserID, err)
	}
	w := s.finished(mia, eva)
	if err := s.logins.Cancel(t.Context(), mia); err != nil {
		t.Fatal(err)
	}
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Eva Jane" {
		t.Errorf("revoked: %q; the login was cancelled", got)
	}
	_, err := s.logins.Claim(t.Context(), mia, w.Attempt, w.Code)
	s.refuses("the login that was cancelled", err, oauth.WrongCode)
}

// A grant whose delegation is not known is never revoked: it may be somebody's
// working login. Nor is any where the operator says so.
func TestNothingToRevoke(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.connect(mia, person{id: "PMAX", name: "Max", account: "acme"})
	if err := s.logins.LogOut(t.Context(), mia, s.store); err != nil {
		t.Fatal(err)
	}
	s.revoker.Never = true
	s.connect(mia, jane)
	if err := s.logins.LogOut(t.Context(), mia, s.store); err != nil {
		t.Fatal(err)
	}
	s.revoker.Wait()
	if n := s.pd.count("/revoke"); n != 0 {
		t.Errorf("%d revocations", n)
	}
}

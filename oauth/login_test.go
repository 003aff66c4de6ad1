package oauth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	id, w, authorize := s.confirmed(mia, oauth.ForSidebar)
	u, err := url.Parse(authorize)
	if err != nil || u.Query().Get("scope") != "incidents.read incidents.write" {
		t.Errorf("%s, %v", authorize, err)
	}
	if strings.Contains(authorize, id) || strings.Contains(authorize, w.Secret.Reveal()) || strings.Contains(authorize, clientSecret) {
		t.Errorf("the address shows what only this server and the window know: %s", authorize)
	}
	w, err = s.logins.Finish(t.Context(), s.pd.agree(authorize, jane), w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.tokens.Live(t.Context(), mia.Agent); !errors.Is(err, oauth.NotConnected) {
		t.Errorf("before the claim: %v", err)
	}
	// The window goes through its cookie.
	w = s.logins.OpenWindow(s.logins.SealWindow(w))
	c, err := s.logins.Claim(t.Context(), mia, w.Attempt, w.Code)
	if err != nil {
		t.Fatal(err)
	}
	want := oauth.Grant{UserID: "PJANE", AccountID: "A-acme", Account: "acme", DelegationID: "D-jane", Name: "Jane", Email: "jane@example.com", APIBase: apiUS,
		Scopes: "incidents.read incidents.write openid"}
	got := c.Grant
	if _, ok := s.pd.live[got.Refresh.Reveal()]; !ok || got.Access == "" {
		t.Error("the tokens are not the service's")
	}
	if left := got.Expires.Sub(s.now()); left > time.Hour || left < 50*time.Minute || !got.RefreshAfter.Before(got.Expires) {
		t.Errorf("it ends in %v", left)
	}
	got.Access, got.Refresh, got.Expires, got.RefreshAfter = "", "", time.Time{}, time.Time{}
	if got != want {
		t.Errorf("got %+v", got)
	}
	if live, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || live.Access != c.Access {
		t.Errorf("afterwards: %v", err)
	}
	_, err = s.logins.Claim(t.Context(), mia, w.Attempt, w.Code)
	s.refuses("the code once more", err, oauth.WrongCode)
}

// An attempt belongs to the window that confirmed it first, for ten minutes.
func TestConfirm(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	id, w, authorize := s.confirmed(mia, oauth.ForSidebar)
	again, second, err := s.logins.Confirm(t.Context(), id, w)
	if err != nil || again != w || second == authorize {
		t.Errorf("the same window: %v", err)
	}
	for name, other := range map[string]oauth.Window{
		"no window":         {},
		"no secret":         {Attempt: id},
		"a guessed secret":  {Attempt: id, Secret: "guessed"},
		"another attempt's": {Attempt: "another", Secret: w.Secret},
	} {
		_, _, err := s.logins.Confirm(t.Context(), id, other)
		s.refuses(name, err, oauth.AttemptUnknown)
	}
	_, _, err = s.logins.Confirm(t.Context(), "nobody's", oauth.Window{})
	s.refuses("nobody's", err, oauth.AttemptUnknown)
	if _, err := s.logins.Finish(t.Context(), s.pd.agree(second, jane), w); err != nil {
		t.Errorf("by the second address: %v", err)
	}
	_, err = s.logins.Attempt(t.Context(), id)
	s.refuses("a window for what is granted", err, oauth.AttemptUnknown)

	late, err := s.logins.Begin(t.Context(), mia, oauth.ForSidebar)
	if err != nil {
		t.Fatal(err)
	}
	s.forward(oauth.AttemptLife)
	_, _, err = s.logins.Confirm(t.Context(), late.ID, oauth.Window{})
	s.refuses("after ten minutes", err, oauth.AttemptUnknown)
}

// State, cookie and stored hash have to name one window. What does not fit costs
// the login nothing: nobody is asked, and its own window may still finish.
func TestCallbacksThatDoNotFit(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	id, w, authorize := s.confirmed(mia, oauth.ForSidebar)
	answer := s.pd.agree(authorize, jane)
	otherID, other, otherAuthorize := s.confirmed(mia, oauth.ForSidebar)
	forged := func(id string, w oauth.Window, bind string) string {
		return s.box.Seal([]byte(id+" "+seal.Hash(w.Secret.Reveal())), bind)
	}
	for name, c := range map[string]struct {
		state string
		w     oauth.Window
		want  problem.Code
	}{
		"no state":                  {"", w, oauth.AttemptUnknown},
		"somebody's text":           {"x", w, oauth.AttemptUnknown},
		"a window's cookie":         {s.logins.SealWindow(w), w, oauth.AttemptUnknown},
		"sealed for something else": {forged(id, w, "window"), w, oauth.AttemptUnknown},
		"a state without a window":  {s.box.Seal([]byte(id), "state"), w, oauth.AttemptUnknown},
		"an empty hash":             {s.box.Seal([]byte(id+" "), "state"), oauth.Window{Attempt: id}, oauth.AttemptUnknown},
		"another login's state":     {s.pd.agree(otherAuthorize, jane).State, w, oauth.WrongBrowser},
		"no cookie":                 {answer.State, oauth.Window{}, oauth.WrongBrowser},
		"another login's cookie":    {answer.State, other, oauth.WrongBrowser},
		"another login's secret":    {answer.State, oauth.Window{Attempt: id, Secret: other.Secret}, oauth.WrongBrowser},
		"its secret, for another":   {answer.State, oauth.Window{Attempt: otherID, Secret: w.Secret}, oauth.WrongBrowser},
		"a cookie without a secret": {answer.State, oauth.Window{Attempt: id}, oauth.WrongBrowser},
		// The last of the three: state and cookie agree, and the login was
		// confirmed by another window.
		"a hash that is not stored": {forged(otherID, w, "state"), oauth.Window{Attempt: otherID, Secret: w.Secret}, oauth.AttemptUnknown},
		"a login that there is not": {forged("nobody's", w, "state"), oauth.Window{Attempt: "nobody's", Secret: w.Secret}, oauth.AttemptUnknown},
	} {
		_, err := s.logins.Finish(t.Context(), oauth.Answer{State: c.state, Code: answer.Code}, c.w)
		s.refuses(name, err, c.want)
	}
	if n := s.pd.count("/token"); n != 0 {
		t.Errorf("codes were sent %d times", n)
	}
	if _, err := s.logins.StateAttempt(""); !errors.Is(err, oauth.AttemptUnknown) {
		t.Errorf("an empty state belongs to a login: %v", err)
	}
	w, err := s.logins.Finish(t.Context(), answer, w)
	if err != nil {
		t.Fatalf("its own window, afterwards: %v", err)
	}
	// A reload of what is done changes nothing; the same address without the
	// new cookie finds the login used up.
	if again, err := s.logins.Finish(t.Context(), answer, w); err != nil || again != w {
		t.Errorf("a reload: %v", err)
	}
	_, err = s.logins.Finish(t.Context(), answer, oauth.Window{Attempt: w.Attempt, Secret: w.Secret})
	s.refuses("the address again", err, oauth.AttemptUnknown)
	if n := s.pd.count("/token"); n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
	if w := s.logins.OpenWindow("x"); w != (oauth.Window{}) {
		t.Error("a cookie that is not ours opens")
	}
	if w := s.logins.OpenWindow(answer.State); w != (oauth.Window{}) {
		t.Error("a state opens as a cookie")
	}
}

// onPath answers one path in place of the service.
func onPath(path string, answer func() *http.Response) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		if r.URL.Path != path {
			return nil
		}
		return answer()
	}
}

func TestRefusedLogins(t *testing.T) {
	t.Parallel()
	status := func(status int, body any) func(*stand, *oauth.Answer) {
		return func(s *stand, _ *oauth.Answer) {
			s.pd.instead = onPath("/token", func() *http.Response { return answered(status, body) })
		}
	}
	leaky := map[string]string{"error": "server_error", "error_description": "leaked: " + clientSecret}
	for name, c := range map[string]struct {
		change func(*stand, *oauth.Answer)
		want   problem.Code
	}{
		"the person says no":      {func(_ *stand, a *oauth.Answer) { a.Code, a.Error = "", "access_denied" }, oauth.Denied},
		"a no beside a code":      {func(_ *stand, a *oauth.Answer) { a.Error = "access_denied" }, oauth.Denied},
		"no code":                 {func(_ *stand, a *oauth.Answer) { a.Code = "" }, oauth.Denied},
		"a code that is not ours": {func(_ *stand, a *oauth.Answer) { a.Code = "another's" }, oauth.ExchangeFailed},
		"another login's code": {func(s *stand, a *oauth.Answer) { // PKCE: this login does not know that one's verifier
			_, _, authorize := s.confirmed(tom, oauth.ForSidebar)
			a.Code = s.pd.agree(authorize, lee).Code
		}, oauth.ExchangeFailed},
		"a secret that is wrong": {func(s *stand, _ *oauth.Answer) { s.logins.Provider.ClientSecret = "old" }, oauth.ExchangeFailed},
		"the service fails":      {status(503, leaky), oauth.IdentityDown},
		"too many":               {status(429, leaky), oauth.IdentityDown},
		"half an answer":         {status(200, map[string]string{}), oauth.IdentityDown},
		"a page in its place":    {status(200, "<html>"), oauth.IdentityDown},
		"a scope is missing":     {func(s *stand, _ *oauth.Answer) { s.pd.scopes = []string{"incidents.read", "openid"} }, oauth.ScopesMissing},
		"only openid": {func(s *stand, _ *oauth.Answer) { // as PagerDuty answers where the app lacks all of them
			s.pd.scopes = []string{"openid"}
			s.pd.claims = func(c jwt.MapClaims) { delete(c, "user_id") }
		}, oauth.ScopesMissing},
		"an account not listed": {func(s *stand, _ *oauth.Answer) { s.logins.Provider.Accounts = []string{"umbrella"} }, oauth.WrongAccount},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			id, w, authorize := s.confirmed(mia, oauth.ForSidebar)
			answer := s.pd.agree(authorize, jane)
			c.change(s, &answer)
			_, err := s.logins.Finish(t.Context(), answer, w)
			s.refuses("the login", err, c.want)
			if stage, outcome := s.stage(id); stage != oauth.StageFailed || outcome != c.want {
				t.Errorf("it is %s, %q", stage, outcome)
			}
			_, err = s.tokens.Live(t.Context(), mia.Agent)
			s.refuses("a connection", err, oauth.NotConnected)
			if printed := s.log.String() + err.Error(); strings.Contains(printed, "leaked") || strings.Contains(printed, answer.Code) && answer.Code != "" {
				t.Errorf("the log repeats the answer: %s", printed)
			}
		})
	}
}

// Each account of PagerDuty is asked in its region; only those listed may be
// connected, where any are listed.
func TestAccounts(t *testing.T) {
	t.Parallel()
	s := newStand(t, func(p *oauth.Provider) { p.Accounts = []string{"acme", "nordwind"} })
	s.pd.claims = func(c jwt.MapClaims) {
		if c["subdomain"] == "nordwind" {
			c["aud"] = []string{clientID, apiEU + "/"}
		}
	}
	if c := s.connect(mia, jane); c.APIBase != apiUS {
		t.Errorf("asked at %s", c.APIBase)
	}
	if c := s.connect(tom, eva); c.APIBase != apiEU || c.Account != "nordwind" {
		t.Errorf("asked at %s", c.APIBase)
	}
	_, w, authorize := s.confirmed(mia, oauth.ForSidebar)
	_, err := s.logins.Finish(t.Context(), s.pd.agree(authorize, person{id: "PMAX", name: "Max", account: "umbrella"}), w)
	s.refuses("a third account", err, oauth.WrongAccount)
	if _, args, _ := problem.Of(err); args["got"] != "umbrella" || args["want"] != "acme, nordwind" {
		t.Errorf("it says %v", args)
	}
	if c, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || c.UserID != jane.id {
		t.Errorf("the login before: %v", err)
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	w := s.finished(mia, jane)
	reloaded := zendesk.Session{ID: "mia's panel, after a reload", Agent: mia.Agent}
	claim := func(panel zendesk.Session, attempt, code string) error {
		_, err := s.logins.Claim(t.Context(), panel, attempt, code)
		return err
	}
	s.refuses("another agent types it", claim(tom, "", w.Code), oauth.WrongCode)
	s.refuses("another agent's panel posts it", claim(tom, w.Attempt, w.Code), oauth.WrongCode)
	s.refuses("another panel of the agent posts it", claim(reloaded, w.Attempt, w.Code), oauth.WrongCode)
	s.refuses("another attempt is named", claim(mia, "another", w.Code), oauth.WrongCode)
	s.refuses("another account's agent", claim(zendesk.Session{ID: mia.ID, Agent: zendesk.Agent{Subdomain: "globex", UserID: mia.Agent.UserID}}, "", w.Code), oauth.WrongCode)
	for range 3 * oauth.CodeTries {
		s.refuses("a slip of the keyboard", claim(mia, "", w.Code[:5]), oauth.WrongCode) // costs no try
	}
	for left := oauth.CodeTries - 1; left > 0; left-- {
		err := claim(mia, "", "0000-0000")
		s.refuses("a guess", err, oauth.WrongCode)
		if _, args, _ := problem.Of(err); args["left"] != left {
			t.Errorf("it says %v; want %d left", args, left)
		}
	}
	if err := claim(reloaded, "", " "+strings.ToLower(w.Code)+" "); err != nil {
		t.Errorf("typed into the reloaded panel: %v", err)
	}

	w = s.finished(mia, jane)
	for range oauth.CodeTries - 1 {
		s.refuses("a guess", claim(mia, w.Attempt, "0000-0000"), oauth.WrongCode)
	}
	s.refuses("one too many", claim(mia, w.Attempt, "0000-0000"), oauth.CodeEnded)
	s.refuses("the right one, too late", claim(mia, w.Attempt, w.Code), oauth.WrongCode)
	if stage, outcome := s.stage(w.Attempt); stage != oauth.StageFailed || outcome != oauth.CodeEnded {
		t.Errorf("it is %s, %q", stage, outcome)
	}

	w = s.finished(tom, lee)
	s.forward(oauth.AttemptLife)
	s.refuses("after ten minutes", claim(tom, w.Attempt, w.Code), oauth.WrongCode)
	if err := s.logins.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Lee" {
		t.Errorf("revoked: %q; want what nobody claimed, and not the login that works", got)
	}
}

// A window that closes while the code is exchanged leaves a login that can be
// claimed: the code is spent, and PagerDuty has given its grant.
func TestWindowThatCloses(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	_, w, authorize := s.confirmed(mia, oauth.ForSidebar)
	answer := s.pd.agree(authorize, jane)
	ctx, closes := context.WithCancel(t.Context())
	s.pd.instead = onPath("/token", func() *http.Response { closes(); return nil })
	w, err := s.logins.Finish(ctx, answer, w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.logins.Claim(t.Context(), mia, w.Attempt, w.Code); err != nil {
		t.Error(err)
	}
}

// A step up is for one use by the person who is connected, and connects nobody.
func TestStepUp(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	conn := s.connect(mia, jane)
	up := func(who person) oauth.Window {
		t.Helper()
		_, w, authorize := s.confirmed(mia, oauth.ForIntegration)
		if u, err := url.Parse(authorize); err != nil || u.Query().Get("scope") != oauth.IntegrationScope.Name {
			t.Errorf("asks for %s", authorize)
		}
		w, err := s.logins.Finish(t.Context(), s.pd.agree(authorize, who), w)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	w := up(lee)
	_, err := s.logins.Claim(t.Context(), mia, w.Attempt, w.Code)
	s.refuses("as a login of the sidebar", err, oauth.WrongCode)
	_, err = s.logins.Take(t.Context(), mia, conn, w.Attempt, w.Code)
	s.refuses("somebody else's right", err, oauth.WrongPerson)
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Lee" {
		t.Errorf("revoked: %q", got)
	}
	_, nobody, authorize := s.confirmed(mia, oauth.ForIntegration)
	s.pd.claims = func(c jwt.MapClaims) { delete(c, "user_id") }
	_, err = s.logins.Finish(t.Context(), s.pd.agree(authorize, jane), nobody)
	s.refuses("a right of nobody's", err, oauth.BadIDToken)
	s.pd.claims = nil
	w = up(jane)
	_, err = s.logins.Take(t.Context(), tom, conn, "", w.Code)
	s.refuses("another agent", err, oauth.WrongCode)
	g, err := s.logins.Take(t.Context(), mia, conn, w.Attempt, w.Code)
	if err != nil || g.Access == conn.Access || g.UserID != jane.id {
		t.Errorf("taken: %v", err)
	}
	_, err = s.logins.Take(t.Context(), mia, conn, w.Attempt, w.Code)
	s.refuses("taken again", err, oauth.WrongCode)
	s.logins.Drop(t.Context(), g)
	s.revoker.Wait()
	if got := strings.Join(s.pd.ended(), " "); got != "Lee" {
		t.Errorf("revoked: %q; Jane's delegation is her connection's", got)
	}
	if live, err := s.tokens.Live(t.Context(), mia.Agent); err != nil || live.Access != conn.Access {
		t.Errorf("the connection: %v", err)
	}
}

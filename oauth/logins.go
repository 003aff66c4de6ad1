package oauth

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// Person is who a token belongs to.
type Person struct{ ID, Name, Email, Role string }

// People asks PagerDuty who a token belongs to.
type People interface {
	Me(ctx context.Context, apiBase string, access seal.Secret) (Person, error)
}

// Logins runs attempts from the panel's click to the claim.
type Logins struct {
	Provider *Provider
	Store    AttemptStore
	People   People
	Box      *seal.Box // purpose "login": state and the window's cookie
	Revoker  *Revoker
	Log      *slog.Logger
	Now      func() time.Time
	// CountShared counts logins as a person of PagerDuty as whom other Zendesk
	// users are connected.
	CountShared func()
	// Count counts steps of logins by how they ended; it may be nil.
	Count func(Step, error)
}

// Step is a part of a login that may fail.
type Step string

// The steps of a login.
const (
	StepBegin   Step = "begin"   // the attempt
	StepConfirm Step = "confirm" // the press of the window's button
	StepFinish  Step = "finish"  // PagerDuty's redirect: the exchange of its code for tokens
	StepClaim   Step = "claim"   // the code, also of a step up
)

// counted counts the end of a step, in a deferred call.
func (l *Logins) counted(step Step, err *error) {
	if l.Count != nil {
		l.Count(step, *err)
	}
}

// Window is what a login window holds since its person confirmed the login: in
// a cookie of its own, first-party and one for each attempt, so that two
// windows do not disturb each other.
type Window struct {
	Attempt string // its id
	// Secret is a random value that only this browser knows. The attempt
	// stores its hash, and the state holds it.
	Secret seal.Secret
	Code   string // once granted; the person types it if the sidebar did not hear of it
}

const (
	bindState  = "state"
	bindWindow = "window"
)

// Begin starts an attempt for the panel's agent.
func (l *Logins) Begin(ctx context.Context, s zendesk.Session, purpose Purpose) (a Attempt, err error) {
	defer l.counted(StepBegin, &err)
	now := l.Now()
	a = Attempt{
		ID:        seal.Random(16),
		Agent:     s.Agent,
		SessionID: s.ID,
		Purpose:   purpose,
		Verifier:  seal.Secret(oauth2.GenerateVerifier()),
		Nonce:     seal.Random(16),
		Stage:     StageOpen,
		Began:     now,
		Expires:   now.Add(AttemptLife),
	}
	return a, l.Store.CreateAttempt(ctx, a)
}

// Attempt finds one that a window may still be opened for.
func (l *Logins) Attempt(ctx context.Context, id string) (Attempt, error) {
	a, err := l.Store.Attempt(ctx, id, l.Now())
	if err != nil {
		return Attempt{}, err
	}
	if a.Stage != StageOpen {
		return Attempt{}, AttemptUnknown
	}
	return a, nil
}

// AttemptOf is the attempt of a window, in whatever stage. It fails with
// [AttemptUnknown].
func (l *Logins) AttemptOf(ctx context.Context, w Window) (Attempt, error) {
	return l.Store.Attempt(ctx, w.Attempt, l.Now())
}

// StepUp says whether making an integration takes a login of its own.
func (l *Logins) StepUp() bool { return l.Provider.StepUp() }

// Confirm binds an attempt to the window whose person said yes, and gives the
// address at PagerDuty for it, with the window as its cookie has to hold it. w
// is the window that the browser holds already, or the zero one: that one may
// confirm again (a double click, a way back), and no other may.
//
// The state is sealed, so that only this server makes one, and it holds the
// hash of the window's secret beside the attempt: an attacker who confirms an
// attempt gets a state that no other browser has the cookie for.
func (l *Logins) Confirm(ctx context.Context, id string, w Window) (_ Window, authorize string, err error) {
	defer l.counted(StepConfirm, &err)
	if w.Attempt != id || w.Secret == "" {
		w = Window{Attempt: id, Secret: seal.Secret(seal.Random(32))}
	}
	hash := w.hash()
	a, err := l.Store.ConfirmAttempt(ctx, id, hash, l.Now())
	if err != nil {
		return Window{}, "", err
	}
	return w, l.Provider.authorizeURL(a, l.Box.Seal([]byte(a.ID+" "+hash), bindState)), nil
}

// hash is what the attempt and the state hold of the window's secret; "" for
// a window that has none, which matches nothing.
func (w Window) hash() string {
	if w.Secret == "" {
		return ""
	}
	return seal.Hash(w.Secret.Reveal())
}

// SealWindow and OpenWindow turn a window into its cookie's text and back.
func (l *Logins) SealWindow(w Window) string {
	return l.Box.Seal([]byte(w.Attempt+" "+w.Secret.Reveal()+" "+w.Code), bindWindow)
}

// OpenWindow returns the zero Window for a text that is not ours.
func (l *Logins) OpenWindow(cookie string) Window {
	plain, err := l.Box.Open(cookie, bindWindow)
	if err != nil {
		return Window{}
	}
	parts := strings.Split(string(plain), " ")
	if len(parts) != 3 {
		return Window{}
	}
	return Window{Attempt: parts[0], Secret: seal.Secret(parts[1]), Code: parts[2]}
}

// StateAttempt reads which attempt a state belongs to; empty and foreign
// states belong to none.
func (l *Logins) StateAttempt(state string) (string, error) {
	id, _, err := l.openState(state)
	return id, err
}

// openState gives the attempt and the window's hash that a state holds.
func (l *Logins) openState(state string) (id, windowHash string, err error) {
	plain, err := l.Box.Open(state, bindState)
	if err != nil {
		return "", "", AttemptUnknown
	}
	id, windowHash, _ = strings.Cut(string(plain), " ")
	if id == "" || windowHash == "" {
		return "", "", AttemptUnknown
	}
	return id, windowHash, nil
}

// Answer is what PagerDuty's redirect carries.
type Answer struct {
	State string
	Code  string
	Error string // RFC 6749 §4.1.2.1, e.g. access_denied
}

// Finish takes PagerDuty's answer in the window that confirmed the attempt. The
// grant is stored, though not yet anybody's; the returned window holds the
// code that claims it.
func (l *Logins) Finish(ctx context.Context, answer Answer, w Window) (_ Window, err error) {
	defer l.counted(StepFinish, &err)
	id, hash, err := l.openState(answer.State)
	if err != nil {
		return Window{}, err
	}
	// State, cookie and (when it is consumed) the stored attempt must agree on
	// the window: else an attacker could bring their own half-finished login
	// to an end in somebody else's browser, where PagerDuty remembers a
	// consent and asks nobody.
	if w.Attempt != id || subtle.ConstantTimeCompare([]byte(w.hash()), []byte(hash)) != 1 {
		return Window{}, WrongBrowser
	}
	if w.Code != "" {
		return w, nil // a reload of what is done already
	}
	// Consumed before the exchange, so that a callback that arrives twice
	// cannot spend the code twice: PagerDuty may revoke what it gave.
	consuming, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	a, err := l.Store.ConsumeAttempt(consuming, id, hash, l.Now())
	if err != nil {
		return Window{}, err
	}
	// Detached: the code is being spent, and a window that closes now must
	// not leave a grant that nobody knows of.
	ctx = context.WithoutCancel(ctx)
	exchanging, cancel := context.WithTimeout(ctx, exchangeWithin)
	defer cancel()
	g, err := l.receive(exchanging, answer, a)
	// What came of it is stored in a time of its own.
	ctx, cancel = context.WithTimeout(ctx, resultWithin)
	defer cancel()
	if err != nil {
		// Not revoked: whose delegation it is was not verified, or it may be
		// one that works, here or in another deployment. The tokens are
		// forgotten with this call.
		return Window{}, l.fail(ctx, a, err)
	}
	code := newCode()
	granting, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if err := l.Store.GrantAttempt(granting, a.ID, g, codeHash(a.ID, code), l.Now()); err != nil {
		return Window{}, l.fail(ctx, a, err)
	}
	w.Code = code
	return w, nil
}

func (l *Logins) receive(ctx context.Context, answer Answer, a Attempt) (Grant, error) {
	if answer.Error != "" || answer.Code == "" {
		return Grant{}, Denied
	}
	g, err := l.Provider.exchange(ctx, answer.Code, a)
	if err != nil {
		return g, err
	}
	if a.Purpose == ForIntegration {
		return g, nil // its right is not one to ask who they are; the ID token said it
	}
	me, err := l.People.Me(ctx, g.APIBase, g.Access)
	if err != nil {
		return g, problem.New(IdentityDown, err, nil)
	}
	if me.ID != g.UserID {
		return g, problem.New(BadIDToken, nil, nil)
	}
	g.Name, g.Email, g.Role = me.Name, me.Email, me.Role
	return g, nil
}

// fail stores why a login failed, for the panel that waits for it. ctx does not
// end with the request, nor with what took too long.
func (l *Logins) fail(ctx context.Context, a Attempt, cause error) error {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	outcome := ExchangeFailed
	if code, _, ok := problem.Of(cause); ok {
		outcome = code
	}
	l.Log.InfoContext(ctx, "login failed", "agent", a.Agent, "outcome", outcome, "err", cause)
	if err := l.Store.FailAttempt(ctx, a.ID, string(outcome)); err != nil {
		l.Log.ErrorContext(ctx, "login outcome not stored", "err", err)
	}
	return cause
}

// Claim gives the grant whose code this is to the session's agent. attempt is
// what the window named that posted the code to this panel, and is empty for
// typed codes.
func (l *Logins) Claim(ctx context.Context, s zendesk.Session, attempt, code string) (_ Connection, err error) {
	defer l.counted(StepClaim, &err)
	code = normalCode(code)
	if code == "" {
		return Connection{}, WrongCode // cannot be a code: a slip of the keyboard costs no try
	}
	claim, err := l.Store.ClaimAttempt(ctx, s.Agent, proof(s, attempt, code), l.Now())
	l.Revoker.Revoke(ctx, claim.Spoiled...)
	if err != nil {
		return Connection{}, err
	}
	if claim.Replaced != nil {
		l.Revoker.Revoke(ctx, *claim.Replaced)
	}
	if len(claim.Shared) > 0 {
		l.CountShared()
		l.Log.WarnContext(ctx, "shared login: a person of PagerDuty is connected to another Zendesk user than before",
			"agent", s.Agent, "pagerduty_user", claim.Connection.UserID, "earlier", claim.Shared)
	}
	l.Log.InfoContext(ctx, "connected",
		"agent", s.Agent, "pagerduty_user", claim.Connection.UserID,
		"pagerduty_account", claim.Connection.AccountID)
	return claim.Connection, nil
}

// Take gives the session's agent the grant of a step up, which is kept nowhere:
// it has to be used now, and given to [Logins.Drop]. as is the agent's
// connection: somebody else's right is refused, as [WrongPerson].
func (l *Logins) Take(ctx context.Context, s zendesk.Session, as Connection, attempt, code string) (_ Grant, err error) {
	defer l.counted(StepClaim, &err)
	code = normalCode(code)
	if code == "" {
		return Grant{}, WrongCode
	}
	claim, err := l.Store.TakeGrant(ctx, s.Agent, ForIntegration, proof(s, attempt, code), l.Now())
	l.Revoker.Revoke(ctx, claim.Spoiled...)
	if err != nil {
		return Grant{}, err
	}
	g := claim.Connection.Grant
	if g.UserID != as.UserID || g.AccountID != as.AccountID || g.APIBase != as.APIBase {
		l.Drop(ctx, g)
		return Grant{}, WrongPerson
	}
	l.Log.InfoContext(ctx, "stepped up", "agent", s.Agent, "pagerduty_user", g.UserID)
	return g, nil
}

// Drop forgets a grant that has served. It is revoked where that cannot end the
// agent's connection, which belongs to the same delegation.
func (l *Logins) Drop(ctx context.Context, g Grant) { l.Revoker.Revoke(ctx, g) }

// Progress is how far the login has come that the session's panel waits for.
func (l *Logins) Progress(ctx context.Context, s zendesk.Session) (Attempt, error) {
	return l.Store.LatestAttempt(ctx, s.Agent, s.ID, l.Now())
}

// Cancel ends what the session's panel began.
func (l *Logins) Cancel(ctx context.Context, s zendesk.Session) error {
	grants, err := l.Store.CancelAttempts(ctx, s.Agent, s.ID)
	if err != nil {
		return err
	}
	l.Revoker.Revoke(ctx, grants...)
	return nil
}

// LogOut ends the agent's connection and every login of theirs under way.
func (l *Logins) LogOut(ctx context.Context, s zendesk.Session, connections ConnectionStore) error {
	waiting, err := l.Store.CancelAttempts(ctx, s.Agent, "")
	if err != nil {
		return err
	}
	l.Revoker.Revoke(ctx, waiting...)
	g, err := connections.Disconnect(ctx, s.Agent, l.Now())
	if err != nil {
		return err
	}
	l.Revoker.Revoke(ctx, g)
	l.Log.InfoContext(ctx, "logged out", "agent", s.Agent, "pagerduty_user", g.UserID)
	return nil
}

// Sweep erases what was not claimed in time.
func (l *Logins) Sweep(ctx context.Context) error {
	grants, err := l.Store.SweepAttempts(ctx, l.Now())
	if err != nil {
		return err
	}
	l.Revoker.Revoke(ctx, grants...)
	return nil
}

// proof is a code that a session's panel presents.
func proof(s zendesk.Session, attempt, code string) Proof {
	p := Proof{Hash: func(id string) string { return codeHash(id, code) }}
	if attempt != "" {
		p.Attempt, p.SessionID = attempt, s.ID
	}
	return p
}

// codeHash binds a code to its attempt, so that equal codes of two attempts
// have different hashes.
func codeHash(attempt, code string) string {
	return seal.Hash(attempt + " " + normalCode(code))
}

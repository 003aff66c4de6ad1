package oauth

import (
	"context"
	"time"

	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// AttemptLife is how long a person may take to log in, and how long a grant
// waits to be claimed.
const AttemptLife = 10 * time.Minute

// CodeTries is how many wrong codes end an attempt.
const CodeTries = 5

// MaxOpen is how many attempts of one agent may be open at once: more than a
// person has windows. The oldest give way.
const MaxOpen = 20

// Stage is how far an attempt has come. It only moves forward.
type Stage string

// The stages of an attempt.
const (
	StageOpen       Stage = "open"       // the window may come back
	StageExchanging Stage = "exchanging" // the callback consumed it
	StageGranted    Stage = "granted"    // a grant waits to be claimed
	StageClaimed    Stage = "claimed"
	StageFailed     Stage = "failed" // Outcome says why
)

// Attempt is one login under way.
type Attempt struct {
	ID        string
	Agent     zendesk.Agent
	SessionID string // the panel that began it, for that panel's progress view
	Purpose   Purpose
	Verifier  seal.Secret // PKCE
	Nonce     string
	Stage     Stage
	Outcome   string // a problem code, once failed
	Began     time.Time
	Granted   time.Time
	Expires   time.Time
	Tries     int
	// WindowHash is the hash of the secret of the window that confirmed the
	// attempt, or "": then nobody did, and no window may finish it.
	WindowHash string
}

// Purpose is what a login asks for.
type Purpose string

// The purposes of a login.
const (
	// ForSidebar brings a connection, with all that a panel can do.
	ForSidebar Purpose = "sidebar"
	// ForIntegration is the step up of an admin who sets up ticket events: the
	// right to change services, for one action, kept nowhere after it.
	ForIntegration Purpose = "integration"
)

// AttemptStore keeps attempts. Each method is one transaction.
type AttemptStore interface {
	// CreateAttempt stores a new attempt; of the agent's open ones, the newest
	// [MaxOpen] stay.
	CreateAttempt(ctx context.Context, a Attempt) error
	// Attempt finds one that has not expired, or returns [AttemptUnknown].
	Attempt(ctx context.Context, id string, now time.Time) (Attempt, error)
	// ConfirmAttempt binds an open, unexpired attempt to the window whose
	// secret has the hash, and returns it. An attempt that is bound to another
	// window already, or has ended, is [AttemptUnknown].
	ConfirmAttempt(ctx context.Context, id, windowHash string, now time.Time) (Attempt, error)
	// ConsumeAttempt moves an open, unexpired attempt of that window to
	// exchanging, and returns it. It succeeds once; everybody else, and an
	// empty hash, gets [AttemptUnknown].
	ConsumeAttempt(ctx context.Context, id, windowHash string, now time.Time) (Attempt, error)
	// GrantAttempt stores the grant and the hash of its code with an attempt
	// that is exchanging. It returns [AttemptUnknown] where it no longer is.
	GrantAttempt(ctx context.Context, id string, g Grant, codeHash string, now time.Time) error
	// FailAttempt ends an attempt that is open or exchanging, with the code
	// that says why.
	FailAttempt(ctx context.Context, id, outcome string) error
	// ClaimAttempt looks through the agent's waiting attempts for the sidebar
	// that the proof may claim for the one whose stored hash is the proof's.
	// On a match the grant becomes the agent's connection, with a higher
	// generation, and the connection that it replaced is returned. Otherwise
	// one try is counted against each attempt that was looked at; those
	// without tries left fail, their grants are erased and returned in
	// Spoiled, and the error is [WrongCode] with the tries left, or
	// [CodeEnded].
	ClaimAttempt(ctx context.Context, agent zendesk.Agent, proof Proof, now time.Time) (Claim, error)
	// TakeGrant is the same for an attempt of another purpose, whose grant
	// becomes nobody's connection: it leaves the store, to be used and dropped.
	TakeGrant(ctx context.Context, agent zendesk.Agent, purpose Purpose, proof Proof, now time.Time) (Claim, error)
	// LatestAttempt is the newest unexpired attempt for the sidebar that the session began, or
	// of the agent a granted one, or [AttemptUnknown].
	LatestAttempt(ctx context.Context, agent zendesk.Agent, sessionID string, now time.Time) (Attempt, error)
	// CancelAttempts ends the open, exchanging and granted attempts that the
	// session began, or all of the agent's where sessionID is empty, and
	// returns the grants that nobody claimed.
	CancelAttempts(ctx context.Context, agent zendesk.Agent, sessionID string) ([]Grant, error)
	// SweepAttempts deletes expired attempts and returns the grants that
	// nobody claimed.
	SweepAttempts(ctx context.Context, now time.Time) ([]Grant, error)
}

// Proof is a code, and how it came.
type Proof struct {
	// Attempt and SessionID are set for a code that the window posted to the
	// panel that opened it: it claims that attempt alone, and only for the
	// session that began it. A typed code leaves both empty, and may claim any
	// attempt of the agent.
	Attempt   string
	SessionID string
	// Hash is the code's, which differs from attempt to attempt.
	Hash func(attempt string) string
}

// May says whether the proof is of a kind that can claim the attempt, whatever
// its code is.
func (p Proof) May(a Attempt) bool {
	return p.Attempt == "" || p.Attempt == a.ID && p.SessionID == a.SessionID
}

// Claim is what a right code brought, or what wrong ones cost.
type Claim struct {
	Connection Connection // or, of TakeGrant, the grant alone
	Replaced   *Grant     // the agent's former connection
	Spoiled    []Grant    // of attempts that wrong codes ended
	// Shared are the Zendesk users who are connected as the same person of
	// PagerDuty, where the agent was not before. Each has a notice of it now.
	Shared []zendesk.Agent
}

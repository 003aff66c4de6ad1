package zendesk

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	"zendesk-pagerduty/seal"
)

// Limits of a session and of a launch token's second use.
const (
	SessionIdle  = 12 * time.Hour
	SessionLife  = 24 * time.Hour
	RepeatWindow = 60 * time.Second // a frame's reload posts the same token again
	// touchEvery bounds how often a session in use is written.
	touchEvery = 5 * time.Minute
)

// Session is one launched panel. It holds no right but that of its agent.
type Session struct {
	ID       string
	Agent    Agent
	Origin   string // the registered origin of the agent workspace
	Started  time.Time
	LastSeen time.Time
}

// StoredSession is a session as the store keeps it: with the hash of its secret.
type StoredSession struct {
	Session
	SecretHash string
}

// SessionStart is what the store keeps of a launch.
type SessionStart struct {
	Session        Session
	InstallationID int64
	// PublicKeyPEM is the key that the launch was verified by.
	PublicKeyPEM string
	SecretHash   string
	TokenHash    string
	TokenExpires time.Time
	// RepeatSince is the earliest first use that a repeat may have; the zero
	// time where the browser was recognised and any repeat is welcome.
	RepeatSince time.Time
	// Most is how many sessions the agent may have; those used least recently
	// end. 0 is no bound.
	Most int
}

// SessionStore keeps sessions and the marks of used launch tokens.
type SessionStore interface {
	// StartSession marks the launch token as used and stores the session in
	// one transaction: either both are there or neither, so that a failure
	// leaves a token that can be tried again. It returns [LaunchRepeated] for
	// a token whose first use was before RepeatSince.
	StartSession(ctx context.Context, start SessionStart) error
	// Session finds a session whose installation is still registered. It
	// returns [SessionEnded] where there is none.
	Session(ctx context.Context, id string) (StoredSession, error)
	// TouchSession notes that a session is in use.
	TouchSession(ctx context.Context, id string, now time.Time) error
	// SweepSessions deletes sessions that started before started or were last
	// seen before seen, and the marks of launch tokens that ended before now.
	SweepSessions(ctx context.Context, started, seen, now time.Time) error
}

// Sessions starts sessions and recognises their values.
type Sessions struct {
	Store SessionStore
	Box   *seal.Box // purpose "session"
	Now   func() time.Time
	Most  int // sessions of one agent at once; 0 is no bound
}

// Start makes a session of its own for a launch and ends no other: agents keep
// twenty ticket tabs open. recognised says that the browser showed that it
// launched as this agent before. The value is for the page's memory alone.
func (s *Sessions) Start(ctx context.Context, l Launch, recognised bool) (Session, seal.Secret, error) {
	now := s.Now()
	session := Session{ID: seal.Random(16), Agent: l.Agent, Origin: l.Installation.Origin, Started: now, LastSeen: now}
	secret := seal.Random(32)
	start := SessionStart{
		Session:        session,
		InstallationID: l.Installation.InstallationID,
		PublicKeyPEM:   l.Installation.PublicKeyPEM,
		SecretHash:     seal.Hash(secret),
		TokenHash:      l.TokenHash,
		TokenExpires:   l.Expires,
		Most:           s.Most,
	}
	if !recognised {
		start.RepeatSince = now.Add(-RepeatWindow)
	}
	if err := s.Store.StartSession(ctx, start); err != nil {
		return Session{}, "", err
	}
	return session, seal.Secret(s.Box.Seal([]byte(session.ID + "." + secret))), nil
}

// Check turns a session value back into its session, or returns [SessionEnded].
func (s *Sessions) Check(ctx context.Context, value seal.Secret) (Session, error) {
	return s.CheckFound(ctx, value, s.Store.Session)
}

// CheckFound is Check for a caller whose find looks more up than the session,
// in the same statement. What else it found is to be used only where
// CheckFound returns no error: the secret is checked afterwards.
func (s *Sessions) CheckFound(ctx context.Context, value seal.Secret,
	find func(ctx context.Context, id string) (StoredSession, error)) (Session, error) {
	plain, err := s.Box.Open(value.Reveal())
	if err != nil {
		return Session{}, SessionEnded
	}
	id, secret, found := strings.Cut(string(plain), ".")
	if !found {
		return Session{}, SessionEnded
	}
	stored, err := find(ctx, id)
	if err != nil {
		return Session{}, err
	}
	if subtle.ConstantTimeCompare([]byte(stored.SecretHash), []byte(seal.Hash(secret))) != 1 {
		return Session{}, SessionEnded
	}
	session := stored.Session
	now := s.Now()
	if now.Sub(session.Started) >= SessionLife || now.Sub(session.LastSeen) >= SessionIdle {
		return Session{}, SessionEnded
	}
	if now.Sub(session.LastSeen) >= touchEvery {
		if err := s.Store.TouchSession(ctx, session.ID, now); err != nil {
			return Session{}, err
		}
		session.LastSeen = now
	}
	return session, nil
}

// Sweep deletes what has ended.
func (s *Sessions) Sweep(ctx context.Context) error {
	now := s.Now()
	return s.Store.SweepSessions(ctx, now.Add(-SessionLife), now.Add(-SessionIdle), now)
}

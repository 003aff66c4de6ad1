package oauth

import (
	"context"
	"time"

	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// Grant is what a finished login brought: the tokens, and whose they are.
type Grant struct {
	Access  seal.Secret
	Refresh seal.Secret
	Expires time.Time // of the access token
	// RefreshAfter is when the pair is due for a refresh, before it expires.
	RefreshAfter time.Time
	Scopes       string // as granted, space-separated

	APIBase      string // the REST base of the account's region
	UserID       string // PagerDuty's user id
	AccountID    string
	Account      string // PagerDuty's subdomain
	DelegationID string // constant for one user's authorization of our app across its refreshes
	Name         string // as PagerDuty shows the person
	Email        string // for the From header; from /users/me of the same token
	Role         string // the base role as PagerDuty spells it, from there too; empty where it is not known
}

// Connection is a grant that an agent claimed.
type Connection struct {
	Agent zendesk.Agent
	Grant
	// Generation counts refreshes and switches; a write that names an older
	// one is fenced off.
	Generation int64
	// Lapsed says that PagerDuty declared the grant dead.
	Lapsed bool
	// LeaseOwner and LeaseUntil name who refreshes now, by the store's clock.
	LeaseOwner string
	LeaseUntil time.Time
	// Shared are other Zendesk users who connected as the same person of
	// PagerDuty after this agent did, the newest last.
	Shared []SharedLogin
}

// SharedLogin is another Zendesk user, perhaps of another account, who connected
// as the same person of PagerDuty. Some companies share a login; it is also what
// a login that was taken over looks like.
type SharedLogin struct {
	Agent     zendesk.Agent
	Since     time.Time
	Dismissed bool
}

// Lookup is what looking a connection up brought: the connection, or why there
// is none that can be used ([NotConnected], or a token that does not open).
type Lookup struct {
	Connection Connection
	Err        error
}

// ConnectionStore keeps connections, one for each agent. Each method is one
// statement or one transaction, which ends at the latest [StoreOverrun] after
// its context does, and tokens are sealed at rest.
type ConnectionStore interface {
	// Connection finds what a request needs of an agent's, or returns
	// [NotConnected]: not the refresh token, which only a lease hands out, and
	// not scopes, delegation and lease.
	Connection(ctx context.Context, agent zendesk.Agent) (Connection, error)
	// TakeLease takes the right to refresh, for life from now on, where the
	// connection still has the generation and nobody's lease runs. Leases go by
	// the store's clock, which is the same for all replicas. It returns the
	// connection as it is now in any case, or [NotConnected].
	TakeLease(ctx context.Context, agent zendesk.Agent, generation int64, owner string, life time.Duration) (Lease, error)
	// SaveRefreshed stores a new pair and ends the lease, fenced by generation
	// and owner; the generation rises by one. It returns [Fenced] where
	// somebody else came first. A second call after a commit whose answer was
	// lost finds its own work and returns it.
	SaveRefreshed(ctx context.Context, agent zendesk.Agent, generation int64, owner string, g Grant) (Connection, error)
	// SetRole notes the role of an agent's connection, while it is still that user's
	// of PagerDuty's.
	SetRole(ctx context.Context, agent zendesk.Agent, user, role string) error
	// ReleaseLease ends a lease without a new pair.
	ReleaseLease(ctx context.Context, agent zendesk.Agent, owner string) error
	// MarkLapsed notes that the grant is dead, fenced by generation and owner,
	// and erases its tokens.
	MarkLapsed(ctx context.Context, agent zendesk.Agent, generation int64, owner string) error
	// Disconnect deletes an agent's connection, writes the log-out into the
	// audit trail, and returns the grant, or [NotConnected].
	Disconnect(ctx context.Context, agent zendesk.Agent, now time.Time) (Grant, error)
	// DismissShared notes that the agent has read of shared logins up to a time.
	DismissShared(ctx context.Context, agent zendesk.Agent, until time.Time) error
	// SweepConnections deletes those whose access token ended before a time:
	// nobody has used them since, and PagerDuty's refresh tokens are dead.
	SweepConnections(ctx context.Context, before time.Time) error
	// DelegationInUse says whether a connection that has not lapsed, or a
	// grant that waits to be claimed, belongs to the delegation.
	DelegationInUse(ctx context.Context, delegationID string, now time.Time) (bool, error)
}

// Lease is what TakeLease found.
type Lease struct {
	Connection Connection
	Taken      bool
	// AfterDead says that the lease before was never given back: its holder
	// may have used up the refresh token.
	AfterDead bool
}

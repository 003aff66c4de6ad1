package oauth

import "time"

// How long the parts of a refresh take at most. A lease outlasts all that is
// done under it, so that only a program that died or stood still loses it; a
// second one that refreshed meanwhile would send a spent token, and PagerDuty
// may end the login for that.
const (
	// waitWithin is how long a refresh waits for another's lease.
	waitWithin = 10 * time.Second
	// storeWithin bounds each call of the store.
	storeWithin = 5 * time.Second
	// StoreOverrun is how long a call of the store may go on after its
	// context has ended: SQLite does not interrupt the wait for a lock.
	StoreOverrun = 5 * time.Second
	// exchangeWithin bounds the way from PagerDuty's redirect to the grant; a code
	// lives 30 seconds.
	exchangeWithin = 15 * time.Second
	// resultWithin bounds the storing of what came of it: the grant, or else the
	// failure.
	resultWithin = 10 * time.Second
	// refreshWithin bounds the token endpoint's answer.
	refreshWithin = 10 * time.Second
	// saveWithin is how long a new pair is carried while the database is away:
	// losing it costs the agent a login.
	saveWithin = 60 * time.Second
	// leaseFor is the life of a lease, from the moment that the store took it.
	leaseFor = 90 * time.Second
	// revokeWithin bounds one revocation, with the look whether it may be.
	revokeWithin = 10 * time.Second

	// RefreshAtMost is the longest that [Tokens.Wait] waits for a refresh that
	// has begun: for another's lease, then as long as its own lasts.
	RefreshAtMost = waitWithin + storeWithin + StoreOverrun + leaseFor
	// FinishAtMost is the longest that [Logins.Finish] takes.
	FinishAtMost = storeWithin + StoreOverrun + exchangeWithin + resultWithin + StoreOverrun
	// RevokeAtMost is the same for [Revoker.Wait].
	RevokeAtMost = revokeWithin + StoreOverrun
)

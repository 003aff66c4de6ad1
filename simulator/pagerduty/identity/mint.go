package identity

import (
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
)

// MintedGrant is what a login without a browser gave.
type MintedGrant struct {
	Access, Refresh string
	// Expires is when the access token ends, by the simulator's clock.
	Expires time.Time
	// APIBase, AccountID and DelegationID are what the ID token would say.
	APIBase, AccountID, DelegationID string
}

// Mint is a login without a browser: a new family of tokens for a person. The
// caller holds the lock.
func (s *Server) Mint(p *account.Person, scopes []string) MintedGrant {
	now := s.Clock.Now()
	d := s.grants.delegation(p)
	f := &family{person: p, delegation: d, scopes: append([]string{"openid"}, scopes...)}
	g := MintedGrant{
		Expires:      now.Add(s.Settings.AccessLife()),
		APIBase:      p.Account.Region.APIBase,
		AccountID:    p.Account.ID,
		DelegationID: d.id,
	}
	g.Access, g.Refresh = s.grants.issue(f, now, s.Settings)
	return g
}

// ExpireAccess ends all access tokens; refresh tokens go on. The caller holds
// the lock, as for all below.
func (s *Server) ExpireAccess() {
	for _, t := range s.grants.access {
		t.dead = true
	}
}

// RevokeAll ends everything that a person granted.
func (s *Server) RevokeAll(p *account.Person) { s.grants.delegation(p).end() }

// LiveFamilies counts a person's logins that have a refresh token which was not
// used or revoked.
func (s *Server) LiveFamilies(p *account.Person) int {
	live := map[*family]bool{}
	for _, t := range s.grants.refresh {
		if t.family.person == p && !t.dead && !t.family.dead && t.used.IsZero() {
			live[t.family] = true
		}
	}
	return len(live)
}

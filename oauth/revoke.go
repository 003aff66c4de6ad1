package oauth

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Revoker tells PagerDuty to forget grants that nobody uses any more. It works
// behind the request, since nobody waits for its answer.
type Revoker struct {
	Provider *Provider
	Store    ConnectionStore
	Log      *slog.Logger
	Now      func() time.Time
	Never    bool // revoke nothing: another deployment of the same registered app may use the delegation

	running sync.WaitGroup
}

// Revoke forgets grants that were stored here, except where that could end
// another login: PagerDuty may treat all tokens of one delegation (one user and
// our app) as one. So nothing is revoked whose delegation is not known, or is
// still used here. Grants of logins that failed before they were stored are not
// given to it: their delegation may be another deployment's working login.
func (r *Revoker) Revoke(ctx context.Context, grants ...Grant) {
	for _, g := range grants {
		if r.leaves(g) {
			continue
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeWithin)
		r.running.Go(func() {
			defer cancel()
			if _, err := r.RevokeOne(ctx, g); err != nil {
				r.Log.InfoContext(ctx, "grant not revoked", "pagerduty_user", g.UserID, "err", err)
			}
		})
	}
}

// RevokeOne is [Revoker.Revoke] of one grant, for somebody who waits for its end.
// It says whether PagerDuty was told.
func (r *Revoker) RevokeOne(ctx context.Context, g Grant) (bool, error) {
	if r.leaves(g) {
		return false, nil
	}
	if used, err := r.Store.DelegationInUse(ctx, g.DelegationID, r.Now()); used || err != nil {
		return false, err
	}
	err := r.Provider.revoke(ctx, g.Refresh)
	return err == nil, err
}

// leaves says that a grant is not revoked, whoever uses its delegation.
func (r *Revoker) leaves(g Grant) bool { return r.Never || g.Refresh == "" || g.DelegationID == "" }

// Wait returns when all that was begun has ended: within seconds.
func (r *Revoker) Wait() { r.running.Wait() }

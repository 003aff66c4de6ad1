package incident

import (
	"context"
	"time"
)

// LastUsedServices remembers which service was last used for a ticket form or a group. It
// keeps ids only: whether an agent may see the service is asked with their own
// token.
type LastUsedServices interface {
	// UsedService remembers one for some scopes ("form:1", "group:2").
	UsedService(ctx context.Context, subdomain, accountID, serviceID string, scopes []string, at time.Time) error
	// LastService is the one of the first scope that has one; empty without.
	LastService(ctx context.Context, subdomain, accountID string, scopes []string) (string, error)
	// SweepServices forgets those that were last used before a time.
	SweepServices(ctx context.Context, before time.Time) error
}

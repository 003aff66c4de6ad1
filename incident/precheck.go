package incident

import (
	"context"
	"slices"
	"sync"
)

// Prechecker reads with one agent's token what they should know of a service before
// they create an incident on it.
type Prechecker interface {
	Finder
	Service(ctx context.Context, id string) (Service, error)
	// OpenOn are the newest open incidents of a service that the agent may see.
	OpenOn(ctx context.Context, serviceID string, limit int) (found []Incident, more bool, err error)
	// OnCall is who is on call now, by level.
	OnCall(ctx context.Context, policyID string) ([]OnCall, error)
}

// Precheck is what an agent should know before they page a service.
type Precheck struct {
	// Mine is this ticket's own open incident on the service, where there is
	// one: PagerDuty refuses a second one of the same key.
	Mine *Incident
	// Open are others' open incidents there, as far as the agent may see them.
	Open []Incident
	More bool
	// OnCall is who will be woken, by level; empty for nobody, and not known
	// where OnCallErr says why.
	OnCall    []OnCall
	OnCallErr error
}

// openShown is how many open incidents of a service are shown before another
// one is made.
const openShown = 5

// ReadPrecheck reads the pre-check of a service, three calls at once. policyID is who
// would be paged; empty where a person is.
func ReadPrecheck(ctx context.Context, pd Prechecker, t Ticket, serviceID, policyID string) (Precheck, error) {
	var b Precheck
	var keyed, open []Incident
	var keyErr, openErr error
	var group sync.WaitGroup
	group.Go(func() { keyed, _, keyErr = pd.IncidentsByKey(ctx, t.Key()) })
	group.Go(func() { open, b.More, openErr = pd.OpenOn(ctx, serviceID, openShown) })
	if policyID != "" {
		group.Go(func() { b.OnCall, b.OnCallErr = pd.OnCall(ctx, policyID) })
	}
	group.Wait()
	if keyErr != nil {
		return b, keyErr
	}
	if openErr != nil {
		return b, openErr
	}
	b.Mine = openAt(keyed, serviceID)
	b.Open = slices.DeleteFunc(open, func(in Incident) bool { return b.Mine != nil && in.ID == b.Mine.ID })
	return b, nil
}

package incident

import (
	"context"
	"slices"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
)

// Integration is a service's integration for the Events API v2: what ticket
// events come in by. Its name is hostile input.
type Integration struct {
	ID   string
	Name string
	// Key pages whoever is on call, without a login: it is never logged or
	// shown. It is empty where PagerDuty does not show it, as in some accounts.
	Key seal.Secret
	URL string // empty where PagerDuty named none that is safe to link to
}

// Integrator reads and makes integrations with one token.
type Integrator interface {
	Integrations(ctx context.Context, service string) ([]Integration, error)
	// CreateIntegration asks PagerDuty once and never again by itself.
	CreateIntegration(ctx context.Context, service, name string) (Integration, error)
}

// IntegrationName is how the integration of a Zendesk account is called, and
// found again.
func IntegrationName(subdomain string) string { return "Zendesk " + subdomain }

// Integrate finds the integration of the caller's Zendesk account on a service, or
// makes it; made is false where it was there at first, of which no audit entry is
// written. right is asked for a client that may make one, once it is clear that one
// is needed; done gives that right back. Where PagerDuty's answer was lost it fails
// with [Unconfirmed]: the next call finds what was made.
//
// The audit entry holds the service, as it does an incident: of two clicks at once
// the second waits for the first, and finds what that made.
func (e *Executor) Integrate(ctx context.Context, by Caller, service string,
	right func(context.Context) (pd Integrator, done func(), err error)) (found Integration, made bool, err error) {
	d := e.entry(by, service, ToIntegrate)
	if err := e.Rules.Check(ToIntegrate); err != nil {
		return Integration{}, false, e.refused(ctx, d, err)
	}
	// One may be there: a lost answer, another admin, a second click.
	found, as, err := ownIntegration(ctx, by, service)
	if err != nil || found.ID != "" {
		return found, false, err
	}
	pd, done, err := right(ctx)
	if err != nil {
		return Integration{}, false, err
	}
	defer done()
	d.AccountID, d.PagerDutyID = as.AccountID, as.ID
	id, err := e.Audit.Begin(ctx, d)
	if err != nil {
		return Integration{}, false, err
	}
	outcome := string(Existing)
	found, _, err = ownIntegration(ctx, by, service)
	if err = beforeWrite(err); err == nil && ctx.Err() != nil {
		err = notBegun(ctx.Err())
	}
	if err == nil && found.ID == "" {
		outcome = string(Done)
		writing, cancel := detached(ctx, budget.Write) // it is sent once, and cut off by nobody
		defer cancel()
		found, err = pd.CreateIntegration(writing, service, IntegrationName(by.Agent.Subdomain))
		if _, _, known := problem.Of(err); lost(err) || err != nil && !known {
			err = problem.New(Unconfirmed, err, nil)
		}
	}
	finishing, cancel := detached(ctx, budget.Finish)
	defer cancel()
	e.ended(finishing, id, d, outcome, "", err)
	return found, true, err
}

// ownIntegration is the service's integration for the caller's account, or the
// zero one, as the user sees it whom the agent is connected as.
func ownIntegration(ctx context.Context, by Caller, service string) (own Integration, as User, err error) {
	ctx, cancel := context.WithTimeout(ctx, budget.Fragment)
	defer cancel()
	name := IntegrationName(by.Agent.Subdomain)
	err = by.Access.Do(ctx, func(pd Client, user User) error {
		as = user
		list, err := pd.Integrations(ctx, service)
		if i := slices.IndexFunc(list, func(i Integration) bool { return i.Name == name }); i >= 0 {
			own = list[i]
		}
		return err
	})
	return own, as, err
}

// HandOutKey writes down that the caller gets a service's integration key. Where it
// cannot be written down, nobody gets it. No rule of the operator's forbids it, since
// nothing is changed.
func (e *Executor) HandOutKey(ctx context.Context, by Caller, service string) error {
	d := e.entry(by, service, ToHandOutKey)
	err := by.Access.Do(ctx, func(_ Client, as User) error {
		d.AccountID, d.PagerDutyID = as.AccountID, as.ID
		return nil
	})
	if err != nil {
		return err
	}
	id, err := e.Audit.Begin(ctx, d)
	if err != nil {
		return err
	}
	finishing, cancel := detached(ctx, budget.Finish)
	defer cancel()
	e.ended(finishing, id, d, string(Done), "", nil)
	return nil
}

package app

import (
	"context"
	"errors"
	"time"

	"zendesk-pagerduty/app/metrics"
)

const (
	day = 24 * time.Hour
	// keepUnlinked is how long an incident that was made from the sidebar, or
	// unlinked, is remembered for its ticket. PagerDuty finds it by its key.
	keepUnlinked = 90 * day
	// keepUnused is how long it is remembered what agents chose and connected,
	// and no longer use.
	keepUnused = 365 * day

	sweepEvery  = time.Minute
	sweepWithin = 45 * time.Second // and the next one goes on
	sweepJob    = "sweep"
)

// Sweep deletes what has expired. One replica does it at a time; the others
// leave it to that one. docs/security.md says what expires when.
func (a *App) Sweep(ctx context.Context) error {
	mine, err := a.parts.Lease(ctx, sweepJob, a.id, sweepWithin)
	if err != nil {
		a.counts.Sweep(metrics.SweepFailed)
		return err
	}
	if !mine {
		a.counts.Sweep(metrics.SweepElsewhere)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, sweepWithin)
	defer cancel()
	now := a.now()
	err = errors.Join(
		a.Logins.Sweep(ctx),
		a.Sessions.Sweep(ctx),
		a.parts.SweepAudit(ctx, now.Add(-a.keep)),
		a.parts.SweepLinks(ctx, now.Add(-keepUnlinked), now.Add(-keepUnused)),
		a.parts.SweepServices(ctx, now.Add(-keepUnused)),
		a.parts.SweepPreferences(ctx, now.Add(-keepUnused)),
		a.parts.SweepConnections(ctx, now.Add(-keepUnused)),
		a.Store.SweepReadiness(ctx, now),
	)
	if err == nil {
		a.counts.Sweep(metrics.SweepDone)
	} else {
		a.counts.Sweep(metrics.SweepFailed)
	}
	_, done := a.parts.Lease(context.WithoutCancel(ctx), sweepJob, a.id, 0)
	return errors.Join(err, done)
}

func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "sweep failed", "err", err)
		}
	}
}

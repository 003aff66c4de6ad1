package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// Auditor writes the audit trail.
type Auditor struct {
	Agents *Agents
	Audit  incident.Audit
	Rules  incident.Rules
	Log    *slog.Logger
	Now    func() time.Time
}

// Deed is what is about to be written down.
type Deed struct {
	Session  zendesk.Session
	Ticket   incident.Ticket
	Incident string // empty for a creation
	Action   incident.Action
}

const (
	// beginWithin bounds all that comes before a deed's write: the token, the
	// wait for another's deed, the look. With the write, the look after it and
	// the last line, which have bounds of their own, a deed is over before
	// [incident.DeedAtMost], and before the connection is given up.
	beginWithin = 15 * time.Second
	// EndWithin bounds the last line of a deed, which outlives its request.
	EndWithin = 5 * time.Second
)

// Do does something with the agent's own token and writes it down, before
// and after. A deed that the operator's rules refuse is written down as well;
// one that cannot be written down is not done.
func (a *Auditor) Do(ctx context.Context, d Deed, do func(context.Context, PagerDuty, oauth.Connection) (outcome, incidentID string, err error)) (oauth.Connection, error) {
	ctx, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	line := incident.Deed{
		At: a.Now(), Subdomain: d.Session.Agent.Subdomain, UserID: d.Session.Agent.UserID,
		Ticket: d.Ticket.ID, IncidentID: d.Incident, Action: d.Action,
	}
	if err := a.Rules.Check(d.Action); err != nil {
		return oauth.Connection{}, a.Refused(ctx, line, err)
	}
	var id int64
	var conn oauth.Connection
	var outcome, incidentID string
	err := a.Agents.Do(ctx, d.Session.Agent, func(pd PagerDuty, as oauth.Connection) (err error) {
		conn = as
		if id == 0 { // the second time is the same deed with a renewed token
			line.AccountID, line.PagerDutyID = as.AccountID, as.UserID
			if id, err = a.Audit.Begin(ctx, line); err != nil {
				return err
			}
		} else if as.AccountID != line.AccountID || as.UserID != line.PagerDutyID {
			// Another tab switched to another PagerDuty user meanwhile. What
			// was clicked as one is not done, nor written down, as another.
			return incident.Unauthorized
		}
		outcome, incidentID, err = do(ctx, pd, as)
		return err
	})
	if _, _, known := problem.Of(err); !known && errors.Is(err, context.DeadlineExceeded) {
		err = problem.New(incident.Slow, err, nil) // it was not even begun
	}
	if id != 0 {
		a.Ended(ctx, id, line, outcome, incidentID, err)
	}
	return conn, err
}

// Refused writes down what the house rules forbid.
func (a *Auditor) Refused(ctx context.Context, d incident.Deed, err error) error {
	id, failed := a.Audit.Begin(ctx, d)
	if failed != nil {
		return failed
	}
	a.Ended(ctx, id, d, "", "", err)
	return err
}

// Ended writes down how a deed ended.
func (a *Auditor) Ended(ctx context.Context, id int64, d incident.Deed, outcome, incidentID string, err error) {
	if err != nil {
		outcome = "failed"
		if code, _, known := problem.Of(err); known {
			outcome = string(code)
		}
	}
	a.Log.LogAttrs(ctx, slog.LevelInfo, "deed", slog.String("action", string(d.Action)), slog.String("outcome", outcome),
		slog.String("zendesk", d.Subdomain), slog.String("zendesk_user", d.UserID), slog.String("pagerduty_user", d.PagerDutyID),
		slog.Int64("ticket", d.Ticket), slog.String("incident", cmp.Or(incidentID, d.IncidentID)))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), EndWithin)
	defer cancel()
	if err := a.Audit.End(ctx, id, outcome, incidentID); err != nil {
		a.Log.ErrorContext(ctx, "the end of a deed was not written down", "deed", id, "outcome", outcome, "err", err)
	}
}

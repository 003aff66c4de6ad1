package server

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// allow holds the operator's rules. Buttons that are not shown are a courtesy;
// this is the rule.
func (s *Server) allow(action incident.Action) error {
	switch {
	case s.ReadOnly:
		return readOnly
	case !s.Allowed.Has(action.Needs()):
		return problem.New(notAllowed, nil, problem.Args{"action": string(action)})
	}
	return nil
}

// allowed are the actions that a card may offer.
func (s *Server) allowed() incident.Allowed {
	if s.ReadOnly {
		return nil
	}
	return s.Allowed
}

// deed is what is about to be written down.
type deed struct {
	session  zendesk.Session
	ticket   incident.Ticket
	incident string // empty for a creation
	action   incident.Action
}

const (
	// beginWithin bounds all that comes before a deed's write: the token, the
	// wait for another's deed, the look. With the write, the look after it and
	// the last line, which have bounds of their own, a deed is over before
	// [incident.DeedAtMost], and before the connection is given up.
	beginWithin = 15 * time.Second
	// endWithin bounds the last line of a deed, which outlives its request.
	endWithin = 5 * time.Second
)

// audited does something with the agent's own token and writes it down, before
// and after. A deed that the operator's rules refuse is written down as well;
// one that cannot be written down is not done.
func (s *Server) audited(ctx context.Context, d deed, do func(context.Context, PagerDuty, oauth.Connection) (outcome, incidentID string, err error)) (oauth.Connection, error) {
	ctx, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	line := incident.Deed{
		At: s.Now(), Subdomain: d.session.Agent.Subdomain, UserID: d.session.Agent.UserID,
		Ticket: d.ticket.ID, IncidentID: d.incident, Action: d.action,
	}
	if err := s.allow(d.action); err != nil {
		return oauth.Connection{}, s.refused(ctx, line, err)
	}
	var id int64
	var conn oauth.Connection
	var outcome, incidentID string
	err := s.withPagerDuty(ctx, d.session.Agent, func(pd PagerDuty, as oauth.Connection) (err error) {
		conn = as
		if id == 0 { // the second time is the same deed with a renewed token
			line.AccountID, line.PagerDutyID = as.AccountID, as.UserID
			if id, err = s.Audit.Begin(ctx, line); err != nil {
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
		s.ended(ctx, id, line, outcome, incidentID, err)
	}
	return conn, err
}

// refused writes down what the house rules forbid.
func (s *Server) refused(ctx context.Context, d incident.Deed, err error) error {
	id, failed := s.Audit.Begin(ctx, d)
	if failed != nil {
		return failed
	}
	s.ended(ctx, id, d, "", "", err)
	return err
}

func (s *Server) ended(ctx context.Context, id int64, d incident.Deed, outcome, incidentID string, err error) {
	if err != nil {
		outcome = "failed"
		if code, _, known := problem.Of(err); known {
			outcome = string(code)
		}
	}
	s.Log.LogAttrs(ctx, slog.LevelInfo, "deed", slog.String("action", string(d.Action)), slog.String("outcome", outcome),
		slog.String("zendesk", d.Subdomain), slog.String("zendesk_user", d.UserID), slog.String("pagerduty_user", d.PagerDutyID),
		slog.Int64("ticket", d.Ticket), slog.String("incident", orElse(incidentID, d.IncidentID)))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	if err := s.Audit.End(ctx, id, outcome, incidentID); err != nil {
		s.Log.ErrorContext(ctx, "the end of a deed was not written down", "deed", id, "outcome", outcome, "err", err)
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

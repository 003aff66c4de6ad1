package panel

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/zendesk"
)

// An agent may choose that an incident is resolved when they solve the ticket.
// The page does that in Zendesk's save, with the agent's own token: the choice is
// of the agent who made it, and nobody else's save acts on it.

// onSolve remembers the choice, or takes it back.
func (h *Handlers) onSolve(c echo.Context, session zendesk.Session, ticket incident.Ticket, id string) error {
	action := incident.ToLeaveOnSolve
	if c.Request().PostForm.Get("on") != "" {
		action = incident.ToResolveOnSolve
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), web.LookWithin)
	defer cancel()
	_, err := h.Auditor.Do(ctx, web.Deed{Session: session, Ticket: ticket, Incident: id, Action: action}, func(ctx context.Context, pd web.PagerDuty, as oauth.Connection) (outcome, _ string, err error) {
		l := h.linkOf(session, ticket, as, id)
		if action == incident.ToResolveOnSolve {
			err = incident.ChooseResolveOnSolve(ctx, pd, h.Links, l)
		} else {
			err = h.Links.LeaveOnSolve(ctx, l)
		}
		return string(incident.Done), "", err
	})
	if err != nil {
		return notDone(action, err)
	}
	return c.NoContent(http.StatusNoContent)
}

// chosen is checked before a save resolves: the page that asks may show what
// another tab took back, or another agent took over.
func (h *Handlers) chosen(ctx context.Context, session zendesk.Session, ticket incident.Ticket, as oauth.Connection, id string) error {
	return incident.Chose(ctx, h.Links, h.linkOf(session, ticket, as, id))
}

// settled takes everybody's choice back for an incident that is over.
func (h *Handlers) settled(ctx context.Context, session zendesk.Session, ticket incident.Ticket, as oauth.Connection, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), web.EndWithin)
	defer cancel()
	l := h.linkOf(session, ticket, as, id)
	l.UserID = ""
	if err := h.Links.LeaveOnSolve(ctx, l); err != nil {
		h.Log.WarnContext(ctx, "a choice for a resolved incident stays", "incident", id, "ticket", ticket.ID, "err", err)
	}
}

func (h *Handlers) linkOf(session zendesk.Session, ticket incident.Ticket, as oauth.Connection, id string) incident.Link {
	return incident.Link{
		Ticket:     ticket,
		AccountID:  as.AccountID,
		IncidentID: id,
		UserID:     session.Agent.UserID,
		At:         h.Now(),
	}
}

package panel

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/budget"
	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/zendesk"
)

// An agent's role comes with the login, from the call that says who they are. It is
// read again where what PagerDuty does contradicts it, and when an agent asks. What
// the role takes away is not offered; requests for it are sent to PagerDuty all the
// same, whose answer decides.

// offered are the actions that a connected agent may be offered.
func (h *Handlers) offered(conn oauth.Connection) incident.Allowed {
	return h.Rules.Offered().For(incident.Role(conn.Role))
}

// CheckRole reads the agent's role again: a stakeholder's panel has nothing whose
// success could show that they became more.
func (h *Handlers) CheckRole(c echo.Context, session zendesk.Session) error {
	if err := h.readRole(c.Request().Context(), session.Agent); err != nil {
		return err
	}
	return web.Reload(c)
}

// readRole asks PagerDuty for the role of the agent's user, and remembers it.
func (h *Handlers) readRole(ctx context.Context, agent zendesk.Agent) error {
	ctx, cancel := context.WithTimeout(ctx, budget.Fragment)
	defer cancel()
	return h.Agents.Do(ctx, agent, func(pd web.PagerDuty, conn oauth.Connection) error {
		role, err := pd.Role(ctx)
		if err != nil || role == conn.Role {
			return err
		}
		return h.Agents.SetRole(ctx, agent, conn.UserID, role)
	})
}

// reconsider reads the role again where the end of an action does not fit it. It is a
// courtesy: the answer does not depend on it, and the next look shows it.
func (h *Handlers) reconsider(c echo.Context, conn oauth.Connection, action incident.Action, err error) {
	forbidden := errors.Is(err, incident.Forbidden)
	if conn.UserID == "" || err != nil && !forbidden || !incident.Role(conn.Role).Contradicts(action, forbidden) {
		return
	}
	if err := h.readRole(c.Request().Context(), conn.Agent); err != nil {
		h.Pages.Logged(c, http.StatusOK, time.Time{}, err)
	}
}

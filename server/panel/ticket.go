package panel

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/sidebar"
	"zendesk-pagerduty/views/text"
	"zendesk-pagerduty/zendesk"
)

// What the page writes to the ticket it writes itself, with the agent's own
// Zendesk session. Here is what it writes, and what it says when it cannot.

// ticketNote is the text of an internal note, empty where none is wanted: action,
// number and link only, since every agent of the account can read it.
func ticketNote(t *text.Texts, wanted bool, action incident.Action, in incident.Incident) string {
	if !wanted {
		return ""
	}
	return t.F("ticketnote."+string(action), text.Args{"Number": in.Number, "Link": in.URL})
}

// zendeskNotices are what the page asks for after an event in Zendesk that only it
// knows of.
var zendeskNotices = map[string]views.Notice{
	"zendesk-403":  {Kind: "warn"},
	"zendesk-404":  {Kind: "warn"},
	"zendesk-409":  {Kind: "warn"},
	"zendesk-422":  {Kind: "warn"},
	"zendesk-429":  {Kind: "warn"},
	"zendesk-0":    {Kind: "warn"},
	"tag-unseen":   {Kind: "warn"},
	"solved-open":  {Kind: "warn"},
	"onsolve-late": {Kind: "warn"},
	"closed":       {Kind: "info"},
	"merged-away":  {Kind: "info"},
	"page-sent":    {Kind: "ok"},
	"page-waiting": {Kind: "warn"},
	"page-refused": {Kind: "bad"},
}

// Say answers with a notice about an event in Zendesk.
func (h *Handlers) Say(c echo.Context, session zendesk.Session) error {
	ticket, err := web.Ticket(c, session)
	if err != nil {
		return err
	}
	n, ok := zendeskNotices[c.Param("what")]
	if !ok {
		return echo.ErrNotFound
	}
	t := h.Pages.Texts(c.Request())
	args := text.Args{"Key": ticket.Key()}
	if c.Param("what") == "solved-open" {
		n.Resolve = openIncidents(c)
		args["Count"] = n.Resolve
	}
	n.Text = t.F("say."+c.Param("what"), args)
	return h.Pages.Fragment(c, http.StatusOK, web.NoticeView, views.NoticeBox(t, &n))
}

// openIncidents is how many the page counts in a ticket that is solved: what its
// button says and resolves. One, where it says none, or more than a list can have.
func openIncidents(c echo.Context) int {
	n, err := strconv.Atoi(c.QueryParam("count"))
	if err != nil || n < 1 || n > 999 {
		return 1
	}
	return n
}

// maxRelated bounds the tickets whose incidents are shown besides: each costs a
// call.
const maxRelated = 5

// related are the tickets that this one came from, as the page says. What is
// shown of them is read with the agent's own token.
func related(c echo.Context, ticket incident.Ticket) (list []incident.Ticket) {
	for part := range strings.SplitSeq(c.QueryParam("from"), ",") {
		id, err := incident.ParseTicketID(part)
		if err == nil && id != ticket.ID && len(list) < maxRelated {
			list = append(list, incident.Ticket{Subdomain: ticket.Subdomain, ID: id})
		}
	}
	return list
}

// PreferencesForm are the agent's own choices.
func (h *Handlers) PreferencesForm(c echo.Context, session zendesk.Session) error {
	ctx, agent := c.Request().Context(), session.Agent
	if c.Request().Method == http.MethodPost {
		if err := h.Preferences.SetLeavesNotes(ctx, agent.Subdomain, agent.UserID, c.Request().PostForm.Get("notes") != ""); err != nil {
			return err
		}
		return web.Reload(c)
	}
	on, err := h.Preferences.LeavesNotes(ctx, agent.Subdomain, agent.UserID)
	if err != nil {
		return err
	}
	return h.Pages.Render(c, http.StatusOK, sidebar.PreferencesForm(h.Pages.Texts(c.Request()), on))
}

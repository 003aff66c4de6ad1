// Package setup is the set-up of ticket events, launched in Zendesk's navigation
// bar. The page reads the account's webhooks and triggers, and changes them, with
// the admin's own Zendesk session, so that Zendesk decides who may; this server
// only says what is wrong and which requests to make. It keeps nothing of it.
package setup

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/server/connect"
	"zendesk-pagerduty/server/launch"
	"zendesk-pagerduty/server/web"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/setup"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
	"zendesk-pagerduty/zendesk/trigger/check"
)

// Handlers answer the set-up page's requests.
type Handlers struct {
	Pages    *web.Pages
	Guard    *web.Guard
	Agents   *web.Agents
	Launches *launch.Handlers
	Connect  *connect.Handlers
	Logins   *oauth.Logins
	Executor *incident.Executor
	Rules    incident.Rules
	Now      func() time.Time

	// EventsURL gives the base of the Events API for a REST base, empty for one
	// that is not known; EventsURLs are all of them.
	EventsURL  func(apiBase string) string
	EventsURLs []string
}

// Limits of what the page names, in characters.
const (
	maxName = 200 // of a group, brand, form or trigger
	maxRole = 40
)

// Launch answers Zendesk's signed POST with the set-up page.
func (h *Handlers) Launch(c echo.Context) error {
	return h.Launches.Start(c, func(agent zendesk.Agent, session seal.Secret) templ.Component {
		return setup.Page(
			views.Frame{
				Document: h.Pages.Document(c.Request(), "setup.css", "setup.js"),
				SDK:      h.Pages.SDKURL,
				Session:  session.Reveal(),
				Agent:    agent.Subdomain + "/" + agent.UserID,
			},
		)
	})
}

// Texts answers with what the set-up page itself says, in the language of the admin
// who asks for it. Nothing in it is anybody's.
func (h *Handlers) Texts(c echo.Context) error {
	web.Holds(c, web.PartView)
	return h.Pages.Compressed(c, setup.Texts(h.Pages.Texts(c.Request())))
}

// Explained answers whoever opens the address by themselves.
func (h *Handlers) Explained(c echo.Context) error {
	return h.Pages.Refusal(c, http.StatusOK, "", h.Pages.Texts(c.Request()).S("setup.get"), nil)
}

// Connection is the page's PagerDuty login, by the same views as the
// sidebar's.
func (h *Handlers) Connection(c echo.Context, session zendesk.Session) error {
	if done, err := h.Connect.LoginUnderWay(c, session, false); done || err != nil {
		return err
	}
	conn, err := h.Agents.Live(c.Request().Context(), session.Agent)
	if err != nil {
		return h.Connect.LoginFor(c, session, err, false)
	}
	return h.Pages.Render(c, http.StatusOK, setup.Connected(h.Pages.Texts(c.Request()), connect.Account(conn)))
}

// request is what the page sends: what it read in Zendesk, and what was
// chosen. None of it decides who may do what.
type request struct {
	Role   string        `json:"role"`   // the person's, in Zendesk
	Denied bool          `json:"denied"` // Zendesk refused to show webhooks or triggers
	Found  trigger.Found `json:"found"`
	Brands []record      `json:"brands"`
	Groups []record      `json:"groups"`
	Forms  []record      `json:"forms"`

	Form    map[string][]string `json:"form"`
	What    string              `json:"what"`    // "make", "remove", "fix", "fix-all", "test", "tested"
	Finding string              `json:"finding"` // the id of one, to fix
	Shown   []string            `json:"shown"`   // the ids of several, to fix
	Plan    string              `json:"plan"`    // what was previewed
	Ticket  int64               `json:"ticket"`  // to test for

	// read is the key that answering took from PagerDuty.
	read *keyRead
}

// keyRead is an integration's key that the page did not send itself.
type keyRead struct {
	service string
	key     seal.Secret
}

// record is a group, brand or form of the Zendesk account; Subdomain is a brand's.
type record struct {
	ID        trigger.ID `json:"id"`
	Name      string     `json:"name"`
	Subdomain string     `json:"subdomain"`
}

// unreadable is returned for what the page cannot have sent.
const unreadable problem.Code = "setup.unreadable"

func read(c echo.Context) (request, error) {
	in := request{read: &keyRead{}}
	raw, err := io.ReadAll(c.Request().Body) // bounded, and read already
	if err == nil {
		err = json.Unmarshal(raw, &in)
	}
	if err != nil {
		// Never the cause: it could repeat a key.
		return in, unreadable
	}
	return in, nil
}

// value is a field of the form.
func (in request) value(name string) string {
	if list := in.Form[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (in request) on(name string) bool { return in.value(name) != "" }

// connected is the agent's connection, if there is a live one. One that cannot be
// renewed now is none: that costs what comes from PagerDuty, and not the page.
func (h *Handlers) connected(c echo.Context, session zendesk.Session) (oauth.Connection, bool, error) {
	conn, err := h.Agents.Live(c.Request().Context(), session.Agent)
	if web.Disconnected(err) {
		return oauth.Connection{}, false, nil
	}
	if _, _, known := problem.Of(err); known {
		h.Pages.Logged(c, http.StatusOK, time.Time{}, err)
		return oauth.Connection{}, false, nil
	}
	return conn, err == nil, err
}

// account is what a check has to know of the account.
func (h *Handlers) account(session zendesk.Session, in request, conn oauth.Connection, key string) check.Account {
	a := check.Account{Subdomain: session.Agent.Subdomain, EventsURLs: h.EventsURLs, RoutingKey: key}
	if chosen, made := trigger.Chosen(a.Subdomain, in.Found); made {
		a.OmitText = chosen.OmitText
	}
	if conn.APIBase != "" {
		a.EventsURL = h.EventsURL(conn.APIBase)
	}
	for _, b := range in.Brands {
		if b.Subdomain != "" && b.Subdomain != a.Subdomain {
			a.Brands = append(a.Brands, b.Subdomain)
		}
	}
	return a
}

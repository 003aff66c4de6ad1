package server

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/zendesk"
	"zendesk-pagerduty/zendesk/trigger"
)

// The set-up of ticket events. The page reads the account's webhooks and
// triggers, and changes them, with the admin's own Zendesk session, so that
// Zendesk decides who may; this server only says what is wrong and which
// requests to make. It keeps nothing of it.

// setupLaunch answers Zendesk's signed POST with the set-up page.
func (s *Server) setupLaunch(c echo.Context) error {
	return s.launched(c, func(session seal.Secret) templ.Component {
		return views.SetupPage(views.Sidebar{Document: s.document(c.Request(), "setup.css", "setup.js"), SDK: s.SDKURL, Session: session.Reveal()})
	})
}

func (s *Server) setupExplained(c echo.Context) error {
	return s.refusal(c, http.StatusOK, "", s.texts(c.Request()).S("setup.get"), nil)
}

// setupConnection is the page's PagerDuty login, by the same views as the
// sidebar's.
func (s *Server) setupConnection(c echo.Context, session zendesk.Session) error {
	if done, err := s.loginFirst(c, session, false); done || err != nil {
		return err
	}
	conn, err := s.Tokens.Live(c.Request().Context(), session.Agent)
	if disconnected(err) {
		return s.notConnected(c, session, err, false)
	}
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.SetupConnected(s.texts(c.Request()), account(conn)))
}

// setupRequest is what the page sends: what it read in Zendesk, and what was
// chosen. None of it decides who may do what.
type setupRequest struct {
	Role   string        `json:"role"`   // the person's, in Zendesk
	Denied bool          `json:"denied"` // Zendesk refused to show webhooks or triggers
	Found  trigger.Found `json:"found"`
	Brands []setupPlace  `json:"brands"`
	Groups []setupPlace  `json:"groups"`
	Forms  []setupPlace  `json:"forms"`

	Form    map[string][]string `json:"form"`
	What    string              `json:"what"`    // "make", "remove", "mend", "test"
	Finding string              `json:"finding"` // the id of one, to mend
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

// setupPlace is a group, brand or form; Subdomain is a brand's.
type setupPlace struct {
	ID        trigger.ID `json:"id"`
	Name      string     `json:"name"`
	Subdomain string     `json:"subdomain"`
}

// setupUnreadable is returned for what the page cannot have sent.
const setupUnreadable problem.Code = "setup.unreadable"

func readSetup(c echo.Context) (setupRequest, error) {
	in := setupRequest{read: &keyRead{}}
	raw, err := io.ReadAll(c.Request().Body) // bounded, and read already
	if err == nil {
		err = json.Unmarshal(raw, &in)
	}
	if err != nil {
		// Never the cause: it could repeat a key.
		return in, setupUnreadable
	}
	return in, nil
}

// value is a field of the form.
func (in setupRequest) value(name string) string {
	if list := in.Form[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (in setupRequest) on(name string) bool { return in.value(name) != "" }

// connected is the agent's connection, if there is a live one. One that cannot be
// renewed now is none: that costs what comes from PagerDuty, and not the page.
func (s *Server) connected(c echo.Context, session zendesk.Session) (oauth.Connection, bool, error) {
	conn, err := s.Tokens.Live(c.Request().Context(), session.Agent)
	if disconnected(err) {
		return oauth.Connection{}, false, nil
	}
	if _, _, known := problem.Of(err); known {
		s.logged(c, http.StatusOK, time.Time{}, err)
		return oauth.Connection{}, false, nil
	}
	return conn, err == nil, err
}

// setupAccount is what a check has to know of the account.
func (s *Server) setupAccount(session zendesk.Session, in setupRequest, conn oauth.Connection, key string) trigger.Account {
	a := trigger.Account{Subdomain: session.Agent.Subdomain, EventsURLs: s.EventsURLs, RoutingKey: key}
	if chosen, made := trigger.Chosen(a.Subdomain, in.Found); made {
		a.OmitText = chosen.OmitText
	}
	if conn.APIBase != "" {
		a.EventsURL = s.EventsURL(conn.APIBase)
	}
	for _, b := range in.Brands {
		if b.Subdomain != "" && b.Subdomain != a.Subdomain {
			a.Brands = append(a.Brands, b.Subdomain)
		}
	}
	return a
}

// integrationName is how the integration of a Zendesk account is called, and
// found again.
func integrationName(subdomain string) string { return "Zendesk " + subdomain }

package web

import (
	"context"
	"errors"
	"net/http"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/zendesk"
)

// PagerDuty is one agent's client.
type PagerDuty interface {
	incident.Client
	incident.Searcher
	incident.Reader
	incident.Prechecker
	SearchTargets(ctx context.Context, words string, limit int) (people, policies []incident.Ref, more bool, err error)
	Priorities(ctx context.Context) ([]incident.Ref, error)
	Subscribed(ctx context.Context, id, user string) (bool, error)
	Workflows(ctx context.Context, id string) ([]incident.Ref, error)
	SearchServices(ctx context.Context, words string, limit int) (found []incident.Service, more bool, err error)
	Role(ctx context.Context) (string, error)
}

// Agents gives agents their own clients.
type Agents struct {
	Tokens *oauth.Tokens
	// As makes the client of one connection's token.
	As func(oauth.Connection) (PagerDuty, error)
	// SetRole remembers the role of the user whom an agent is connected as.
	SetRole func(ctx context.Context, agent zendesk.Agent, user, role string) error
}

// Live is [oauth.Tokens.Live].
func (a *Agents) Live(ctx context.Context, agent zendesk.Agent) (oauth.Connection, error) {
	return a.Tokens.Live(ctx, agent)
}

// LiveOf is [oauth.Tokens.LiveOf].
func (a *Agents) LiveOf(ctx context.Context, found oauth.Lookup) (oauth.Connection, error) {
	return a.Tokens.LiveOf(ctx, found)
}

// Do runs do with the agent's own token. PagerDuty may refuse a token before
// its time; it is then renewed and do runs once more, which is safe for writes
// too: a 401 did nothing.
func (a *Agents) Do(ctx context.Context, agent zendesk.Agent, do func(PagerDuty, oauth.Connection) error) error {
	conn, err := a.Tokens.Live(ctx, agent)
	if err != nil {
		return err
	}
	return a.DoAs(ctx, conn, do)
}

// DoAs is Do with a connection that is live.
func (a *Agents) DoAs(ctx context.Context, conn oauth.Connection, do func(PagerDuty, oauth.Connection) error) error {
	for renewed := false; ; renewed = true {
		pd, err := a.As(conn)
		if err != nil {
			return err
		}
		err = do(pd, conn)
		if renewed || !errors.Is(err, incident.Unauthorized) {
			return err
		}
		if conn, err = a.Tokens.Renew(ctx, conn.Agent, conn.Generation); err != nil {
			return err
		}
	}
}

// Disconnected says that the agent has to log in (again). A connection that
// does not open (a key that was dropped, a row that was moved) is none: the
// login is the way out.
func Disconnected(err error) bool {
	return errors.Is(err, oauth.NotConnected) || errors.Is(err, oauth.Lapsed) ||
		errors.Is(err, incident.Unauthorized) || errors.Is(err, seal.ErrCannotOpen)
}

// UserHeader names the PagerDuty user that a page shows, as [UserOf] does. What is asked
// with it is done as that user or not at all ([OtherUser]): the agent may have switched
// to another one in another panel, or somebody else may have at the same desk.
const UserHeader = "Sidebar-User"

// UserOf is the name of a connection's PagerDuty user among all, "account/user".
func UserOf(conn oauth.Connection) string { return conn.AccountID + "/" + conn.UserID }

// Access is one agent's access to PagerDuty during a request. It is an
// [incident.Access].
type Access struct {
	agents *Agents
	agent  zendesk.Agent
	shown  string // the user that the page shows, empty for whoever it is

	// Connection is the one that was used last; the zero one where none was live.
	Connection oauth.Connection
}

// Of is the access of an agent, for a request of their page's.
func (a *Agents) Of(agent zendesk.Agent, r *http.Request) *Access {
	return &Access{agents: a, agent: agent, shown: r.Header.Get(UserHeader)}
}

// Do implements [incident.Access].
func (a *Access) Do(ctx context.Context, do func(incident.Client, incident.User) error) error {
	return a.agents.Do(ctx, a.agent, func(pd PagerDuty, conn oauth.Connection) error {
		a.Connection = conn
		if a.shown != "" && a.shown != UserOf(conn) {
			return OtherUser
		}
		return do(pd, incident.User{AccountID: conn.AccountID, ID: conn.UserID})
	})
}

package workspace

import (
	"fmt"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rest"
	"zendesk-pagerduty/simulator/zendesk/tickets"
)

// AccountConfig is what scripts and tests learn of an account.
type AccountConfig struct {
	Subdomain      string `json:"subdomain"`
	Name           string `json:"name"`
	Origin         string `json:"origin"`
	AppID          int64  `json:"appId"`
	InstallationID int64  `json:"installationId"`
}

// Config is the account's AccountConfig.
func (a *Account) Config() AccountConfig {
	return AccountConfig{a.Subdomain, a.Name, a.Origin, a.AppID, a.InstallationID}
}

// Account is an account as its pages show it.
type Account struct {
	ID             int64 // of the account
	Subdomain      string
	Name           string // of the company
	AppID          int64
	InstallationID int64
	Origin         string // of the agent workspace, e.g. http://127.0.0.1:8091

	Store    *tickets.Store
	Sessions *rest.Sessions
}

// Agents lists who can work in the account.
func (a *Account) Agents() []directory.User { return a.Sessions.Agents() }

// Tickets lists the account's tickets as they are stored now.
func (a *Account) Tickets() []tickets.Ticket { return a.Store.All() }

// Ticket is one of them.
func (a *Account) Ticket(id int64) (tickets.Ticket, bool) { return a.Store.Ticket(id) }

// TicketURL is the address of a ticket's page in the agent workspace.
func (a *Account) TicketURL(id int64) string {
	return fmt.Sprintf("%s/agent/tickets/%d", a.Origin, id)
}

// NewTicketURL is the address of the page that creates a ticket.
func (a *Account) NewTicketURL() string { return a.Origin + "/agent/tickets/new" }

// AppPageURL is the address of the app in the navigation bar.
func (a *Account) AppPageURL() string { return a.Origin + "/agent/apps/" + navApp }

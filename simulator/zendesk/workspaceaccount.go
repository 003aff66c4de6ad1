package zendesk

import "fmt"

// workspaceAccount is an account as its pages show it.
type workspaceAccount struct {
	ID             int64 // of the account
	Subdomain      string
	Name           string // of the company
	AppID          int64
	InstallationID int64
	Origin         string // of the agent workspace, e.g. http://127.0.0.1:8091

	records  *records
	sessions *sessions
}

// Agents lists who can work in the account.
func (a *workspaceAccount) Agents() []User { return a.sessions.agents() }

// Tickets lists the account's tickets as they are stored now.
func (a *workspaceAccount) Tickets() []Ticket { return a.records.all() }

// Ticket is one of them.
func (a *workspaceAccount) Ticket(id int64) (Ticket, bool) { return a.records.ticket(id) }

// TicketURL is the address of a ticket's page in the agent workspace.
func (a *workspaceAccount) TicketURL(id int64) string {
	return fmt.Sprintf("%s/agent/tickets/%d", a.Origin, id)
}

// NewTicketURL is the address of the page that creates a ticket.
func (a *workspaceAccount) NewTicketURL() string { return a.Origin + "/agent/tickets/new" }

// AppPageURL is the address of the app in the navigation bar.
func (a *workspaceAccount) AppPageURL() string { return a.Origin + "/agent/apps/" + navApp }

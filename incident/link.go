package incident

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"zendesk-pagerduty/problem"
)

// Link ties an incident to a ticket whose key it does not have. It holds ids
// only: what is shown is fetched with the looking agent's own token.
type Link struct {
	Ticket     Ticket
	AccountID  string // of PagerDuty: ids mean nothing in another account
	IncidentID string
	UserID     string // the Zendesk user who linked it
	At         time.Time
}

// TicketLink is what is stored of an incident that belongs to a ticket. Of incidents
// that triggers raised nothing is: their key alone ties them to it.
type TicketLink struct {
	IncidentID string
	Linked     bool // by hand
	Made       bool // created from the sidebar
	// OnSolve is the Zendesk user who chose that it is to be resolved when they
	// solve the ticket; empty where nobody did.
	OnSolve string
}

// Stored is what is kept of a ticket for one PagerDuty account.
type Stored struct {
	Links []TicketLink
	// Unshared says that no other ticket of the Zendesk account is linked to
	// anything, so that [Links.OtherTickets] would find nothing.
	Unshared bool
}

// Preferences are an agent's own choices.
type Preferences interface {
	// LeavesNotes says whether the agent's actions leave an internal note on the ticket.
	LeavesNotes(ctx context.Context, subdomain, userID string) (bool, error)
	SetLeavesNotes(ctx context.Context, subdomain, userID string, on bool) error
	// SweepPreferences forgets those that nothing has asked for since a time.
	SweepPreferences(ctx context.Context, before time.Time) error
}

// MaxLinks bounds the links of one ticket: each costs a call to show. So does
// each incident that is to be resolved with it: the save waits for all.
const MaxLinks = 20

// Links are the stored ones.
type Links interface {
	// Link stores one; a second time does nothing. It fails with
	// [TooManyLinks] where the ticket has [MaxLinks] others.
	Link(ctx context.Context, l Link) error
	// Unlink drops one, if there is one.
	Unlink(ctx context.Context, l Link) error
	// Made remembers that an incident was created from the sidebar.
	Made(ctx context.Context, l Link) error
	// ResolveOnSolve remembers that the link's user wants it resolved when they
	// solve the ticket; it takes the place of another's choice. It fails with
	// [TooManyOnSolve] where the ticket has [MaxLinks] others.
	ResolveOnSolve(ctx context.Context, l Link) error
	// LeaveOnSolve takes back what the link's user chose, and nobody else's
	// choice. Without a user it takes back anybody's: the incident is over.
	LeaveOnSolve(ctx context.Context, l Link) error
	// SweepLinks forgets incidents that are neither linked nor to be resolved,
	// and have not changed since unlinked; and those that are to be resolved
	// since a time before chosen.
	SweepLinks(ctx context.Context, unlinked, chosen time.Time) error
	// TicketLinks are those of one ticket to incidents of one PagerDuty account.
	TicketLinks(ctx context.Context, t Ticket, accountID string) ([]TicketLink, error)
	// OtherTickets counts, by incident id, the other tickets of the Zendesk
	// account that are linked to these incidents.
	OtherTickets(ctx context.Context, t Ticket, accountID string, incidentIDs []string) (map[string]int, error)
}

// linkedIncident is one that a link names, as far as the agent may see it.
type linkedIncident struct {
	in  Incident
	err error
}

// fetchLinked begins to read the incidents of links, all at once, and gives the
// function that waits for them.
func fetchLinked(ctx context.Context, pd Getter, ids []string) (wait func() []linkedIncident) {
	found := make([]linkedIncident, len(ids))
	var group sync.WaitGroup
	for i, id := range ids {
		group.Go(func() { found[i].in, found[i].err = pd.Incident(ctx, id) })
	}
	return func() []linkedIncident {
		group.Wait()
		return found
	}
}

// Getter reads an incident by its id or number.
type Getter interface {
	Incident(ctx context.Context, idOrNumber string) (Incident, error)
}

// Searcher looks for incidents to link.
type Searcher interface {
	Getter
	// OpenIncidents are the newest open ones that the agent may see.
	OpenIncidents(ctx context.Context) ([]Incident, error)
}

// Matches are the incidents that a search found.
type Matches struct {
	Incidents []Incident // at most [maxMatches], the newest first
	Found     int        // all of them
	// Newest is set where words were looked for: PagerDuty has no text search
	// for incidents, so only the newest open ones were looked through.
	Newest int
}

// maxMatches is how many of them are shown.
const maxMatches = 10

var (
	numberForm = regexp.MustCompile(`^#?([0-9]{1,18})$`)
	webForm    = regexp.MustCompile(`^/(?:web/)?incidents/([A-Za-z0-9]{1,32})(?:/|$)`)
)

// Search finds incidents by number ("#1234"), by the address of their page in
// PagerDuty, or by words. account is the PagerDuty subdomain of the agent's
// login: another account's address leads nowhere with it.
func Search(ctx context.Context, pd Searcher, account, typed string) (Matches, error) {
	typed = strings.TrimSpace(strings.ToValidUTF8(typed, ""))
	if m := numberForm.FindStringSubmatch(typed); m != nil {
		return byIDOrNumber(ctx, pd, m[1])
	}
	if strings.HasPrefix(typed, "https://") || strings.HasPrefix(typed, "http://") {
		id, err := pagerDutyURL(typed, account)
		if err != nil {
			return Matches{}, err
		}
		return byIDOrNumber(ctx, pd, id)
	}
	open, err := pd.OpenIncidents(ctx)
	if err != nil {
		return Matches{}, err
	}
	m := Matches{Newest: len(open)}
	for _, in := range open {
		if !matches(in, typed) {
			continue
		}
		if m.Found++; m.Found <= maxMatches {
			m.Incidents = append(m.Incidents, in)
		}
	}
	return m, nil
}

// byIDOrNumber finds nothing where the agent has no access.
func byIDOrNumber(ctx context.Context, pd Getter, idOrNumber string) (Matches, error) {
	in, err := pd.Incident(ctx, idOrNumber)
	if errors.Is(err, NoAccess) || errors.Is(err, Forbidden) {
		return Matches{}, nil
	}
	if err != nil {
		return Matches{}, err
	}
	return Matches{Incidents: []Incident{in}, Found: 1}, nil
}

// pagerDutyURL takes the incident's id out of its page's address. Nothing is
// ever sent to that address.
func pagerDutyURL(typed, account string) (string, error) {
	u, err := url.Parse(typed)
	if err != nil {
		return "", SearchMalformed
	}
	m := webForm.FindStringSubmatch(u.Path)
	if m == nil {
		return "", SearchMalformed
	}
	host := strings.ToLower(u.Hostname())
	subdomain, isPagerDuty := strings.CutSuffix(host, ".pagerduty.com")
	if !isPagerDuty && host != "localhost" && host != "127.0.0.1" { // the demo's pages are there
		return "", SearchMalformed
	}
	subdomain, _ = strings.CutSuffix(subdomain, ".eu")
	if isPagerDuty && account != "" && subdomain != "app" && subdomain != strings.ToLower(account) {
		return "", problem.New(OtherAccount, nil, problem.Args{"got": subdomain, "want": account})
	}
	return m[1], nil
}

// matches says whether every word is in an incident's title, service or number.
func matches(in Incident, typed string) bool {
	text := strings.ToLower(in.Title + " " + in.Service.Name + " #" + strconv.FormatInt(in.Number, 10))
	for word := range strings.FieldsFuncSeq(strings.ToLower(typed), unicode.IsSpace) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// addLink links an incident to a ticket. The agent must see it: an id alone,
// which the page names, proves nothing.
func addLink(ctx context.Context, pd Getter, links Links, l Link) (Incident, error) {
	in, err := pd.Incident(ctx, l.IncidentID)
	if err != nil {
		return Incident{}, err
	}
	if in.Key == l.Ticket.Key() {
		return in, nil // it belongs to the ticket already
	}
	l.IncidentID = in.ID
	return in, links.Link(ctx, l)
}

// removeLink unlinks an incident that the agent sees.
func removeLink(ctx context.Context, pd Getter, links Links, l Link) (Incident, error) {
	in, err := pd.Incident(ctx, l.IncidentID)
	if err != nil {
		return Incident{}, err
	}
	l.IncidentID = in.ID
	return in, links.Unlink(ctx, l)
}

// others counts the other tickets of an incident: the linked ones, and the one
// whose key it has.
func others(in Incident, t Ticket, linked int) int {
	home, ok := strings.CutPrefix(in.Key, KeyOf(t.Subdomain, ""))
	if !ok || in.Key == t.Key() {
		return linked
	}
	if _, err := ParseTicketID(home); err != nil {
		return linked
	}
	return linked + 1
}

// checkUnshared fails with [Shared] where other tickets have the incident as well: to
// resolve it would end it for them.
func checkUnshared(ctx context.Context, links Links, t Ticket, accountID string, in Incident) error {
	counts, err := links.OtherTickets(ctx, t, accountID, []string{in.ID})
	if err != nil {
		return err
	}
	if n := others(in, t, counts[in.ID]); n > 0 {
		return problem.New(Shared, nil, problem.Args{"count": n})
	}
	return nil
}

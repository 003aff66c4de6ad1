package incident

import (
	"strconv"

	"zendesk-pagerduty/problem"
)

// Ticket is a Zendesk ticket. The subdomain comes from a verified launch,
// never from the page.
type Ticket struct {
	Subdomain string
	ID        int64
}

// OpenTag is the tag of a ticket in Zendesk whose incident, made from the sidebar, is
// open. The page takes it off once all of them are over.
const OpenTag = "pagerduty_open"

// TicketMalformed is returned for a ticket id that is no positive number.
const TicketMalformed problem.Code = "ticket.malformed"

// ParseTicketID reads a ticket id as Zendesk writes it: decimal, no sign, no
// leading zero.
func ParseTicketID(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 || s != strconv.FormatInt(id, 10) {
		return 0, TicketMalformed
	}
	return id, nil
}

// Key is the incident key (dedup key of events) of a ticket: the one place
// where its form is written. It is the form of PagerDuty's Zendesk v2
// integration guide.
func (t Ticket) Key() string { return KeyOf(t.Subdomain, strconv.FormatInt(t.ID, 10)) }

// KeyOf is the key of an id as it is written elsewhere: in a Zendesk trigger it
// is a placeholder.
func KeyOf(subdomain, id string) string { return "Zendesk_" + subdomain + "_" + id }

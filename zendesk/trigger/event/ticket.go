package event

import (
	"net/url"
	"strconv"
	"strings"
)

// TicketText is a ticket's text: what was typed, or what an event brought of it.
type TicketText struct {
	Title       string
	Description string
}

// Difference is a part of a ticket's text that did not arrive as it was typed.
type Difference struct {
	Part string // "title" or "description"
	Sent string
	Came string
}

// Compare says what an event of our triggers changed of a ticket's text. Of came,
// Title is the event's whole summary, and Description its custom detail of that
// name. Omitted says that the event leaves text out, as [Source].OmitText
// has it. What was typed has to be shorter than events cut it: see [Short].
func (typed TicketText) Compare(ticket int64, came TicketText) (list []Difference, omitted bool) {
	name := "Ticket " + strconv.FormatInt(ticket, 10)
	if came.Title == name && came.Description == "" {
		return nil, true
	}
	title := strings.TrimPrefix(came.Title, name+": ")
	if got := decoded(title); got != oneNewline(typed.Title) {
		list = append(list, Difference{"title", typed.Title, got})
	}
	if got := decoded(came.Description); got != oneNewline(typed.Description) {
		list = append(list, Difference{"description", typed.Description, got})
	}
	return list, false
}

// decoded takes the percent-encoding of [Short] away. What is not encoded stays.
func decoded(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	return oneNewline(s)
}

// oneNewline: Zendesk may keep line breaks as browsers send them.
func oneNewline(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

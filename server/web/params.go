package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk"
)

// maxWords bounds the words of a search, in bytes.
const maxWords = 200

// SearchWords are those of the parameter q, without blanks around them, cut to so
// many bytes that a person can have typed.
func SearchWords(c echo.Context) string {
	words := strings.TrimSpace(c.QueryParam("q"))
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "")
	}
	return words
}

// Ticket reads the ticket of a route. Its account is the session's. It fails
// with [incident.TicketMalformed].
func Ticket(c echo.Context, session zendesk.Session) (incident.Ticket, error) {
	id, err := incident.ParseTicketID(c.Param("id"))
	return incident.Ticket{Subdomain: session.Agent.Subdomain, ID: id}, err
}

// IncidentID reads the incident's id in a route. It fails with [incident.NoAccess].
func IncidentID(c echo.Context) (string, error) {
	id := c.Param("incident")
	if !incident.ValidID(id) {
		return "", incident.NoAccess
	}
	return id, nil
}

// Cut trims a text to so many characters.
func Cut(s string, most int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// ServiceStatus is the view's word for a service that nobody is paged by: disabled
// or in maintenance. It is empty for all others, such as one that is only warned of.
func ServiceStatus(status incident.ServiceStatus) string {
	switch status {
	case incident.ServiceDisabled, incident.ServiceMaintenance:
		return string(status)
	}
	return ""
}

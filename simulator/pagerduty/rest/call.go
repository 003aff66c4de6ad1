package rest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// Call is one REST request of a person, with the simulator locked.
type Call struct {
	*state.State
	Writer  http.ResponseWriter
	Request *http.Request
	Me      *account.Person
	Account *account.Account
	Now     time.Time
	Query   url.Values
}

// Body decodes a JSON body; PagerDuty wants the media type as well.
func (c *Call) Body(into any) *Refusal {
	if !strings.HasPrefix(c.Request.Header.Get("Content-Type"), "application/json") {
		return Arguments("Content-Type must be application/json")
	}
	if err := json.NewDecoder(c.Request.Body).Decode(into); err != nil {
		return Arguments("The request body is not valid JSON")
	}
	return nil
}

// From checks the From header: a user token's requests go without it, an empty
// or malformed one is refused, and so is a stranger's.
func (c *Call) From() *Refusal {
	values, sent := c.Request.Header["From"]
	if !sent || c.Settings.From == "ignored" {
		return nil
	}
	at := strings.Index(values[0], "@")
	switch {
	case at <= 0 || at == len(values[0])-1 || strings.ContainsAny(values[0], " <>"):
		return &Refusal{Status: 400, Code: 1028, Message: `Malformed "From" header`}
	case c.Account.UserByEmail(values[0]) == nil:
		return &Refusal{Status: 400, Code: 1008, Message: "Requester User Not Found"}
	}
	return nil
}

package rest

import (
	"net/http"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// Object is a JSON object.
type Object = map[string]any

// Refusal is an error of the REST API: its status and PagerDuty's code.
type Refusal struct {
	Status  int
	Code    int // none if 0
	Message string
	Details []string
	more    Object // further members of "error"
	bare    bool   // no "error" around it
}

func (e *Refusal) write(w http.ResponseWriter) {
	if e.bare {
		control.JSON(w, e.Status, Object{"message": strings.Join(append([]string{e.Message}, e.Details...), ": ")})
		return
	}
	inner := Object{"message": e.Message}
	if e.Code != 0 {
		inner["code"] = e.Code
	}
	if len(e.Details) > 0 {
		inner["errors"] = e.Details
	}
	for name, v := range e.more {
		inner[name] = v
	}
	control.JSON(w, e.Status, Object{"error": inner})
}

// Invalid refuses input (developer docs, "Errors", 2001).
func Invalid(details ...string) *Refusal {
	return &Refusal{Status: 400, Code: 2001, Message: "Invalid Input Provided", Details: details}
}

// Arguments refuses arguments (developer docs, "Errors", 2002).
func Arguments(details ...string) *Refusal {
	return &Refusal{Status: 400, Code: 2002, Message: "Arguments Caused Error", Details: details}
}

// Refuse is a 400 with a code of the incident's own ("Errors", 1001 to 1020).
func Refuse(code int, message string) *Refusal {
	return &Refusal{Status: 400, Code: code, Message: message}
}

// Denied is the refusal of what a person may not do ("Errors", 2010).
func Denied() *Refusal { return &Refusal{Status: 403, Code: 2010, Message: "Access Denied"} }

// NotFound is the answer to what does not exist ("Errors", 2100).
func NotFound() *Refusal { return &Refusal{Status: 404, Code: 2100, Message: "Not Found"} }

// LacksPlan is the refusal of what the account's plan does not have (2014).
func LacksPlan() *Refusal {
	return &Refusal{
		Status:  402,
		Code:    2014,
		Message: "Account does not have the abilities to perform the action.",
		Details: []string{"Your account is not entitled to this feature."},
	}
}

// Hidden is the answer to details that a person may not see; nobody outside
// knows which it is, so a setting says.
func Hidden(s *state.State) *Refusal {
	switch s.Settings.Hidden {
	case "404":
		return NotFound()
	case "403-resolved":
		return &Refusal{
			Status:  403,
			Code:    2018,
			Message: "Access Denied. You may have lost access because the incident was resolved.",
		}
	}
	return Denied()
}

// Unauthorized is plain text, as a dead token and a wrong region get it.
func Unauthorized(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte("HTTP Token: Access denied.\n"))
}

// Stamp is a time as most of the REST API has it: in UTC.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Zoned is a time as notes and status updates have it: not in UTC.
func Zoned(t time.Time) string { return t.In(time.FixedZone("", -5*3600)).Format(time.RFC3339) }

// Bare lets an endpoint refuse with {"message"}, as those of workflows do.
func Bare(do Endpoint) Endpoint {
	return func(c *Call) (int, any, *Refusal) {
		status, body, refused := do(c)
		if refused != nil {
			refused.bare = true
		}
		return status, body, refused
	}
}

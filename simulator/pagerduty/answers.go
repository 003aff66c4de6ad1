package pagerduty

import (
	"net/http"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
)

// object is a JSON object.
type object = map[string]any

// refusal is an error of the REST API: its status and PagerDuty's code.
type refusal struct {
	status  int
	code    int // none if 0
	message string
	details []string
	more    object // further members of "error"
	bare    bool   // no "error" around it
}

func (e *refusal) write(w http.ResponseWriter) {
	if e.bare {
		control.JSON(w, e.status, object{"message": strings.Join(append([]string{e.message}, e.details...), ": ")})
		return
	}
	inner := object{"message": e.message}
	if e.code != 0 {
		inner["code"] = e.code
	}
	if len(e.details) > 0 {
		inner["errors"] = e.details
	}
	for name, v := range e.more {
		inner[name] = v
	}
	control.JSON(w, e.status, object{"error": inner})
}

// The refusals of developer docs, "Errors", and of public observations.
func invalid(details ...string) *refusal {
	return &refusal{status: 400, code: 2001, message: "Invalid Input Provided", details: details}
}

func arguments(details ...string) *refusal {
	return &refusal{status: 400, code: 2002, message: "Arguments Caused Error", details: details}
}

// refuse is a 400 with a code of the incident's own ("Errors", 1001 to 1020).
func refuse(code int, message string) *refusal {
	return &refusal{status: 400, code: code, message: message}
}

func denied() *refusal { return &refusal{status: 403, code: 2010, message: "Access Denied"} }

func notFound() *refusal { return &refusal{status: 404, code: 2100, message: "Not Found"} }

func lacksPlan() *refusal {
	return &refusal{status: 402, code: 2014, message: "Account does not have the abilities to perform the action.", details: []string{"Your account is not entitled to this feature."}}
}

// hidden is the answer to details that a person may not see; nobody outside
// knows which it is, so a setting says.
func (s *State) hidden() *refusal {
	switch s.settings.Hidden {
	case "404":
		return notFound()
	case "403-resolved":
		return &refusal{status: 403, code: 2018, message: "Access Denied. You may have lost access because the incident was resolved."}
	}
	return denied()
}

// unauthorized is plain text, as a dead token and a wrong region get it.
func unauthorized(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte("HTTP Token: Access denied.\n"))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// zoned is a time as notes and status updates have it: not in UTC.
func zoned(t time.Time) string { return t.In(time.FixedZone("", -5*3600)).Format(time.RFC3339) }

// bare lets an endpoint refuse with {"message"}, as those of workflows do.
func bare(do endpoint) endpoint {
	return func(c *call) (int, any, *refusal) {
		status, body, refused := do(c)
		if refused != nil {
			refused.bare = true
		}
		return status, body, refused
	}
}

// list is a page of PagerDuty's classic pagination.
func list[T any](name string, all []T, p paging, show func(T) object) object {
	page := []object{}
	end := min(p.offset+p.limit, len(all))
	for _, x := range all[min(p.offset, end):end] {
		page = append(page, show(x))
	}
	answer := object{name: page, "limit": p.limit, "offset": p.offset, "more": end < len(all), "total": nil}
	if p.total {
		answer["total"] = len(all)
	}
	return answer
}

package pagerduty

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
)

// call is one REST request of a person, with the simulator locked.
type call struct {
	*State
	w    http.ResponseWriter
	r    *http.Request
	me   *person
	acct *account
	now  time.Time
	q    url.Values
}

// endpoint answers a call with a status and a body, or refuses it.
type endpoint func(*call) (int, any, *refusal)

// handle registers an endpoint for a token that has some scopes.
type handle func(pattern string, do endpoint, scopes ...string)

// restServer is the REST API of one region.
type restServer struct {
	*State
	region string
	// holder finds whose access token it is, and its scopes; nil for a token
	// that is unknown or dead. The lock is held.
	holder func(access string) (who *person, scopes []string)
}

// handler finds out whose token it is and whether it may do that.
func (s *restServer) handler(do endpoint, scopes ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.dawdle(r)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.world.elapse(s.Clock.Now())
		scheme, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		who, held := s.holder(access)
		if !strings.EqualFold(scheme, "Bearer") || who == nil || who.account.region.name != s.region {
			unauthorized(w)
			return
		}
		if !s.limit(w, "user "+who.id, s.settings.RateLimit) {
			return
		}
		needed := s.needed(r, scopes)
		if !covers(held, needed, r.Method != http.MethodGet) {
			(&refusal{status: 403, message: "Token missing required scopes", more: object{"required_scopes": strings.Join(needed, " ")}}).write(w)
			return
		}
		c := &call{s.State, w, r, who, who.account, s.Clock.Now(), r.URL.Query()}
		status, body, refused := do(c)
		switch {
		case refused != nil:
			if refused.status != 0 { // else it was written already
				refused.write(w)
			}
		case body == nil:
			w.WriteHeader(status)
		default:
			control.JSON(w, status, body)
		}
	}
}

// needed adds the scopes that settings ask for besides.
func (s *restServer) needed(r *http.Request, scopes []string) []string {
	switch {
	case r.URL.Path == "/users/me" && !s.settings.UsersMeScope:
		return nil
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/services") && s.settings.ServiceScopes:
		return append(slices.Clone(scopes), "teams.read")
	}
	return scopes
}

// paging reads limit, offset and total.
type paging struct {
	limit, offset int
	total         bool
}

func (c *call) paging() (paging, *refusal) {
	p := paging{limit: 25, total: c.q.Get("total") == "true"}
	for name, into := range map[string]*int{"limit": &p.limit, "offset": &p.offset} {
		if s := c.q.Get(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				return p, arguments(name + " is not a number")
			}
			*into = n
		}
	}
	if p.limit > 100 || p.limit == 0 {
		p.limit = 100
	}
	if p.limit+p.offset > 10000 {
		return p, arguments("Offset+limit exceeds maximum allowed value of 10000")
	}
	return p, nil
}

// body decodes a JSON body; PagerDuty wants the media type as well.
func (c *call) body(into any) *refusal {
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		return arguments("Content-Type must be application/json")
	}
	if err := json.NewDecoder(c.r.Body).Decode(into); err != nil {
		return arguments("The request body is not valid JSON")
	}
	return nil
}

// from checks the From header: a user token's requests go without it, an empty
// or malformed one is refused, and so is a stranger's.
func (c *call) from() *refusal {
	values, sent := c.r.Header["From"]
	if !sent || c.settings.From == "ignored" {
		return nil
	}
	at := strings.Index(values[0], "@")
	switch {
	case at <= 0 || at == len(values[0])-1 || strings.ContainsAny(values[0], " <>"):
		return &refusal{status: 400, code: 1028, message: `Malformed "From" header`}
	case c.acct.userByEmail(values[0]) == nil:
		return &refusal{status: 400, code: 1008, message: "Requester User Not Found"}
	}
	return nil
}

func (c *call) includes(what string) bool { return slices.Contains(c.q["include[]"], what) }

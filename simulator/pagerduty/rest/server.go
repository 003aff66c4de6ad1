package rest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/internal/control"
	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// Endpoint answers a call with a status and a body, or refuses it.
type Endpoint func(*Call) (int, any, *Refusal)

// Handle registers an endpoint for a token that has some scopes.
type Handle func(pattern string, do Endpoint, scopes ...string)

// Server is the REST API of one region.
type Server struct {
	*state.State
	Region string
	// Holder finds whose access token it is, and its scopes; nil for a token
	// that is unknown or dead. It is called with the lock.
	Holder func(access string) (who *account.Person, scopes []string)
}

// covers reports whether scopes hold what an endpoint needs.
func covers(scopes []string, needed []string, write bool) bool {
	if slices.Contains(scopes, "write") || !write && slices.Contains(scopes, "read") {
		return true
	}
	return !slices.ContainsFunc(needed, func(n string) bool { return !slices.Contains(scopes, n) })
}

// Limit applies a limit to a request and writes the refusal if it is reached.
// The headers describe whichever limit was applied last.
func Limit(s *state.State, w http.ResponseWriter, key string, limit int) bool {
	left, reset, ok := s.Limits.Take(key, limit, s.Clock.Now())
	if !ok && s.Settings.BareLimit {
		w.Header().Del("ratelimit-limit")
		w.Header().Del("ratelimit-remaining")
		w.Header().Del("ratelimit-reset")
		http.Error(w, "Too Many Requests", http.StatusTooManyRequests)
		return false
	}
	h := w.Header()
	h.Set("ratelimit-limit", strconv.Itoa(limit))
	h.Set("ratelimit-remaining", strconv.Itoa(left))
	h.Set("ratelimit-reset", strconv.Itoa(int(reset/time.Second)+1))
	if !ok {
		(&Refusal{Status: http.StatusTooManyRequests, Code: 2020, Message: "Rate Limit Exceeded"}).write(w)
	}
	return ok
}

// Handler finds out whose token it is and whether it may do that.
func (s *Server) Handler(do Endpoint, scopes ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.Delay(r)
		s.Mu.Lock()
		defer s.Mu.Unlock()
		s.Store.EndSnoozes(s.Clock.Now())
		scheme, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		who, granted := s.Holder(access)
		if !strings.EqualFold(scheme, "Bearer") || who == nil || who.Account.Region.Name != s.Region {
			Unauthorized(w)
			return
		}
		if !Limit(s.State, w, "user "+who.ID, s.Settings.RateLimit) {
			return
		}
		needed := s.needed(r, scopes)
		if !covers(granted, needed, r.Method != http.MethodGet) {
			(&Refusal{
				Status:  403,
				Message: "Token missing required scopes",
				more:    Object{"required_scopes": strings.Join(needed, " ")},
			}).write(w)
			return
		}
		c := &Call{s.State, w, r, who, who.Account, s.Clock.Now(), r.URL.Query()}
		status, body, refused := do(c)
		switch {
		case refused != nil:
			if refused.Status != 0 { // else it was written already
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
func (s *Server) needed(r *http.Request, scopes []string) []string {
	switch {
	case r.URL.Path == "/users/me" && !s.Settings.UsersMeScope:
		return nil
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/services") && s.Settings.ServiceScopes:
		return append(slices.Clone(scopes), "teams.read")
	}
	return scopes
}

package rest

import (
	"net/http"
	"strconv"

	"zendesk-pagerduty/simulator/zendesk/directory"
)

// Sessions says who works in one account's workspace.
type Sessions struct {
	Subdomain string
	// User finds somebody by their id, people lists the users of some roles by
	// id.
	User   func(id int64) (directory.User, bool)
	People func(roles ...string) []directory.User
}

// agentHeader names the agent of one page. Two pages of one browser can show
// two agents, which the cookie alone could not hold apart. Scripts of other
// origins cannot send it: no answer of the simulator allows them to.
const agentHeader = "Simulated-Agent"

// cookieName has the account in it, since a browser sends cookies to every
// port of a host.
func (s *Sessions) cookieName() string { return "agent_" + s.Subdomain }

// AgentOf is the agent who sent a request: by the page's header, else by the
// browser's cookie.
func (s *Sessions) AgentOf(r *http.Request) (directory.User, bool) {
	if named := r.Header.Get(agentHeader); named != "" {
		return s.agentByID(named)
	}
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return directory.User{}, false
	}
	return s.agentByID(cookie.Value)
}

func (s *Sessions) agentByID(id string) (directory.User, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return directory.User{}, false
	}
	u, ok := s.User(n)
	return u, ok && u.Staff()
}

// Agents lists who can work in the account.
func (s *Sessions) Agents() []directory.User { return s.People("agent", "admin") }

// Visitor is the agent whom a page is for: chosen in its address (which is then
// kept in the cookie), else the last one chosen, else the account's first.
func (s *Sessions) Visitor(w http.ResponseWriter, r *http.Request) directory.User {
	if u, ok := s.agentByID(r.URL.Query().Get("agent")); ok {
		http.SetCookie(w, &http.Cookie{
			Name:     s.cookieName(),
			Value:    strconv.FormatInt(u.ID, 10),
			Path:     "/",
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
		})
		return u
	}
	if cookie, err := r.Cookie(s.cookieName()); err == nil {
		if u, ok := s.agentByID(cookie.Value); ok {
			return u
		}
	}
	return s.Agents()[0]
}

// AsAgent finds whose session a request has, and refuses one that has none.
func (s *Sessions) AsAgent(next AgentHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		agent, ok := s.AgentOf(r)
		if !ok {
			WriteJSON(w, http.StatusUnauthorized, map[string]string{"error": "Couldn't authenticate you"})
			return
		}
		next(w, r, agent)
	}
}

// AsAdmin refuses agents.
func (s *Sessions) AsAdmin(next AgentHandler) http.HandlerFunc {
	return s.AsAgent(func(w http.ResponseWriter, r *http.Request, agent directory.User) {
		if !agent.Admin() {
			Refuse(w, ErrForbidden)
			return
		}
		next(w, r, agent)
	})
}

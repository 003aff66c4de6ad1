package zendesk

import (
	"net/http"
	"strconv"
)

// agentHeader names the agent of one page. Two pages of one browser can show
// two agents, which the cookie alone could not hold apart. Scripts of other
// origins cannot send it: no answer of the simulator allows them to.
const agentHeader = "Simulated-Agent"

// sessions says who works in one account's workspace.
type sessions struct {
	subdomain string
	// user finds somebody by their id, people lists the users of some roles by
	// id.
	user   func(id int64) (User, bool)
	people func(roles ...string) []User
}

// cookieName has the account in it, since a browser sends cookies to every
// port of a host.
func (s *sessions) cookieName() string { return "agent_" + s.subdomain }

// session is the agent who sent a request: by the page's header, else by the
// browser's cookie.
func (s *sessions) session(r *http.Request) (User, bool) {
	if named := r.Header.Get(agentHeader); named != "" {
		return s.agent(named)
	}
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return User{}, false
	}
	return s.agent(cookie.Value)
}

func (s *sessions) agent(id string) (User, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return User{}, false
	}
	u, ok := s.user(n)
	return u, ok && u.Staff()
}

// agents lists who can work in the account.
func (s *sessions) agents() []User { return s.people("agent", "admin") }

// visitor is the agent whom a page is for: chosen in its address (which is then
// kept in the cookie), else the last one chosen, else the account's first.
func (s *sessions) visitor(w http.ResponseWriter, r *http.Request) User {
	if u, ok := s.agent(r.URL.Query().Get("agent")); ok {
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
		if u, ok := s.agent(cookie.Value); ok {
			return u
		}
	}
	return s.agents()[0]
}

// asAgent finds whose session a request has, and refuses one that has none.
func (s *sessions) asAgent(next agentHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		agent, ok := s.session(r)
		if !ok {
			writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "Couldn't authenticate you"})
			return
		}
		next(w, r, agent)
	}
}

// asAdmin refuses agents.
func (s *sessions) asAdmin(next agentHandler) http.HandlerFunc {
	return s.asAgent(func(w http.ResponseWriter, r *http.Request, agent User) {
		if !agent.Admin() {
			refuse(w, errForbidden)
			return
		}
		next(w, r, agent)
	})
}

package zendesk

import (
	"net/http"
	"strconv"
)

// agentHeader names the agent of one page. Two pages of one browser can show
// two agents, which the cookie alone could not hold apart. Scripts of other
// origins cannot send it: no answer of the simulator allows them to.
const agentHeader = "Simulated-Agent"

// cookieName has the account in it, since a browser sends cookies to every
// port of a host.
func (a *Account) cookieName() string { return "agent_" + a.Subdomain }

// session is the agent who sent a request: by the page's header, else by the
// browser's cookie.
func (a *Account) session(r *http.Request) (User, bool) {
	if named := r.Header.Get(agentHeader); named != "" {
		return a.agent(named)
	}
	cookie, err := r.Cookie(a.cookieName())
	if err != nil {
		return User{}, false
	}
	return a.agent(cookie.Value)
}

func (a *Account) agent(id string) (User, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return User{}, false
	}
	u, ok := a.records.user(n)
	return u, ok && u.Staff()
}

// visitor is the agent whom a page is for: chosen in its address (which is then
// kept in the cookie), else the last one chosen, else the account's first.
func (a *Account) visitor(w http.ResponseWriter, r *http.Request) User {
	if u, ok := a.agent(r.URL.Query().Get("agent")); ok {
		http.SetCookie(w, &http.Cookie{Name: a.cookieName(), Value: strconv.FormatInt(u.ID, 10), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return u
	}
	if cookie, err := r.Cookie(a.cookieName()); err == nil {
		if u, ok := a.agent(cookie.Value); ok {
			return u
		}
	}
	return a.Agents()[0]
}

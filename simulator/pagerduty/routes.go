package pagerduty

import (
	"fmt"
	"net/http"
)

// routes are those of one region's host. Identity is on the US one alone; it
// serves accounts of both.
func (s *Simulator) routes(region string) http.Handler {
	mux := http.NewServeMux()
	rest := func(pattern string, do func(*call) (int, any, *refusal), scopes ...string) {
		mux.HandleFunc(pattern, s.rest(region, do, scopes...))
	}
	rest("GET /users/me", (*call).getMe, "users.read")
	rest("GET /services", (*call).listServices, "services.read")
	rest("GET /services/{id}", (*call).getService, "services.read")
	rest("GET /incidents", (*call).listIncidents, "incidents.read")
	rest("POST /incidents", (*call).createIncident, "incidents.write")
	rest("PUT /incidents", (*call).manageMany, "incidents.write")
	rest("GET /incidents/{id}", (*call).getIncident, "incidents.read")
	rest("PUT /incidents/{id}", (*call).manageOne, "incidents.write")
	rest("GET /incidents/{id}/notes", (*call).listNotes, "incidents.read")
	rest("GET /incidents/{id}/alerts", (*call).listAlerts, "incidents.read")
	rest("GET /priorities", (*call).listPriorities, "priorities.read")
	rest("GET /escalation_policies", (*call).listPolicies, "escalation_policies.read")
	rest("GET /oncalls", (*call).listOnCalls, "oncalls.read")
	rest("GET /teams", (*call).listTeams, "teams.read")
	rest("GET /teams/{id}/members", (*call).listMembers, "teams.read")
	rest("GET /abilities", (*call).listAbilities, "abilities.read")
	mux.HandleFunc("POST /v2/enqueue", s.serveEnqueue(region))
	if region != "us" {
		return mux
	}
	mux.HandleFunc("GET /oauth/authorize", s.serveAuthorize)
	mux.HandleFunc("POST /oauth/consent", s.serveConsent)
	mux.HandleFunc("POST /oauth/token", s.serveToken)
	mux.HandleFunc("POST /oauth/revoke", s.serveRevoke)
	mux.HandleFunc("GET /global/oauth/anonymous/jwks", s.serveJWKS)
	mux.HandleFunc("GET /global/oauth/anonymous/.well-known/openid-configuration", s.serveDiscovery)
	mux.HandleFunc("GET /login", s.serveLoginPage)
	mux.HandleFunc("POST /login", s.serveLogin)
	mux.HandleFunc("GET /login/return", s.serveLoginReturn)
	mux.HandleFunc("GET /sso", s.serveSSO)
	mux.HandleFunc("POST /sso", s.serveSSO)
	mux.HandleFunc("POST /logout", s.serveLogout)
	mux.HandleFunc("GET /web/incidents/{id}", s.serveThing)
	mux.HandleFunc("GET /{$}", s.serveLoginPage)
	return mux
}

// serveThing is where html_url leads: a plain page about one incident, for
// people who are logged in and may see it.
func (s *Simulator) serveThing(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.loggedIn(r)
	if p == nil {
		s.loginPage(w, r.URL.RequestURI())
		return
	}
	i := p.account.incident(r.PathValue("id"))
	if i == nil || !p.opens(i) {
		s.page(w, http.StatusNotFound, "thing", pageData{Title: "Not here", Text: "There is no such incident, or you have no access to it.", Person: view(p), Next: r.URL.RequestURI()})
		return
	}
	who := ""
	for _, a := range i.assigned {
		who += a.person.name + " "
	}
	s.page(w, http.StatusOK, "thing", pageData{Title: fmt.Sprintf("#%d %s", i.number, i.title), Person: view(p), Next: r.URL.RequestURI(), Facts: [][2]string{
		{"Status", i.status}, {"Urgency", i.urgency}, {"Service", i.service.name}, {"Assigned to", who}, {"Since", stamp(i.created)}, {"Details", fmt.Sprint(i.details)},
	}})
}

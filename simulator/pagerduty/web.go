package pagerduty

import (
	"fmt"
	"net/http"
	"time"
)

// browsers knows who is logged in at PagerDuty's pages.
type browsers interface {
	// LoggedIn is whose session a request has; nil for nobody's.
	LoggedIn(r *http.Request) *person
	// LoginPage asks who is there, and leads to next.
	LoginPage(w http.ResponseWriter, next string)
}

// thingServer serves the pages to which html_url leads.
type thingServer struct {
	*State
	pages    *pages
	browsers browsers
}

// routes are the pages' addresses.
func (s *thingServer) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /web/{kind}/{id}", s.serveThing)
	mux.HandleFunc("GET /web/incidents/{id}/log_entries/{entry}", s.serveThing)
	mux.HandleFunc("GET /web/services/{id}/integrations/{integration}", s.serveThing)
}

// serveThing is where html_url leads: a plain page about one thing, for people
// who are logged in and may see it. A line of a timeline leads to its incident.
func (s *thingServer) serveThing(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.elapse(s.Clock.Now())
	p := s.browsers.LoggedIn(r)
	if p == nil {
		s.browsers.LoginPage(w, r.URL.RequestURI())
		return
	}
	kind := r.PathValue("kind")
	if r.PathValue("entry") != "" {
		kind = "incidents"
	}
	data, there := p.thing(kind, r.PathValue("id"), s.Clock.Now())
	if in := r.PathValue("integration"); in != "" {
		data, there = p.integration(r.PathValue("id"), in)
	}
	status := http.StatusOK
	if !there {
		status, data = http.StatusNotFound, pageData{Title: "Not here", Text: "There is no such thing, or you have no access to it."}
	}
	data.Person, data.Next = view(p), r.URL.RequestURI()
	s.pages.page(w, status, "thing", data)
}

// thing is what a person may see of one, and whether they may.
func (p *person) thing(kind, id string, now time.Time) (pageData, bool) {
	a := p.account
	switch kind {
	case "incidents":
		if i := a.incident(id); i != nil && p.opens(i) {
			return i.page(), true
		}
	case "users":
		if who := a.user(id); who != nil {
			return pageData{Title: who.name, Facts: [][2]string{{"E-mail", who.email}, {"Role", who.role}}}, true
		}
	case "services":
		if v := a.service(id); v != nil && p.sees(v.teams) {
			return pageData{Title: v.name, Text: v.description, Facts: [][2]string{{"Status", v.statusAt(now)}, {"Escalation policy", v.policy.name}}}, true
		}
	case "escalation_policies":
		if pol := a.policy(id); pol != nil && p.sees(pol.teams) {
			return pol.page(), true
		}
	case "maintenance_windows":
		if m := find(a.maintenances, func(m *maintenance) bool { return m.id == id }); m != nil && len(m.of(p)) > 0 {
			return m.page(p), true
		}
	case "teams":
		if t := a.team(id); t != nil && p.sees([]*team{t}) {
			return pageData{Title: t.name, Facts: [][2]string{{"Members", names(t.people())}}}, true
		}
	}
	return pageData{}, false
}

// integration is the page of one, with its key: where somebody copies it from.
func (p *person) integration(service, id string) (pageData, bool) {
	v := p.account.service(service)
	if v == nil || !p.sees(v.teams) {
		return pageData{}, false
	}
	i := find(v.integrations, func(i *integration) bool { return i.id == id })
	if i == nil {
		return pageData{}, false
	}
	data := pageData{Title: i.name, Facts: [][2]string{{"Service", v.name}, {"Type", i.kind}}}
	if i.key != "" {
		data.Facts = append(data.Facts, [2]string{"Integration key", i.key})
	}
	return data, true
}

func (i *incident) page() pageData {
	var people []*person
	for _, a := range i.assigned {
		people = append(people, a.person)
	}
	return pageData{Title: fmt.Sprintf("#%d %s", i.number, i.title), Facts: [][2]string{
		{"Status", i.status}, {"Urgency", i.urgency}, {"Service", i.service.name}, {"Assigned to", names(people)},
		{"Since", i.created.UTC().Format(time.RFC3339)}, {"Details", fmt.Sprint(i.details)},
	}}
}

func (p *policy) page() pageData {
	data := pageData{Title: p.name}
	for n, l := range p.levels {
		data.Facts = append(data.Facts, [2]string{fmt.Sprintf("Level %d", n+1), names(l.people)})
	}
	return data
}

func (t *team) people() (all []*person) {
	for _, m := range t.members {
		all = append(all, m.person)
	}
	return all
}

func names(people []*person) (text string) {
	for n, p := range people {
		if n > 0 {
			text += ", "
		}
		text += p.name
	}
	return text
}

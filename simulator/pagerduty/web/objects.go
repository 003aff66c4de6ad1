package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// browsers knows who is logged in at PagerDuty's pages.
type browsers interface {
	// LoggedIn is whose session a request has; nil for nobody's.
	LoggedIn(r *http.Request) *account.Person
	// LoginPage asks who is there, and leads to next.
	LoginPage(w http.ResponseWriter, next string)
}

// ObjectPages are the pages to which html_url leads: one for each incident,
// user, service, escalation policy, team, integration and maintenance window.
type ObjectPages struct {
	*state.State
	Pages    *Pages
	Browsers browsers
}

func maintenancePage(m *account.MaintenanceWindow, p *account.Person) Page {
	var services []string
	for _, v := range m.VisibleTo(p) {
		services = append(services, v.Name)
	}
	return Page{Title: "Maintenance", Text: m.Description, Facts: [][2]string{
		{"Services", strings.Join(services, ", ")},
		{"From", m.Start.UTC().Format(time.RFC3339)},
		{"To", m.End.UTC().Format(time.RFC3339)},
	}}
}

// Routes are the pages' addresses.
func (s *ObjectPages) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /web/{kind}/{id}", s.serveObject)
	mux.HandleFunc("GET /web/incidents/{id}/log_entries/{entry}", s.serveObject)
	mux.HandleFunc("GET /web/services/{id}/integrations/{integration}", s.serveObject)
}

// serveObject is where html_url leads: a plain page about one thing, for people
// who are logged in and may see it. A line of a timeline leads to its incident.
func (s *ObjectPages) serveObject(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.Store.EndSnoozes(s.Clock.Now())
	p := s.Browsers.LoggedIn(r)
	if p == nil {
		s.Browsers.LoginPage(w, r.URL.RequestURI())
		return
	}
	kind := r.PathValue("kind")
	if r.PathValue("entry") != "" {
		kind = "incidents"
	}
	data, there := objectPage(p, kind, r.PathValue("id"), s.Clock.Now())
	if in := r.PathValue("integration"); in != "" {
		data, there = integrationPage(p, r.PathValue("id"), in)
	}
	status := http.StatusOK
	if !there {
		status, data = http.StatusNotFound, Page{
			Title: "Not here",
			Text:  "There is no such thing, or you have no access to it.",
		}
	}
	data.Person, data.Next = View(p), r.URL.RequestURI()
	s.Pages.Write(w, status, "object", data)
}

// objectPage is what a person may see of one, and whether they may.
func objectPage(p *account.Person, kind, id string, now time.Time) (Page, bool) {
	a := p.Account
	switch kind {
	case "incidents":
		if i := a.Incident(id); i != nil && p.Opens(i) {
			return incidentPage(i), true
		}
	case "users":
		if who := a.User(id); who != nil {
			return Page{Title: who.Name, Facts: [][2]string{{"E-mail", who.Email}, {"Role", who.Role}}}, true
		}
	case "services":
		if v := a.Service(id); v != nil && p.Sees(v.Teams) {
			return Page{
				Title: v.Name,
				Text:  v.Description,
				Facts: [][2]string{{"Status", v.StatusAt(now)}, {"Escalation policy", v.Policy.Name}},
			}, true
		}
	case "escalation_policies":
		if pol := a.Policy(id); pol != nil && p.Sees(pol.Teams) {
			return policyPage(pol), true
		}
	case "maintenance_windows":
		if m := account.Find(a.MaintenanceWindows, func(m *account.MaintenanceWindow) bool {
			return m.ID == id
		}); m != nil && len(m.VisibleTo(p)) > 0 {
			return maintenancePage(m, p), true
		}
	case "teams":
		if t := a.Team(id); t != nil && p.Sees([]*account.Team{t}) {
			return Page{Title: t.Name, Facts: [][2]string{{"Members", account.Names(t.People())}}}, true
		}
	}
	return Page{}, false
}

// integrationPage is the page of one, with its key: where somebody copies it from.
func integrationPage(p *account.Person, service, id string) (Page, bool) {
	v := p.Account.Service(service)
	if v == nil || !p.Sees(v.Teams) {
		return Page{}, false
	}
	i := account.Find(v.Integrations, func(i *account.Integration) bool { return i.ID == id })
	if i == nil {
		return Page{}, false
	}
	data := Page{Title: i.Name, Facts: [][2]string{{"Service", v.Name}, {"Type", i.Kind}}}
	if i.Key != "" {
		data.Facts = append(data.Facts, [2]string{"Integration key", i.Key})
	}
	return data, true
}

func incidentPage(i *account.Incident) Page {
	var people []*account.Person
	for _, a := range i.Assigned {
		people = append(people, a.Person)
	}
	return Page{Title: fmt.Sprintf("#%d %s", i.Number, i.Title), Facts: [][2]string{
		{"Status", i.Status}, {"Urgency", i.Urgency}, {"Service", i.Service.Name}, {"Assigned to", account.Names(people)},
		{"Since", i.Created.UTC().Format(time.RFC3339)}, {"Details", fmt.Sprint(i.Details)},
	}}
}

func policyPage(p *account.Policy) Page {
	data := Page{Title: p.Name}
	for n, l := range p.Levels {
		data.Facts = append(data.Facts, [2]string{fmt.Sprintf("Level %d", n+1), account.Names(l.People)})
	}
	return data
}

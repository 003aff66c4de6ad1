package web

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/state"
)

// Page is what the pages show; each uses its part.
type Page struct {
	Title, Text string
	People      []PersonView
	Person      PersonView
	Scopes      []string
	Next        string
	Query       template.URL // the authorize request, for the way back
	Ticket      string
	Facts       [][2]string
}

// PersonView is a person as the pages show them.
type PersonView struct{ Login, Name, Email, Role, Account string }

// Pages writes the pages that people see.
type Pages struct {
	*state.State
	templates *template.Template
}

// pages.html holds every page that a person sees here.
//
//go:embed pages.html
var pagesHTML string

// View is what the pages show of a person; nil is nobody.
func View(p *account.Person) PersonView {
	if p == nil {
		return PersonView{}
	}
	return PersonView{p.Login, p.Name, p.Email, p.Role, p.Account.Subdomain}
}

// Write renders the page called name, and sends it. No page may be framed, as
// those of PagerDuty. The caller holds the lock.
func (p *Pages) Write(w http.ResponseWriter, status int, name string, data Page) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "frame-ancestors 'none'")
	if p.Settings.COOP {
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// NewPages parses the pages.
func NewPages(s *state.State) (*Pages, error) {
	templates, err := template.New("pages").Parse(pagesHTML)
	if err != nil {
		return nil, err
	}
	return &Pages{State: s, templates: templates}, nil
}

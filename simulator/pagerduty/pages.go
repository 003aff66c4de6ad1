package pagerduty

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

// pages.html holds every page that a person sees here.
//
//go:embed pages.html
var pagesHTML string

// pageData is what the pages show; each uses its part.
type pageData struct {
	Title, Text string
	People      []personView
	Person      personView
	Scopes      []string
	Next        string
	Query       template.URL // the authorize request, for the way back
	Ticket      string
	Facts       [][2]string
}

type personView struct{ Login, Name, Email, Role, Account string }

func view(p *person) personView {
	if p == nil {
		return personView{}
	}
	return personView{p.login, p.name, p.email, p.role, p.account.subdomain}
}

// page writes one. None of them may be framed, as PagerDuty's.
func (p *pages) page(w http.ResponseWriter, status int, name string, data pageData) {
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
	if p.settings.COOP {
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// pages writes the pages that people see.
type pages struct {
	*State
	templates *template.Template
}

func newPages(s *State) (*pages, error) {
	templates, err := template.New("pages").Parse(pagesHTML)
	if err != nil {
		return nil, err
	}
	return &pages{State: s, templates: templates}, nil
}

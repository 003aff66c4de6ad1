package pagerduty

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// sessions of browsers at the simulated PagerDuty, and logins that are on
// their way over the identity provider's host.
type logins struct {
	browsers map[string]*person
	underway map[string]underway
}

type underway struct {
	person *person
	host   string // where the login began and has to come back to
	next   string
}

func newLogins() *logins {
	return &logins{browsers: map[string]*person{}, underway: map[string]underway{}}
}

// cookieName holds the port, since cookies do not tell ports apart and several
// simulators may share a host.
func (s *identityServer) cookieName() string {
	return fmt.Sprintf("simulated_pagerduty_%d", s.port)
}

func (s *identityServer) LoggedIn(r *http.Request) *person {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return nil
	}
	return s.logins.browsers[c.Value]
}

func (s *identityServer) LoginPage(w http.ResponseWriter, next string) {
	data := pageData{Title: "Log in to PagerDuty", Next: next}
	for _, a := range s.world.accounts {
		for _, p := range a.people {
			data.People = append(data.People, view(p))
		}
	}
	s.pages.page(w, http.StatusOK, "login", data)
}

// local refuses a way back that would leave this host.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.HasPrefix(next, "/\\") {
		return "/"
	}
	return next
}

func (s *identityServer) serveLoginPage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.LoginPage(w, local(r.FormValue("next")))
}

// serveLogin takes the choice of a person. With an identity provider set, it
// sends the browser there first.
func (s *identityServer) serveLogin(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.world.person(r.PostFormValue("person"))
	next := local(r.PostFormValue("next"))
	if p == nil {
		s.LoginPage(w, next)
		return
	}
	if s.settings.SSOHost == "" {
		s.logIn(w, p)
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	ticket := uuid()
	s.logins.underway[ticket] = underway{p, r.Host, next}
	http.Redirect(w, r, "http://"+s.ssoHost(r)+"/sso?ticket="+ticket, http.StatusSeeOther)
}

func (s *identityServer) ssoHost(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return net.JoinHostPort(s.settings.SSOHost, port)
	}
	return s.settings.SSOHost
}

// serveSSO is the identity provider's page on its own host.
func (s *identityServer) serveSSO(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.logins.underway[r.FormValue("ticket")]
	if !ok {
		s.pages.page(w, http.StatusBadRequest, "problem", pageData{Title: "Something is wrong", Text: "This login is not known."})
		return
	}
	if r.Method == http.MethodPost {
		http.Redirect(w, r, "http://"+u.host+"/login/return?ticket="+r.FormValue("ticket"), http.StatusSeeOther)
		return
	}
	s.pages.page(w, http.StatusOK, "sso", pageData{Title: "Company login", Person: view(u.person), Ticket: r.FormValue("ticket")})
}

func (s *identityServer) serveLoginReturn(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ticket := r.FormValue("ticket")
	u, ok := s.logins.underway[ticket]
	if !ok || u.host != r.Host {
		s.LoginPage(w, "/")
		return
	}
	delete(s.logins.underway, ticket)
	s.logIn(w, u.person)
	http.Redirect(w, r, u.next, http.StatusSeeOther)
}

func (s *identityServer) logIn(w http.ResponseWriter, p *person) {
	value := uuid()
	s.logins.browsers[value] = p
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// serveLogout forgets the browser and asks who is there.
func (s *identityServer) serveLogout(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := r.Cookie(s.cookieName()); err == nil {
		delete(s.logins.browsers, c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, local(r.PostFormValue("next")), http.StatusSeeOther)
}

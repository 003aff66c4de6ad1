package identity

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/web"
)

// sessions of browsers at the simulated PagerDuty, and logins that are on
// their way over the identity provider's host.
type logins struct {
	browsers map[string]*account.Person
	underway map[string]underway
}

type underway struct {
	person *account.Person
	host   string // where the login began and has to come back to
	next   string
}

func newLogins() *logins {
	return &logins{browsers: map[string]*account.Person{}, underway: map[string]underway{}}
}

// cookieName holds the port, since cookies do not tell ports apart and several
// simulators may share a host.
func (s *Server) cookieName() string {
	return fmt.Sprintf("simulated_pagerduty_%d", s.port)
}

// LoggedIn is whose browser sent a request; nil for nobody. The caller holds
// the lock.
func (s *Server) LoggedIn(r *http.Request) *account.Person {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return nil
	}
	return s.logins.browsers[c.Value]
}

// LoginPage writes the page that asks who is there, and leads to next after
// the login. The caller holds the lock.
func (s *Server) LoginPage(w http.ResponseWriter, next string) {
	data := web.Page{Title: "Log in to PagerDuty", Next: next}
	for _, a := range s.Store.Accounts {
		for _, p := range a.People {
			data.People = append(data.People, web.View(p))
		}
	}
	s.Pages.Write(w, http.StatusOK, "login", data)
}

// local refuses a way back that would leave this host.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.HasPrefix(next, "/\\") {
		return "/"
	}
	return next
}

func (s *Server) serveLoginPage(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.LoginPage(w, local(r.FormValue("next")))
}

// serveLogin takes the choice of a person. With an identity provider set, it
// sends the browser there first.
func (s *Server) serveLogin(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	p := s.Store.Person(r.PostFormValue("person"))
	next := local(r.PostFormValue("next"))
	if p == nil {
		s.LoginPage(w, next)
		return
	}
	if s.Settings.SSOHost == "" {
		s.logIn(w, p)
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	ticket := account.UUID()
	s.logins.underway[ticket] = underway{p, r.Host, next}
	http.Redirect(w, r, "http://"+s.ssoHost(r)+"/sso?ticket="+ticket, http.StatusSeeOther)
}

func (s *Server) ssoHost(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return net.JoinHostPort(s.Settings.SSOHost, port)
	}
	return s.Settings.SSOHost
}

// serveSSO is the identity provider's page on its own host.
func (s *Server) serveSSO(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	u, ok := s.logins.underway[r.FormValue("ticket")]
	if !ok {
		s.Pages.Write(w, http.StatusBadRequest, "problem", web.Page{
			Title: "Something is wrong",
			Text:  "This login is not known.",
		})
		return
	}
	if r.Method == http.MethodPost {
		http.Redirect(w, r, "http://"+u.host+"/login/return?ticket="+r.FormValue("ticket"), http.StatusSeeOther)
		return
	}
	s.Pages.Write(w, http.StatusOK, "sso", web.Page{
		Title:  "Company login",
		Person: web.View(u.person),
		Ticket: r.FormValue("ticket"),
	})
}

func (s *Server) serveLoginReturn(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
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

func (s *Server) logIn(w http.ResponseWriter, p *account.Person) {
	value := account.UUID()
	s.logins.browsers[value] = p
	http.SetCookie(w, &http.Cookie{
		Name:     s.cookieName(),
		Value:    value,
		Path:     "/",
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
}

// serveLogout forgets the browser and asks who is there.
func (s *Server) serveLogout(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if c, err := r.Cookie(s.cookieName()); err == nil {
		delete(s.logins.browsers, c.Value)
	}
	http.SetCookie(w, &http.Cookie{
		Name:     s.cookieName(),
		Path:     "/",
		MaxAge:   -1,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, local(r.PostFormValue("next")), http.StatusSeeOther)
}

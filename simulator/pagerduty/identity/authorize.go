package identity

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/pagerduty/account"
	"zendesk-pagerduty/simulator/pagerduty/web"
)

// authorization is a checked request for a grant.
type authorization struct {
	redirect, state, scope, challenge, nonce string
	scopes                                   []string
}

// parseAuthorization checks the query of an authorize request. A problem that
// may go to the redirect URI comes as failed; any other is a page.
func (s *Server) parseAuthorization(q url.Values) (a authorization, page, failed string) {
	a = authorization{
		redirect:  q.Get("redirect_uri"),
		state:     q.Get("state"),
		scope:     q.Get("scope"),
		challenge: q.Get("code_challenge"),
		nonce:     q.Get("nonce"),
	}
	switch {
	case q.Get("client_id") != s.clientID:
		return a, "This app is not known: client_id is wrong.", ""
	case !slices.Contains(s.redirects, a.redirect):
		return a, "This app did not register the redirect_uri " + a.redirect + ".", ""
	case q.Get("response_type") != "code":
		return a, "", "unsupported_response_type"
	case strings.TrimSpace(a.scope) == "":
		return a, "", "invalid_scope"
	case a.challenge == "" && s.Settings.OAuth == "scoped":
		return a, "", "invalid_request"
	case a.challenge != "" && (q.Get("code_challenge_method") != "S256" || len(a.challenge) != 43):
		return a, "", "invalid_request"
	}
	a.scopes = granted(a.scope, s.Settings)
	return a, "", ""
}

// serveAuthorize is GET /oauth/authorize: log in, consent, go back with a code.
// Where consent is remembered it goes straight through, without a click: an
// app must not let a stranger send somebody here.
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	a, problem, failed := s.parseAuthorization(r.URL.Query())
	switch {
	case problem != "":
		s.Pages.Write(w, http.StatusBadRequest, "problem", web.Page{Title: "Something is wrong", Text: problem})
		return
	case failed != "":
		a.refuse(w, r, failed, "the request was not valid")
		return
	}
	p := s.LoggedIn(r)
	if p == nil {
		s.LoginPage(w, r.URL.RequestURI())
		return
	}
	if remembered := s.grants.delegation(p).remembered; remembered != nil &&
		!slices.ContainsFunc(a.scopes, func(scope string) bool {
			return !slices.Contains(remembered, scope)
		}) {
		s.grant(w, r, a, p)
		return
	}
	s.Pages.Write(w, http.StatusOK, "consent", web.Page{
		Title:  "Allow access?",
		Person: web.View(p),
		Scopes: a.scopes,
		Next:   r.URL.RequestURI(),
		Query:  template.URL(r.URL.RawQuery),
	})
}

// serveConsent is the answer to the consent page.
func (s *Server) serveConsent(w http.ResponseWriter, r *http.Request) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	a, problem, failed := s.parseAuthorization(r.URL.Query())
	p := s.LoggedIn(r)
	if problem != "" || failed != "" || p == nil {
		http.Redirect(w, r, "/oauth/authorize?"+r.URL.RawQuery, http.StatusSeeOther)
		return
	}
	if r.PostFormValue("decision") != "allow" {
		a.refuse(w, r, "access_denied", "The resource owner denied the request")
		return
	}
	if r.PostFormValue("remember") != "" {
		s.grants.delegation(p).remember(a.scopes)
	}
	s.grant(w, r, a, p)
}

func (s *Server) grant(w http.ResponseWriter, r *http.Request, a authorization, p *account.Person) {
	value := strings.ReplaceAll(account.UUID(), "-", "")
	s.grants.codes[value] = &code{
		family:    &family{person: p, delegation: s.grants.delegation(p), scopes: a.scopes},
		redirect:  a.redirect,
		challenge: a.challenge,
		nonce:     a.nonce,
		expires:   s.Clock.Now().Add(time.Duration(s.Settings.CodeSeconds) * time.Second),
	}
	a.back(w, r, url.Values{"code": {value}})
}

func (a authorization) refuse(w http.ResponseWriter, r *http.Request, code, why string) {
	a.back(w, r, url.Values{"error": {code}, "error_description": {why}})
}

func (a authorization) back(w http.ResponseWriter, r *http.Request, q url.Values) {
	if a.state != "" {
		q.Set("state", a.state)
	}
	sep := "?"
	if strings.Contains(a.redirect, "?") {
		sep = "&"
	}
	http.Redirect(w, r, a.redirect+sep+q.Encode(), http.StatusFound)
}

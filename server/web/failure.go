package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/seal"
	"zendesk-pagerduty/views"
	"zendesk-pagerduty/views/text"
)

// Failure is an error as a view shows it.
type Failure struct {
	Err   error
	Code  problem.Code
	Args  problem.Args
	Known bool // it has a code; without one it is internal, and no view shows it
	// Login says that the agent has to log in (again).
	Login bool
	T     *text.Texts // in the person's language

	host string
}

// shown is an error with the view for it.
type shown struct {
	error
	view   View
	render func(Failure) templ.Component
}

func (s *shown) Unwrap() error { return s.error }

// Shown is an error that a view of the handler's shows, and not the route's own
// page for errors. Status, log and headers are as for any other ([Pages.Problem]);
// internal errors and the end of the session are not shown by it.
func Shown(err error, view View, render func(Failure) templ.Component) error {
	return &shown{err, view, render}
}

// Failure reads an error for a view. A stored connection that does not open (a
// key that was dropped, a row that was moved) reads as one that has lapsed.
func (p *Pages) Failure(r *http.Request, err error) Failure {
	f := Failure{Err: err, Login: Disconnected(err), T: p.Texts(r), host: p.PublicURL.Hostname()}
	if f.Code, f.Args, f.Known = problem.Of(err); !f.Known && errors.Is(err, seal.ErrCannotOpen) {
		p.Log.ErrorContext(r.Context(), "a stored connection does not open", "err", err)
		f.Code, f.Known = oauth.Lapsed, true
	}
	return f
}

// Sentence words a failure; where narrows it to what was at stake ("create",
// "list"), more are arguments besides its own.
func (f Failure) Sentence(where string, more text.Args) string {
	words := text.Args{"Host": f.host}
	for k, v := range f.Args {
		words[k] = v
	}
	for k, v := range more {
		words[k] = v
	}
	switch f.Code {
	case oversize:
		return f.T.F("toolarge", words)
	case oauth.WrongCode:
		if words["left"] == nil {
			where = "none"
		}
	}
	return f.T.Problem(string(f.Code), where, words)
}

// Part is the notice of a part of a page that could not be read; nil without an
// error. The rest of the page is shown all the same. part is the sentences' name of
// one that has no heading to stand below; "" for others.
func (p *Pages) Part(r *http.Request, err error, part string) *views.Notice {
	if err == nil {
		return nil
	}
	f := p.Failure(r, err)
	if !f.Known {
		f.Code = incident.Garbled
	}
	if part == "" || !f.T.Has("problem."+string(f.Code)+"."+part) {
		part = "details"
	}
	return &views.Notice{Kind: "warn", Text: f.Sentence(part, nil)}
}

// LoginNotice asks for a login beside a form that keeps what was typed.
func LoginNotice(t *text.Texts) *views.Notice {
	return &views.Notice{Kind: "info", Login: true, Text: t.S("connect.lapsed") + " " + t.S("connect.keeps")}
}

// seconds is how long to wait, where an argument says so.
func (f Failure) seconds() int {
	n, _ := f.Args["seconds"].(int)
	return n
}

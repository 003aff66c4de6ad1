package server_test

import (
	"net/http"
	"net/url"
	"testing"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/server/web"
)

// The page's scripts go by headers: what an answer holds, and where a refusal goes
// that is not for the place which asked.
func TestHeadersSayWhatAnAnswerIs(t *testing.T) {
	t.Parallel()
	lost, refused := incident.Unknown, incident.Forbidden
	for name, c := range map[string]struct {
		method string
		path   string
		form   url.Values
		reads  error
		writes error
		view   web.View
	}{
		"a list":                     {method: http.MethodGet, path: ticket, view: web.ListView},
		"a new ticket":               {method: http.MethodGet, path: "/connection", view: web.ListView},
		"a list that is refused":     {method: http.MethodGet, path: ticket, reads: refused, view: web.TroubleView},
		"a list that is broken":      {method: http.MethodGet, path: ticket, reads: errInside, view: web.TroubleView},
		"the form":                   {method: http.MethodGet, path: ticket + "/new", view: web.FormView},
		"a created incident":         {method: http.MethodPost, path: ticket, form: newForm, view: web.ListView},
		"a refused creation":         {method: http.MethodPost, path: ticket, form: newForm, writes: refused, view: web.FormView},
		"a creation without a title": {method: http.MethodPost, path: ticket, view: web.FormView},
		"a creation that is not known of": {method: http.MethodPost, path: ticket, form: newForm, reads: lost, writes: lost,
			view: web.UnsureView},
		"an action":         {method: http.MethodPost, path: card + "/acknowledge", view: web.CardView},
		"a refused action":  {method: http.MethodPost, path: card + "/acknowledge", writes: refused, view: web.NoticeView},
		"a broken action":   {method: http.MethodPost, path: card + "/acknowledge", writes: errInside, view: web.NoticeView},
		"a note":            {method: http.MethodPost, path: card + "/note", form: url.Values{"text": {"x"}}, view: web.NotesView},
		"a section":         {method: http.MethodGet, path: card + "/notes", view: web.PartView},
		"a refused section": {method: http.MethodGet, path: card + "/edit", reads: refused, view: web.NoticeView},
		"a refused link":    {method: http.MethodPut, path: "/tickets/101/links/PINC01", reads: refused, view: web.NoticeView},
		"a login":           {method: http.MethodGet, path: "/login/code", view: web.ConnectView},
		"a wrong code":      {method: http.MethodPost, path: "/login/claim", form: url.Values{"code": {"x"}}, view: web.ConnectView},
		"a check of the set-up that cannot be read": {method: http.MethodPost, path: "/setup/look", view: web.NoticeView},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, nil)
			d.pd.reads, d.pd.writes = coded(c.reads), coded(c.writes)
			got := d.ask(c.method, c.path, c.form)
			if view := got.header.Get(web.ViewHeader); view != string(c.view) {
				t.Errorf("it is %q, want %q: %d %s", view, c.view, got.status, got.html)
			}
		})
	}
	ended := open(t, nil)
	ended.session = "x"
	if got := ended.ask(http.MethodPost, card+"/acknowledge", nil); got.header.Get(web.ViewHeader) != string(web.EndedView) {
		t.Errorf("the end of the session: %v", got.header)
	}
}

// coded is a problem as a client of PagerDuty returns it.
func coded(err error) error {
	if code, ok := err.(problem.Code); ok {
		return problem.New(code, nil, nil)
	}
	return err
}
